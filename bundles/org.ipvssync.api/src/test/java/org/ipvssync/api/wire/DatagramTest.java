package org.ipvssync.api.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class DatagramTest {
  @Test
  void shouldShowTheSameMemoryToChannelsAndCodecs() {
    Datagram datagram = new Datagram(8);
    datagram.buffer().put(3, (byte) 42);
    assertEquals(42, datagram.segment().get(JAVA_BYTE, 3));
    datagram.segment().set(JAVA_BYTE, 7, (byte) 43);
    assertEquals(43, datagram.buffer().get(7));
    assertEquals(8, datagram.segment().byteSize());
    assertEquals(8, datagram.capacity());
    assertEquals(0, datagram.length());
  }

  @Test
  void shouldHoldWhatItWasSetTo() {
    Datagram datagram = new Datagram(8);
    datagram.set(new byte[] {0, 1, 2, 3, 4}, 1, 3);
    assertArrayEquals(new byte[] {1, 2, 3}, datagram.toBytes());
    datagram.setLength(2);
    assertArrayEquals(new byte[] {1, 2}, datagram.toBytes());
    assertEquals(0, Datagram.of(new byte[0]).length());
  }

  @Test
  void shouldRefuseWhatCannotBeADatagram() {
    assertThrows(IllegalArgumentException.class, () -> new Datagram(0));
    assertThrows(IllegalArgumentException.class, () -> new Datagram(Datagram.MAX_BYTES + 1));
    assertEquals(Datagram.MAX_BYTES, new Datagram(Datagram.MAX_BYTES).capacity());
    assertThrows(IndexOutOfBoundsException.class, () -> new Datagram(2).set(new byte[3], 0, 3));
  }
}

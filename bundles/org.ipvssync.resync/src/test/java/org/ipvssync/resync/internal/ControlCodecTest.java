package org.ipvssync.resync.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncHeader;
import org.ipvssync.resync.internal.ControlMessage.Begin;
import org.ipvssync.resync.internal.ControlMessage.End;
import org.ipvssync.resync.internal.ControlMessage.Offer;
import org.ipvssync.resync.internal.ControlMessage.Pull;
import org.ipvssync.resync.internal.ControlMessage.Request;
import org.ipvssync.resync.internal.ControlMessage.Wait;
import org.junit.jupiter.api.Test;

class ControlCodecTest {
  private static final long BIG = 0xfedc_ba98_7654_3210L;
  private static final List<ControlMessage> ALL =
      List.of(
          new Request(1, BIG),
          new Offer(BIG, 2, 3, 1_000_000, true),
          new Offer(1, BIG, BIG, 0, false),
          new Pull(1, BIG, -1, Long.MAX_VALUE, 0x00ff_ffff, 65_535, 65_507),
          new Pull(1, 2, 3, 0, 0, 1, 512),
          new Wait(1, 2, 65_535),
          new Begin(1, 2, 3, BIG),
          new End(1, 2, 3, -1, -1, 65_535));

  private final ResyncCounters counters = new ResyncCounters();
  private final Datagram datagram = new Datagram(1_472);

  @Test
  void shouldWriteWhatTheDiagramSays() {
    ControlCodec.encode(new Request(0x1122, 0x3344), 7, datagram);
    assertBytes("00070020 01c50000 49565343 01000000 0000000000001122 0000000000003344");
    ControlCodec.encode(new Offer(1, 2, 3, 4, true), 0, datagram);
    assertBytes(
        "00000034 02c50000 49565343 01000000 0000000000000001 0000000000000002 0000000000000003"
            + " 0000000000000004 00000001");
    ControlCodec.encode(new Pull(1, 2, 3, 4, 5, 6, 1_472), 255, datagram);
    assertBytes(
        "00ff0034 03c50000 49565343 01000000 0000000000000001 0000000000000002 00000003 0006 05c0"
            + " 0000000000000004 00000005");
    ControlCodec.encode(new Wait(1, 2, 100), 0, datagram);
    assertBytes("00000020 04c50000 49565343 01000000 0000000000000001 00000002 0064 0000");
    ControlCodec.encode(new Begin(1, 2, 3, 4), 0, datagram);
    assertBytes(
        "00000028 05c50000 49565343 01000000 0000000000000001 00000002 00000003"
            + " 0000000000000004");
    ControlCodec.encode(new End(1, 2, 3, -1, 5, 6), 0, datagram);
    assertBytes(
        "00000030 06c50000 49565343 01000000 0000000000000001 00000002 00000003"
            + " ffffffffffffffff 00000005 0006 0000");
  }

  @Test
  void shouldReadWhatItWrote() {
    for (ControlMessage message : ALL) {
      ControlCodec.encode(message, 9, datagram);
      assertTrue(datagram.length() <= ControlCodec.MAX_BYTES);
      assertEquals(message, ControlCodec.decode(datagram, counters));
    }
    assertEquals(Map.of(), counters.snapshot());
  }

  @Test
  void shouldBeAnEmptyVersion0MessageForAKernel() {
    for (ControlMessage message : ALL) {
      ControlCodec.encode(message, 9, datagram);
      assertEquals(0, SyncHeader.version(datagram.segment(), datagram.length()));
      assertEquals(0, datagram.toBytes()[SyncHeader.V0_NR_CONNS]);
      assertEquals(datagram.length(), SyncHeader.size(datagram.segment()));
    }
  }

  @Test
  void shouldRefuseATruncatedMessageAtEveryLength() {
    for (ControlMessage message : ALL) {
      ControlCodec.encode(message, 9, datagram);
      byte[] whole = datagram.toBytes();
      for (int length = 0; length < whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertNull(ControlCodec.decode(Datagram.of(cut), counters), "cut to " + length);
        if (length >= SyncHeader.V0_BYTES) {
          cut[SyncHeader.SIZE] = 0;
          cut[SyncHeader.SIZE + 1] = (byte) length;
        }
        assertNull(ControlCodec.decode(Datagram.of(cut), counters), "said to be " + length);
      }
    }
    assertTrue(counters.get(ResyncCounter.CONTROL_CUT_SHORT) > 0);
    assertTrue(counters.get(ResyncCounter.CONTROL_SIZE) > 0);
    assertTrue(counters.get(ResyncCounter.NOT_CONTROL) > 0);
  }

  @Test
  void shouldTakeALongerMessageOfALaterNode() {
    ControlCodec.encode(new Wait(1, 2, 3), 9, datagram);
    byte[] longer = Arrays.copyOf(datagram.toBytes(), datagram.length() + 8);
    longer[SyncHeader.SIZE + 1] += 8;
    assertEquals(new Wait(1, 2, 3), ControlCodec.decode(Datagram.of(longer), counters));
  }

  @Test
  void shouldRefuseAnotherLayoutAndUnknownKinds() {
    for (int kind : new int[] {0, 7, 255}) {
      ControlCodec.encode(new Wait(1, 2, 3), 9, datagram);
      byte[] bytes = datagram.toBytes();
      bytes[ControlCodec.KIND] = (byte) kind;
      assertNull(ControlCodec.decode(Datagram.of(bytes), counters));
    }
    ControlCodec.encode(new Wait(1, 2, 3), 9, datagram);
    byte[] bytes = datagram.toBytes();
    bytes[12] = 2;
    assertNull(ControlCodec.decode(Datagram.of(bytes), counters));
    assertEquals(4, counters.get(ResyncCounter.CONTROL_UNKNOWN));
  }

  @Test
  void shouldCountGarbageAndNeverThrow() {
    Random random = new Random(3);
    long read = 0;
    for (int i = 0; i < 50_000; i++) {
      ControlCodec.encode(ALL.get(random.nextInt(ALL.size())), 9, datagram);
      byte[] bytes = Arrays.copyOf(datagram.toBytes(), random.nextInt(80));
      for (int changes = random.nextInt(3); changes > 0 && bytes.length > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      read += ControlCodec.decode(Datagram.of(bytes), counters) == null ? 0 : 1;
    }
    long refused = counters.snapshot().values().stream().mapToLong(Long::longValue).sum();
    assertEquals(50_000, read + refused);
  }

  @Test
  void shouldFindTheTrailerOfAPage() {
    byte[] plain = HexFormat.of().parseHex("0007000800010000");
    datagram.set(plain, 0, plain.length);
    assertFalse(PageTrailer.isOn(datagram));
    PageTrailer.append(datagram, -2, 65_535);
    assertBytes("0007001400010000 49565350 fffffffe ffff 0000");
    assertTrue(PageTrailer.isOn(datagram));
    assertEquals(-2, PageTrailer.page(datagram));
    assertEquals(65_535, PageTrailer.index(datagram));
    byte[] whole = datagram.toBytes();
    for (int length = 0; length < whole.length; length++) {
      assertFalse(PageTrailer.isOn(Datagram.of(Arrays.copyOf(whole, length))), "at " + length);
    }
  }

  private void assertBytes(String hex) {
    assertEquals(hex.replace(" ", ""), HexFormat.of().formatHex(datagram.toBytes()));
  }
}

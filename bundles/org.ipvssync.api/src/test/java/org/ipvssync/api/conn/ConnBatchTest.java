package org.ipvssync.api.conn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.ipvssync.api.wire.Records;
import org.junit.jupiter.api.Test;

class ConnBatchTest {
  private static final MemorySegment PE = MemorySegment.ofArray("0123456789".getBytes());

  private final ConnBatch batch = new ConnBatch(4);

  @Test
  void shouldKeepEveryFieldApart() {
    fill(batch, batch.add(), 1000);
    fill(batch, batch.add(), 2000);
    fill(batch, batch.add(), 3000);
    for (int i = 0; i < 3; i++) {
      assertFilled(batch, i, 1000 * (i + 1));
    }
  }

  @Test
  void shouldKeepUnsignedNumbersWhole() {
    int i = batch.add();
    batch.setProtocol(i, 255);
    batch.setState(i, 65_535);
    batch.setPorts(i, 65_535, 65_534, 65_533);
    batch.setHorizon(i, 255);
    batch.setTimeoutS(i, -1);
    batch.setFlags(i, -1);
    batch.setExpiresMs(i, Long.MAX_VALUE);
    assertEquals(255, batch.protocol(i));
    assertEquals(65_535, batch.state(i));
    assertEquals(65_535, batch.cport(i));
    assertEquals(65_534, batch.vport(i));
    assertEquals(65_533, batch.dport(i));
    assertEquals(255, batch.horizon(i));
    assertEquals(-1, batch.timeoutS(i));
    assertEquals(-1, batch.flags(i));
    assertTrue(batch.isTemplate(i));
    assertEquals(Long.MAX_VALUE, batch.expiresMs(i));
  }

  @Test
  void shouldAppendZerosWhateverWasThere() {
    while (!batch.isFull()) {
      int i = batch.add();
      fill(batch, i, 1000);
      batch.setPe(i, PE, 0, 3, 3, 2);
      batch.setMoved(i, true);
      batch.setCopy(i, true);
      batch.skip(i);
    }
    batch.clear();
    while (!batch.isFull()) {
      assertZeros(batch, batch.add());
    }
  }

  @Test
  void shouldForgetTheMessagesFactsWhenCleared() {
    assertEquals(1, batch.version());
    batch.setVersion(0);
    batch.setSyncId(7);
    assertEquals(0, batch.version());
    assertEquals(7, batch.syncId());
    batch.add();
    batch.clear();
    assertEquals(0, batch.size());
    assertEquals(1, batch.version());
    assertEquals(0, batch.syncId());
  }

  @Test
  void shouldSayWhenItIsFull() {
    for (int i = 0; i < batch.capacity(); i++) {
      assertFalse(batch.isFull());
      assertEquals(i, batch.add());
    }
    assertTrue(batch.isFull());
    assertThrows(IllegalStateException.class, batch::add);
    assertEquals(4, batch.size());
    assertEquals(ConnBatch.MAX_MESSAGE_RECORDS, new ConnBatch().capacity());
    assertThrows(IllegalArgumentException.class, () -> new ConnBatch(0));
  }

  @Test
  void shouldMoveAddressesInTheOrderOfTheWire() {
    byte[] wire = new byte[50];
    new Random(1).nextBytes(wire);
    for (int bytes : new int[] {4, 16}) {
      int i = batch.add();
      batch.setAddresses(i, MemorySegment.ofArray(wire), 1, bytes);
      byte[] out = new byte[50];
      out[0] = wire[0];
      batch.addresses(i, MemorySegment.ofArray(out), 1, bytes);
      for (int b = 0; b < out.length; b++) {
        assertEquals(b < 1 + 3 * bytes ? wire[b] : 0, out[b]);
      }
      MemorySegment vaddr = MemorySegment.ofArray(wire).asSlice(1 + bytes, bytes);
      assertEquals(vaddr.get(ValueLayout.JAVA_INT_UNALIGNED, 0), batch.vaddrWord(i, 0));
    }
    assertEquals(0, batch.caddrWord(0, 1), "what an IPv4 address leaves free is zero");
  }

  @Test
  void shouldHoldTheLongestPersistenceDataOfAllRecords() {
    Random random = new Random(2);
    byte[][] data = new byte[batch.capacity()][ConnBatch.PE_DATA_MAX + ConnBatch.PE_NAME_MAX];
    for (byte[] one : data) {
      random.nextBytes(one);
      batch.setPe(batch.add(), MemorySegment.ofArray(one), 0, 255, 255, 16);
    }
    for (int i = 0; i < data.length; i++) {
      assertEquals(255, batch.peDataLength(i));
      assertEquals(16, batch.peNameLength(i));
      assertEquals(batch.peDataOffset(i) + 255, batch.peNameOffset(i));
      byte[] held =
          batch
              .peArea()
              .asSlice(batch.peDataOffset(i), data[i].length)
              .toArray(ValueLayout.JAVA_BYTE);
      assertArrayEquals(data[i], held);
    }
  }

  @Test
  void shouldGiveRoomForPersistenceDataThatDoesNotLieInOnePiece() {
    int i = batch.add();
    int offset = batch.addPe(i, 2, 1);
    assertEquals(offset, batch.peDataOffset(i));
    MemorySegment.copy(PE, 4, batch.peArea(), offset, 3);
    assertEquals("45", ConnText.peData(batch, i));
    assertEquals("6", ConnText.peName(batch, i));
  }

  @Test
  void shouldTakeTheLastRecordAwayWithItsPersistenceData() {
    batch.setPe(batch.add(), PE, 0, 3, 3, 1);
    batch.add();
    for (int round = 0; round < 100; round++) {
      batch.setPe(batch.add(), PE, 2, 5, 7, 2);
      batch.removeLast();
      batch.add();
      batch.removeLast();
    }
    batch.setPe(batch.add(), PE, 2, 5, 7, 2);
    assertEquals(3, batch.size());
    assertEquals(4, batch.peDataOffset(2), "right behind the first record's");
    assertEquals("012", ConnText.peData(batch, 0));
    assertEquals("23456", ConnText.peData(batch, 2));
    assertEquals("78", ConnText.peName(batch, 2));
  }

  @Test
  void shouldCopyWhatIsNotSkippedAndTheMessagesFactsIntoNoMoreRoom() {
    batch.setVersion(0);
    batch.setSyncId(7);
    for (int n = 1; n <= 4; n++) {
      batch.setTimeoutS(batch.add(), n);
      batch.setPe(n - 1, PE, n, 2, n + 2, 1);
    }
    batch.skip(0);
    batch.skip(2);
    ConnBatch copy = batch.compactCopy();
    batch.clear();

    assertEquals(2, copy.size());
    assertTrue(copy.isFull());
    assertEquals(0, copy.version());
    assertEquals(7, copy.syncId());
    assertEquals(2, copy.timeoutS(0));
    assertEquals(4, copy.timeoutS(1));
    assertEquals('4', copy.peArea().get(ValueLayout.JAVA_BYTE, copy.peDataOffset(1)));
    assertEquals('6', copy.peArea().get(ValueLayout.JAVA_BYTE, copy.peNameOffset(1)));
    assertEquals(6, copy.peArea().byteSize());
    assertEquals(0, batch.compactCopy().size());
  }

  @Test
  void shouldCopyARecordWhole() {
    Random random = new Random(3);
    ConnBatch from = new ConnBatch();
    ConnBatch to = new ConnBatch();
    while (!from.isFull()) {
      fill(from, Records.addAny(random, from), random.nextInt(50_000));
    }
    for (int i = from.size() - 1; i >= 0; i--) {
      int copy = to.addCopy(from, i);
      assertEquals(Records.of(from, i), Records.of(to, copy));
      assertEquals(from.handle(i), to.handle(copy));
      assertEquals(from.horizon(i), to.horizon(copy));
      assertEquals(from.expiresMs(i), to.expiresMs(copy));
    }
    from.clear();
    from.setPe(from.add(), PE, 0, 9, 9, 1);
    assertEquals(ConnBatch.MAX_MESSAGE_RECORDS, to.size());
  }

  private static void fill(ConnBatch batch, int i, int n) {
    batch.setFlags(i, n + 1);
    batch.setFwmark(i, n + 2);
    batch.setTimeoutS(i, n + 3);
    batch.setRemainingS(i, n + 4);
    batch.setState(i, n + 5);
    batch.setPorts(i, n + 6, n + 7, n + 8);
    batch.setProtocol(i, n + 9 & 0xff);
    batch.setIpv6(i, true);
    batch.setHorizon(i, n + 10 & 0xff);
    batch.setHandle(i, n + 11);
    batch.setExpiresMs(i, n + (12L << 32));
    for (int word = 0; word < 4; word++) {
      batch.setCaddrWord(i, word, n + 20 + word);
      batch.setVaddrWord(i, word, n + 30 + word);
      batch.setDaddrWord(i, word, n + 40 + word);
    }
    for (int word = 0; word < ConnBatch.SEQ_WORDS; word++) {
      batch.setSeq(i, word, n + 50 + word);
    }
  }

  private static void assertFilled(ConnBatch batch, int i, int n) {
    assertEquals(n + 1, batch.flags(i));
    assertEquals(n + 2, batch.fwmark(i));
    assertEquals(n + 3, batch.timeoutS(i));
    assertEquals(n + 4, batch.remainingS(i));
    assertEquals(n + 5, batch.state(i));
    assertEquals(n + 6, batch.cport(i));
    assertEquals(n + 7, batch.vport(i));
    assertEquals(n + 8, batch.dport(i));
    assertEquals(n + 9 & 0xff, batch.protocol(i));
    assertTrue(batch.isIpv6(i));
    assertEquals(n + 10 & 0xff, batch.horizon(i));
    assertEquals(n + 11, batch.handle(i));
    assertEquals(n + (12L << 32), batch.expiresMs(i));
    for (int word = 0; word < 4; word++) {
      assertEquals(n + 20 + word, batch.caddrWord(i, word));
      assertEquals(n + 30 + word, batch.vaddrWord(i, word));
      assertEquals(n + 40 + word, batch.daddrWord(i, word));
    }
    assertTrue(batch.hasSeq(i));
    for (int word = 0; word < ConnBatch.SEQ_WORDS; word++) {
      assertEquals(n + 50 + word, batch.seq(i, word));
    }
    assertFalse(batch.isSkipped(i));
    batch.skip(i);
    assertTrue(batch.isSkipped(i));
    assertEquals(n + 8, batch.dport(i));
    assertEquals(0, batch.peDataOffset(i));
  }

  private static void assertZeros(ConnBatch batch, int i) {
    assertEquals(0, batch.flags(i));
    assertEquals(0, batch.fwmark(i));
    assertEquals(0, batch.timeoutS(i));
    assertEquals(0, batch.remainingS(i));
    assertEquals(0, batch.state(i));
    assertEquals(0, batch.cport(i));
    assertEquals(0, batch.vport(i));
    assertEquals(0, batch.dport(i));
    assertEquals(0, batch.protocol(i));
    assertFalse(batch.isIpv6(i));
    assertFalse(batch.hasSeq(i));
    assertFalse(batch.isSkipped(i));
    assertFalse(batch.isMoved(i));
    assertFalse(batch.isCopy(i));
    assertEquals(0, batch.horizon(i));
    assertEquals(0, batch.peDataLength(i));
    assertEquals(0, batch.peNameLength(i));
    assertEquals(0, batch.peDataOffset(i));
    assertEquals(0, batch.handle(i));
    assertEquals(0, batch.expiresMs(i));
    for (int word = 0; word < 4; word++) {
      assertEquals(0, batch.caddrWord(i, word));
      assertEquals(0, batch.vaddrWord(i, word));
      assertEquals(0, batch.daddrWord(i, word));
    }
    for (int word = 0; word < ConnBatch.SEQ_WORDS; word++) {
      assertEquals(0, batch.seq(i, word));
    }
  }
}

package org.ipvssync.codec.v0.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.wire.CodecContractTest;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.Records;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.vectors.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class V0CodecTest extends CodecContractTest {
  private static final String ADDRESSES = "c0a80001 0a000002 ac100003";
  private static final String GOOD = "00 06 1234 0050 1f90 " + ADDRESSES + "0100 0007";
  private static final String FULL =
      "00 06 1235 0050 1f90 "
          + ADDRESSES
          + "0200 0001"
          + "44332211 05000000 fbffffff 88776655 f0ffffff 01000000";

  private final V0Codec codec = new V0Codec(ByteOrder.LITTLE_ENDIAN);

  @Override
  protected SyncCodec codec() {
    return codec;
  }

  @Override
  protected void addRandomRecord(RandomGenerator random, ConnBatch batch) {
    Records.addCompact(random, batch);
  }

  @Test
  void shouldReadEveryField() {
    Decoded decoded = decode(codec, "01", GOOD);
    ConnBatch batch = decoded.batch;
    assertEquals(1, batch.size());
    assertEquals(9, batch.syncId());
    assertFalse(batch.isIpv6(0));
    assertEquals(6, batch.protocol(0));
    assertEquals(0x1234, batch.cport(0));
    assertEquals(80, batch.vport(0));
    assertEquals(8080, batch.dport(0));
    assertEquals("192.168.0.1", ConnText.address(batch, 0, ConnText.Address.CADDR));
    assertEquals("10.0.0.2", ConnText.address(batch, 0, ConnText.Address.VADDR));
    assertEquals("172.16.0.3", ConnText.address(batch, 0, ConnText.Address.DADDR));
    assertEquals(ConnFlags.INACTIVE, batch.flags(0));
    assertEquals(7, batch.state(0));
    assertEquals(0, batch.timeoutS(0));
    assertEquals(0, batch.fwmark(0));
    assertFalse(batch.hasSeq(0));
  }

  @Test
  void shouldTakeAll16BitsOfFlagsAndStateAsUnsigned() {
    ConnBatch batch = decode(codec, "01", "ff 06 ffff ffff ffff" + ADDRESSES + "f9ff ffff").batch;
    assertEquals(0xf9ff, batch.flags(0));
    assertEquals(0xffff, batch.state(0));
    assertEquals(0xffff, batch.cport(0));
  }

  @Test
  void shouldReadSequenceDataInTheSendersOrder() {
    ConnBatch batch = decode(codec, "02", FULL, GOOD).batch;
    assertEquals(2, batch.size());
    assertEquals(List.of(0x11223344, 5, -5, 0x55667788, -16, 1), seq(batch, 0));
    assertFalse(batch.hasSeq(1));

    batch = decode(new V0Codec(ByteOrder.BIG_ENDIAN), "02", FULL, GOOD).batch;
    assertEquals(0x44332211, batch.seq(0, 0));
    assertEquals(0x05000000, batch.seq(0, 1));
  }

  @Test
  void shouldTakeTheSendersOrderForThisMachinesUnlessToldOtherwise() {
    SyncCodec told = new V0Codec(ByteOrder.nativeOrder());
    assertEquals(
        Records.of(decode(told, "01", FULL).batch),
        Records.of(decode(new V0Codec(), "01", FULL).batch));
  }

  @Test
  void shouldReadTheSequenceDataThatWasGivenToTheKernel() {
    // traffic.txt: what was put into the master's table.
    Scenario scenario = Scenario.of("seq-v0");
    assertTrue(scenario.traffic().contains("33000) flags 0x600 in (init,delta,previous)"));
    ConnBatch batch = new ConnBatch();
    codec.decode(Datagram.of(scenario.datagrams().getFirst().payload()), batch, new LinkCounters());
    for (int i = 0; i < batch.size(); i++) {
      if (batch.cport(i) == 33_000) {
        assertEquals(List.of(0x11223344, 5, 0xfffffff0, 0xeeddccbb, 0xffffffff, 3), seq(batch, i));
        return;
      }
    }
    throw new AssertionError("no connection from port 33000");
  }

  @ParameterizedTest
  @ValueSource(ints = {0x0200, 0x0400, 0x0600, 0xffff})
  void shouldStopWhereAFullRecordIsCutShort(int flags) {
    String cut = "00 06 1235 0050 1f90" + ADDRESSES + "%04x 0001".formatted(flags);
    Decoded decoded = decode(codec, "03", GOOD, cut, "00".repeat(23));
    assertEquals(1, decoded.batch.size());
    assertEquals(1, decoded.counters.get(LinkCounter.RECORD_CUT_SHORT));
    assertEquals(1, decoded.counters.drops());
  }

  @Test
  void shouldStopWhereARecordIsCutShort() {
    Decoded decoded = decode(codec, "02", GOOD, GOOD.substring(0, GOOD.length() - 2));
    assertEquals(1, decoded.batch.size());
    assertEquals(1, decoded.counters.get(LinkCounter.RECORD_CUT_SHORT));
    assertEquals(1, decoded.counters.drops());
  }

  @Test
  void shouldIgnoreWhatFollowsTheLastCountedRecord() {
    Decoded decoded = decode(codec, "01", GOOD, GOOD, "ff");
    assertEquals(1, decoded.batch.size());
    assertEquals(0, decoded.counters.drops());
  }

  @ParameterizedTest
  @ValueSource(strings = {"00010004", "0001000500", "00010008 01020000", "00010008 01010001"})
  void shouldFindNoRecordsInAMessageThatBeginsWithZero(String message) {
    ConnBatch batch = new ConnBatch();
    LinkCounters counters = new LinkCounters();
    codec.decode(Datagram.of(bytes(message)), batch, counters);
    assertEquals(0, batch.size());
    assertEquals(1, batch.syncId());
    assertEquals(0, counters.drops());
  }

  @Test
  void shouldWriteByteForByte() {
    ConnBatch batch = decode(codec, "03", GOOD, FULL, GOOD).batch;
    Datagram message = new Datagram(200);
    message.segment().fill((byte) 0xee);
    assertEquals(3, codec.encode(batch, 0, 0xff, 200, message));
    assertArrayEquals(bytes("03 ff 0064", GOOD, FULL, GOOD), message.toBytes());
  }

  @Test
  void shouldLetTheFlagsSayWhetherThereIsSequenceData() {
    ConnBatch batch = new ConnBatch();
    batch.setFlags(Records.addConnection(batch, 1), ConnFlags.OUT_SEQ);
    batch.setSeq(Records.addConnection(batch, 2), 0, 7);
    Datagram message = new Datagram(200);
    message.segment().fill((byte) 0xee);
    codec.encode(batch, 0, 1, 200, message);

    ConnBatch again = new ConnBatch();
    codec.decode(message, again, new LinkCounters());
    assertEquals(4 + 48 + 24, message.length());
    assertEquals(List.of(0, 0, 0, 0, 0, 0), seq(again, 0));
    assertFalse(again.hasSeq(1));
  }

  @Test
  void shouldCutFlagsTo16Bits() {
    ConnBatch batch = new ConnBatch();
    batch.setFlags(Records.addConnection(batch, 1), ConnFlags.NFCT | ConnFlags.INACTIVE);
    assertTrue(codec.carries(batch, 0));
    Datagram message = new Datagram(200);
    codec.encode(batch, 0, 1, 200, message);
    codec.decode(message, batch, new LinkCounters());
    assertEquals(ConnFlags.INACTIVE, batch.flags(0));
  }

  @Test
  void shouldPassOverWhatItCannotCarry() {
    byte[] pe = {'a', 'b'};
    List<Consumer<ConnBatch>> kinds =
        List.of(
            batch -> batch.setIpv6(batch.size() - 1, true),
            batch -> batch.setFwmark(batch.size() - 1, 1),
            batch -> batch.setRemainingS(batch.size() - 1, 1),
            batch -> batch.setPe(batch.size() - 1, Datagram.of(pe).segment(), 0, 1, 1, 1));
    for (Consumer<ConnBatch> kind : kinds) {
      ConnBatch batch = new ConnBatch();
      Records.addConnection(batch, 1);
      Records.addConnection(batch, 2);
      kind.accept(batch);
      Records.addConnection(batch, 3);
      assertTrue(codec.carries(batch, 0));
      assertFalse(codec.carries(batch, 1));

      Datagram message = new Datagram(200);
      assertEquals(3, codec.encode(batch, 0, 1, 200, message));
      ConnBatch again = new ConnBatch();
      codec.decode(message, again, new LinkCounters());
      assertEquals(2, again.size());
      assertEquals(3, again.cport(1));
    }
  }

  @Test
  void shouldNotMindATimeoutOrANameWithoutData() {
    ConnBatch batch = new ConnBatch();
    Records.addConnection(batch, 1);
    batch.setTimeoutS(0, 900);
    batch.setPe(0, Datagram.of(new byte[] {'x'}).segment(), 0, 0, 0, 1);
    assertTrue(codec.carries(batch, 0));
    assertFalse(codec.carriesTimeout());
  }

  @Test
  void shouldBringSequenceDataBackInEitherOrder() {
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      SyncCodec either = new V0Codec(order);
      ConnBatch batch = new ConnBatch();
      Random random = new Random(7);
      for (int i = 0; i < 50; i++) {
        Records.addCompact(random, batch);
      }
      Datagram message = new Datagram(Datagram.MAX_BYTES);
      either.encode(batch, 0, 1, Datagram.MAX_BYTES, message);
      ConnBatch again = new ConnBatch();
      either.decode(message, again, new LinkCounters());
      assertEquals(Records.of(batch), Records.of(again));
    }
  }

  private static List<Integer> seq(ConnBatch batch, int index) {
    assertTrue(batch.hasSeq(index));
    return List.of(
        batch.seq(index, 0),
        batch.seq(index, 1),
        batch.seq(index, 2),
        batch.seq(index, 3),
        batch.seq(index, 4),
        batch.seq(index, 5));
  }

  private static byte[] bytes(String... hex) {
    return HexFormat.of().parseHex(String.join("", hex).replace(" ", ""));
  }

  private static Decoded decode(SyncCodec codec, String count, String... parts) {
    String records = String.join("", parts);
    Decoded decoded = new Decoded(new ConnBatch(), new LinkCounters());
    codec.decode(
        Datagram.of(bytes(count, "09 %04x".formatted(4 + bytes(records).length), records)),
        decoded.batch,
        decoded.counters);
    return decoded;
  }

  private record Decoded(ConnBatch batch, LinkCounters counters) {}
}

package org.ipvssync.role.backup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.fake.Allocations;
import org.ipvssync.api.fake.FakeInbound;
import org.ipvssync.api.fake.FakeNode;
import org.ipvssync.api.fake.SimClock;
import org.ipvssync.api.fake.TinyCodec;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncHeader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BackupReceiverTest {
  private static final int MAX_LENGTH = 1472;
  private static final String CONTROL = "00%02x001001c500004956534300000000";

  private int controls;
  private final SimClock clock = new SimClock();
  private final LinkCounters counters = new LinkCounters();
  private final CodecChoices codecs = new CodecChoices();
  private final TinyCodec v0 = new TinyCodec("v0", 0);
  private final TinyCodec v1 = new TinyCodec("v1", 1);
  private final BackupReceiver receiver =
      new BackupReceiver(
          codecs, counters, clock, swap -> {}, message -> controls++, LinkLog.SILENT, "");
  private final FakeInbound inbound = (FakeInbound) new FakeNode(clock).openInbound("h");

  @BeforeEach
  void start() {
    add(v0, 1);
    add(v1, 2);
    adopt();
  }

  // Captured from a real kernel: shared edge cases that the role, not the codec, decides.

  @Test
  void shouldDropACapturedMessageWhoseSizeIsOneTooHigh() {
    adopt("syncId", "7");
    accept("0007002d01010000000600240000000000014ee6");
    assertCounted(LinkCounter.SIZE_MISMATCH);
  }

  @Test
  void shouldDropACapturedMessageOfAnotherSyncId() {
    adopt("syncId", "7");
    accept("0008002c01010000" + "00".repeat(36));
    assertCounted(LinkCounter.OTHER_SYNC_ID);
  }

  @Test
  void shouldTakeEverySyncIdWhenItsOwnIsZero() {
    accept("004d002c01010000" + "00".repeat(36));
    assertEquals(1, counters.get(LinkCounter.DATAGRAMS));
    assertEquals(1, counters.get(LinkCounter.RECORDS));
  }

  @Test
  void shouldReadCapturedVersion2AndSpare1AsVersion0OfNoRecords() {
    adopt("syncId", "7");
    accept("0007002c01020000" + "00".repeat(36));
    accept("0007002c01010001" + "00".repeat(36));
    assertEquals(2, counters.get(LinkCounter.DATAGRAMS));
    assertEquals(88, counters.get(LinkCounter.BYTES));
    assertEquals(0, counters.get(LinkCounter.RECORDS));
    assertEquals(0, counters.drops());
  }

  @Test
  void shouldPassOverOnlyTheRecordsThatTheKernelDoes() {
    ConnBatch batch = new ConnBatch(8);
    record(batch, 47, 0);
    record(batch, 6, 12);
    record(batch, 6, 1);
    int template = record(batch, 0, 9);
    batch.setFlags(template, ConnFlags.TEMPLATE);
    int withPe = record(batch, 17, 0);
    batch.setPe(withPe, batch.peArea(), 0, 5, 0, 0);
    accept(encode(v1, batch, 0));
    assertEquals(5, counters.get(LinkCounter.RECORDS));
    assertEquals(1, counters.get(LinkCounter.UNKNOWN_PROTOCOL));
    assertEquals(1, counters.get(LinkCounter.INVALID_STATE));
    assertEquals(1, counters.get(LinkCounter.PE_WITHOUT_NAME));
    assertEquals(2, inbound.count());
  }

  @Test
  void shouldHandOnAControlMessageAndNeverDecodeIt() {
    adopt("syncId", "7");
    accept(CONTROL.formatted(7));
    accept(CONTROL.formatted(0));
    accept(CONTROL.formatted(8));
    assertEquals(3, controls, "whatever its sync id: that is the listeners' matter");
    assertEquals(3, counters.get(LinkCounter.CONTROL));
    assertEquals(0, counters.get(LinkCounter.DATAGRAMS));
    assertEquals(0, counters.drops());
  }

  @Test
  void shouldCheckAControlMessageAsAnyOther() {
    adopt("syncId", "7");
    accept(CONTROL.formatted(7) + "00");
    accept("0007000801c50000");
    assertEquals(0, controls);
    assertCounted(LinkCounter.SIZE_MISMATCH);
    assertEquals(1, counters.get(LinkCounter.DATAGRAMS), "without the magic it is version 0");
  }

  @Test
  void shouldHandOnAControlMessageWhileNoCodecIsThere() {
    codecs.remove(v0);
    codecs.remove(v1);
    accept(CONTROL.formatted(0));
    assertEquals(1, controls);
    assertEquals(0, receiver.waiting());
  }

  // The order of the checks: each message has every later fault too.

  @Test
  void shouldCheckInTheKernelsOrder() {
    adopt("syncId", "7", "codecs", "v0");
    accept(message(1500, 99, 8, 1));
    assertCounted(LinkCounter.TOO_LONG);
    accept(new byte[] {0, 8, 0});
    assertCounted(LinkCounter.TOO_LONG, LinkCounter.TOO_SHORT);
    accept(message(44, 99, 8, 1));
    assertCounted(LinkCounter.TOO_LONG, LinkCounter.TOO_SHORT, LinkCounter.SIZE_MISMATCH);
    accept(message(44, 44, 8, 1));
    assertCounted(
        LinkCounter.TOO_LONG,
        LinkCounter.TOO_SHORT,
        LinkCounter.SIZE_MISMATCH,
        LinkCounter.OTHER_SYNC_ID);
    accept(message(44, 44, 7, 1));
    assertCounted(
        LinkCounter.TOO_LONG,
        LinkCounter.TOO_SHORT,
        LinkCounter.SIZE_MISMATCH,
        LinkCounter.OTHER_SYNC_ID,
        LinkCounter.NO_CODEC);
    assertEquals(0, counters.get(LinkCounter.DATAGRAMS));
    assertEquals(0, counters.get(LinkCounter.BYTES));
  }

  @Test
  void shouldTakeAMessageOfExactlyTheLongestLength() {
    accept(message(MAX_LENGTH, MAX_LENGTH, 0, 1));
    assertEquals(1, counters.get(LinkCounter.DATAGRAMS));
    accept(message(MAX_LENGTH + 1, MAX_LENGTH + 1, 0, 1));
    assertCounted(LinkCounter.TOO_LONG);
  }

  @Test
  void shouldTakeWhatFitsWhenTheSizeFieldSaysThatThisIsAll() {
    accept(message(MAX_LENGTH + 1, MAX_LENGTH, 0, 1));
    assertEquals(1, counters.get(LinkCounter.DATAGRAMS));
    assertEquals(MAX_LENGTH, counters.get(LinkCounter.BYTES));
    assertEquals(0, counters.drops());
    accept(message(MAX_LENGTH + 1, MAX_LENGTH - 1, 0, 1));
    assertCounted(LinkCounter.TOO_LONG);
  }

  @Test
  void shouldTakeTheShortestMessage() {
    accept("00000004");
    assertEquals(1, counters.get(LinkCounter.DATAGRAMS));
    assertEquals(0, counters.drops());
  }

  @Test
  void shouldDropATruncatedMessageAtEveryLength() {
    ConnBatch batch = new ConnBatch(3);
    record(batch, 6, 1);
    record(batch, 17, 0);
    byte[] whole = encode(v1, batch, 0);
    for (int length = 0; length < whole.length; length++) {
      accept(Arrays.copyOf(whole, length));
    }
    assertEquals(SyncHeader.V0_BYTES, counters.get(LinkCounter.TOO_SHORT));
    assertEquals(whole.length - SyncHeader.V0_BYTES, counters.get(LinkCounter.SIZE_MISMATCH));
    assertEquals(0, inbound.count());
  }

  @Test
  void shouldCountEveryDatagramOnceWhateverItHolds() {
    Random random = new Random(42);
    adopt("syncId", "7");
    int sent = 20_000;
    for (int i = 0; i < sent; i++) {
      byte[] bytes = new byte[random.nextInt(80)];
      random.nextBytes(bytes);
      if (bytes.length > 3 && random.nextBoolean()) {
        bytes[2] = 0;
        bytes[3] = (byte) bytes.length;
        bytes[1] = (byte) random.nextInt(6, 9);
        bytes[0] = (byte) random.nextInt(2);
      }
      accept(bytes);
    }
    long accounted =
        counters.get(LinkCounter.DATAGRAMS)
            + counters.get(LinkCounter.TOO_SHORT)
            + counters.get(LinkCounter.SIZE_MISMATCH)
            + counters.get(LinkCounter.OTHER_SYNC_ID);
    assertEquals(sent, accounted);
    assertTrue(counters.get(LinkCounter.DATAGRAMS) > 1000);
    assertTrue(counters.get(LinkCounter.OTHER_SYNC_ID) > 1000);
  }

  // Codecs.

  @Test
  void shouldReadOnlyWithEnabledCodecs() {
    ConnBatch batch = new ConnBatch(1);
    record(batch, 6, 1);
    adopt("codecs", "v1");
    accept(encode(v0, batch, 0));
    assertCounted(LinkCounter.NO_CODEC);
    accept(encode(v1, batch, 0));
    assertEquals(1, inbound.count());
    assertEquals(1, inbound.version());
    adopt("codecs", "v0");
    accept(encode(v0, batch, 0));
    assertEquals(2, inbound.count());
    assertEquals(0, inbound.version());
  }

  @Test
  void shouldFollowCodecsThatComeAndGo() {
    ConnBatch batch = new ConnBatch(1);
    record(batch, 6, 1);
    byte[] message = encode(v1, batch, 0);
    codecs.remove(v1);
    assertEquals("v0", codecs.present());
    assertEquals("v1", codecs.absent());
    accept(message);
    // It waits for a moment; see BackupSpoolTest.
    assertEquals(1, receiver.waiting());
    TinyCodec newer = new TinyCodec("v1", 1);
    add(newer, 3);
    assertEquals("v0,v1", codecs.present());
    assertEquals(1, receiver.drain(10));
    accept(message);
    assertEquals(2, inbound.count());
  }

  // Applying.

  @Test
  void shouldApplyUnderItsRuleWithItsTimeouts() {
    ConnBatch batch = new ConnBatch(1);
    record(batch, 6, 1);
    adopt("rule", "AUTHORITATIVE", "timeoutTcpS", "77");
    accept(encode(v1, batch, 9));
    assertSame(MergeRule.AUTHORITATIVE, inbound.rule());
    assertEquals(77, inbound.timeouts().secondsOf(6, 0, 1));
  }

  @Test
  void shouldRecordTheDelayFromReceiveToAppliedOnceARecord() {
    ConnBatch batch = new ConnBatch(2);
    record(batch, 6, 1);
    record(batch, 6, 1);
    Datagram message = Datagram.of(encode(v1, batch, 0));
    long received = clock.nanoTime();
    clock.advanceMs(3);
    receiver.accept(message, received);
    assertEquals(3_000_000, inbound.delays().lastNanos());
    assertEquals(2, inbound.delays().stats().count());
  }

  @Test
  void shouldAllocateNothingADatagram() {
    ConnBatch batch = new ConnBatch(40);
    while (!batch.isFull()) {
      record(batch, 6, 1);
    }
    Datagram good = Datagram.of(encode(v1, batch, 0));
    Datagram bad = Datagram.of(message(44, 43, 0, 1));
    double bytes =
        Allocations.bytesPerRound(
            () -> {
              receiver.drain(64);
              receiver.accept(good, clock.nanoTime());
              receiver.accept(bad, clock.nanoTime());
            });
    // The fake table is full by then and copies no more; a record would be 16 bytes at least.
    assertTrue(bytes < 1, bytes + " bytes a round");
  }

  private void add(SyncCodec codec, long serviceId) {
    codecs.add(codec, Map.of("service.id", serviceId), "1.0.0");
  }

  private void adopt(Object... written) {
    BackupSettings settings = TestSettings.of(written);
    codecs.choose(settings.codecs());
    receiver.adopt(settings, MAX_LENGTH, inbound);
  }

  private void accept(String hex) {
    accept(HexFormat.of().parseHex(hex));
  }

  private void accept(byte[] bytes) {
    receiver.accept(Datagram.of(bytes), clock.nanoTime());
  }

  /** Exactly these drops were counted, once each, and nothing was applied. */
  private void assertCounted(LinkCounter... reasons) {
    Map<LinkCounter, Long> expected = new EnumMap<>(LinkCounter.class);
    for (LinkCounter reason : reasons) {
      expected.put(reason, 1L);
    }
    Map<LinkCounter, Long> counted = counters.snapshot();
    counted.entrySet().removeIf(e -> !e.getKey().isDrop() || e.getValue() == 0);
    assertEquals(expected, counted);
  }

  private static int record(ConnBatch batch, int protocol, int state) {
    int index = batch.add();
    batch.setProtocol(index, protocol);
    batch.setState(index, state);
    batch.setPorts(index, 1000 + index, 80, 8080);
    return index;
  }

  private static byte[] encode(SyncCodec codec, ConnBatch batch, int syncId) {
    Datagram message = new Datagram(MAX_LENGTH);
    assertEquals(batch.size(), codec.encode(batch, 0, syncId, MAX_LENGTH, message));
    return message.toBytes();
  }

  /** A version 1 header and zeros. */
  private static byte[] message(int length, int size, int syncId, int version) {
    byte[] bytes = new byte[length];
    bytes[SyncHeader.SYNC_ID] = (byte) syncId;
    bytes[SyncHeader.SIZE] = (byte) (size >>> 8);
    bytes[SyncHeader.SIZE + 1] = (byte) size;
    bytes[SyncHeader.V1_VERSION] = (byte) version;
    return bytes;
  }
}

package org.ipvssync.role.master.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.fake.Allocations;
import org.ipvssync.api.fake.FakeNode;
import org.ipvssync.api.fake.FakeOutbound;
import org.ipvssync.api.fake.FakeSender;
import org.ipvssync.api.fake.SimClock;
import org.ipvssync.api.fake.TinyCodec;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncHeader;
import org.ipvssync.api.wire.SyncSender;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a simulated clock, without a thread. */
class MasterSenderTest {
  private static final int MAX_LENGTH = 1472;

  /** Records of the test codec that fit into a message. */
  private static final int FULL = (MAX_LENGTH - SyncHeader.V1_BYTES) / TinyCodec.RECORD_BYTES;

  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  private final SimClock clock = new SimClock();
  private final LinkCounters counters = new LinkCounters();
  private final ServiceChoice<SyncCodec> codecs = new ServiceChoice<>(SyncCodec::name, "v1");
  private final TinyCodec v0 = new TinyCodec("v0", 0);
  private final TinyCodec v1 = new TinyCodec("v1", 1);
  private final FakeOutbound outbound =
      (FakeOutbound) new FakeNode(clock).openOutbound("eth0", "h");
  private final FakeSender sender = new FakeSender(TestSettings.of().link().address(), MAX_LENGTH);
  private final MasterSender master = new MasterSender(codecs, counters, clock);
  private int nextPort = 1;

  @BeforeEach
  void start() {
    codecs.add(v0, 0, "1.0.0", 1);
    codecs.add(v1, 0, "1.0.0", 2);
    adopt();
  }

  // When changes go.

  @Test
  void shouldSendAChangeAfterTheFlushInterval() throws IOException {
    outbound.open(1);
    clock.advanceMs(9);
    assertEquals(0, master.duty(sender));
    clock.advanceMs(1);
    assertEquals(1, master.duty(sender));
    assertEquals(List.of(1), ports(0));
    assertEquals(10 * MS, outbound.delays().lastNanos());
  }

  @Test
  void shouldWaitExactlyUntilTheOldestIsDue() throws IOException {
    long start = clock.nanoTime();
    clock.inMs(500, () -> outbound.open(1));
    clock.inMs(507, () -> outbound.open(2));
    run(600);
    assertEquals(1, sender.sent.size());
    assertEquals(List.of(1, 2), ports(0));
    assertEquals(10 * MS, outbound.delays().longestNanos());
    assertEquals(600 * MS, clock.nanoTime() - start);
  }

  @Test
  void shouldSendAtOnceWhenADatagramsWorthWaits() throws IOException {
    open(4 * FULL);
    run(10);
    assertEquals(4, sender.sent.size());
    // Learned by then: a full one is sent without waiting.
    long before = clock.nanoTime();
    open(FULL);
    assertEquals(FULL, master.duty(sender));
    assertEquals(before, clock.nanoTime());
    open(FULL - 1);
    assertEquals(0, master.duty(sender));
  }

  @Test
  void shouldCoalesceChangesOfOneConnection() throws IOException {
    int handle = outbound.open(1);
    for (int state = 1; state <= 7; state++) {
      outbound.change(handle, state);
      clock.advanceMs(1);
    }
    run(10);
    assertEquals(1, counters.get(LinkCounter.RECORDS));
    assertEquals(List.of(7), states(0));
  }

  @Test
  void shouldSendEverythingOfABurstInOrder() throws IOException {
    open(3000);
    run(20);
    List<Integer> all = new ArrayList<>();
    for (int d = 0; d < sender.sent.size(); d++) {
      all.addAll(ports(d));
      assertTrue(sender.sent.get(d).bytes().length <= MAX_LENGTH);
    }
    assertEquals(3000, all.size());
    for (int i = 0; i < all.size(); i++) {
      assertEquals(i + 1, all.get(i));
    }
    assertEquals(sender.sent.size(), counters.get(LinkCounter.DATAGRAMS));
    assertEquals(3000, counters.get(LinkCounter.RECORDS));
    long bytes = sender.sent.stream().mapToLong(s -> s.bytes().length).sum();
    assertEquals(bytes, counters.get(LinkCounter.BYTES));
  }

  @Test
  void shouldSendItsSyncId() throws IOException {
    adopt("syncId", "213");
    outbound.open(1);
    run(20);
    assertEquals((byte) 213, sender.sent.get(0).bytes()[SyncHeader.SYNC_ID]);
  }

  @Test
  void shouldFlushWhatWaitsAtItsEnd() throws IOException {
    open(2500);
    master.flush(sender);
    assertEquals(2500, counters.get(LinkCounter.RECORDS));
    assertEquals(0, outbound.pending());
  }

  // Codecs.

  @Test
  void shouldKeepItsChangesWhileThereIsNoCodec() throws IOException {
    codecs.remove(v1);
    open(10);
    run(5000);
    assertEquals(10, outbound.pending());
    assertEquals(0, sender.sent.size());
    codecs.add(new TinyCodec("v1", 1), 0, "1.0.1", 3);
    run(20);
    assertEquals(10, counters.get(LinkCounter.RECORDS));
    assertEquals(0, outbound.pending());
  }

  @Test
  void shouldHoldWhatTheCodecCannotCarryUntilAnotherComes() throws IOException {
    codecs.choose("v0");
    openIpv6(3);
    open(2);
    run(50);
    assertEquals(2, counters.get(LinkCounter.RECORDS));
    assertEquals(3, counters.get(LinkCounter.HELD_BY_CODEC));
    assertEquals(3, outbound.held());
    assertEquals(0, outbound.pending());
    codecs.choose("v1");
    run(50);
    assertEquals(5, counters.get(LinkCounter.RECORDS));
    assertEquals(0, outbound.held());
  }

  @Test
  void shouldGoOnWithAnotherCodecInTheMidstOfABatch() throws IOException {
    open(5 * FULL);
    SyncSender swapping =
        new SwappingSender(
            () -> {
              codecs.remove(v1);
              codecs.add(new TinyCodec("v1", 1), 0, "2.0.0", 9);
            });
    clock.advanceMs(10);
    assertEquals(FULL, master.duty(swapping));
    assertEquals(4 * FULL, outbound.pending());
    run(20);
    assertEquals(5 * FULL, counters.get(LinkCounter.RECORDS));
    assertEquals(5 * FULL, portsOfAll().size());
  }

  @Test
  void shouldCountARecordThatIsTooLongAndSendTheRest() throws IOException {
    adopt("syncMaxLen", "64");
    outbound.open(1);
    int withPe = outbound.open(2);
    outbound.entries.setPe(withPe, outbound.entries.peArea(), 0, 200, 0, 0);
    outbound.open(3);
    master.adopt(TestSettings.of("refreshPeriodS", "0"), 64, outbound);
    run(50);
    assertEquals(1, counters.get(LinkCounter.RECORD_TOO_LONG));
    assertEquals(new TreeSet<>(List.of(1, 3)), portsOfAll());
    assertEquals(0, outbound.pending());
  }

  @Test
  void shouldHoldWhatACodecFailsOnAndNotSpin() throws IOException {
    open(3);
    v1.fault = new IllegalStateException("a bug");
    clock.advanceMs(10);
    assertThrows(IllegalStateException.class, () -> master.duty(sender));
    assertEquals(3, outbound.held());
    assertEquals(0, outbound.pending());
    v1.fault = null;
    codecs.add(new TinyCodec("v1", 1), 0, "1.0.1", 3);
    run(20);
    assertEquals(3, counters.get(LinkCounter.RECORDS));
  }

  // Failures.

  @Test
  void shouldRestoreWhatDidNotGoOut() throws IOException {
    open(5 * FULL);
    clock.advanceMs(10);
    sender.failAfter = 2;
    assertThrows(IOException.class, () -> master.duty(sender));
    assertEquals(1, counters.get(LinkCounter.SEND_FAILED));
    assertEquals(2 * FULL, counters.get(LinkCounter.RECORDS));
    assertEquals(3 * FULL, outbound.pending());
    sender.failAfter = -1;
    run(20);
    assertEquals(5 * FULL, portsOfAll().size());
  }

  @Test
  void shouldRestoreWhatDidNotGoOutOfEveryLane() throws IOException {
    adopt("syncPorts", "4");
    open(600);
    clock.advanceMs(10);
    sender.failAfter = 3;
    assertThrows(IOException.class, () -> master.duty(sender));
    assertEquals(600 - portsOfAll().size(), outbound.pending());
    sender.failAfter = -1;
    run(20);
    assertEquals(600, portsOfAll().size());
  }

  @Test
  void shouldGiveUpASenderWhoseInterfaceWentAway() throws IOException {
    run(2000);
    sender.usable = false;
    open(1);
    clock.advanceMs(1000);
    assertThrows(IOException.class, () -> master.duty(sender));
    assertEquals(1, outbound.pending());
  }

  // Lanes.

  @Test
  void shouldKeepAConnectionOnOneLaneAndInOrder() throws IOException {
    adopt("syncPorts", "5");
    Random random = new Random(3);
    open(400);
    Map<Integer, Integer> lastState = new HashMap<>();
    for (int round = 0; round < 200; round++) {
      for (int i = 0; i < 50; i++) {
        int handle = random.nextInt(400);
        // A state that only grows: the round's number.
        outbound.change(handle, round % 11);
        lastState.put(handle, round % 11);
      }
      run(10);
    }
    run(20);
    Map<Integer, Integer> laneOfPort = new HashMap<>();
    Map<Integer, Integer> seenState = new HashMap<>();
    for (int d = 0; d < sender.sent.size(); d++) {
      ConnBatch batch = decode(d);
      for (int i = 0; i < batch.size(); i++) {
        Integer before = laneOfPort.put(batch.cport(i), sender.sent.get(d).lane());
        assertTrue(before == null || before == sender.sent.get(d).lane(), "lane changed");
        seenState.put(batch.cport(i), batch.state(i));
      }
    }
    assertEquals(5, new TreeSet<>(laneOfPort.values()).size());
    lastState.forEach((handle, state) -> assertEquals(state, seenState.get(handle + 1)));
  }

  // Copies.

  @Test
  void shouldSendTheWholeTableAtTheStartAndEveryPeriod() throws IOException {
    open(1000);
    run(20);
    adopt("refreshPeriodS", "30");
    run(25_000);
    assertEquals(1000, counters.get(LinkCounter.COPIES));
    assertEquals(1, counters.get(LinkCounter.PASSES));
    run(30_000);
    assertEquals(2000, counters.get(LinkCounter.COPIES));
    assertEquals(2, counters.get(LinkCounter.PASSES));
  }

  @Test
  void shouldKeepTheRefreshRate() throws IOException {
    open(4000);
    run(20);
    adopt("refreshPeriodS", "1", "refreshPerSecond", "1000");
    long before = counters.get(LinkCounter.COPIES);
    for (int second = 1; second <= 10; second++) {
      run(1000);
      long copies = counters.get(LinkCounter.COPIES) - before;
      assertTrue(copies <= second * 1000 + 64, copies + " in " + second + " s");
      assertTrue(copies >= second * 1000 - 64, copies + " in " + second + " s");
    }
  }

  @Test
  void shouldNotDelayChangesDuringARefresh() throws IOException {
    open(4000);
    run(20);
    adopt("refreshPeriodS", "1", "refreshPerSecond", "10000000");
    sender.sent.clear();
    for (int ms = 0; ms < 300; ms += 3) {
      clock.inMs(ms, () -> outbound.change(17, 4));
    }
    run(400);
    assertTrue(counters.get(LinkCounter.COPIES) >= 4000);
    assertTrue(outbound.delays().longestNanos() <= 10 * MS);
  }

  @Test
  void shouldSendDueChangesBeforeCopies() throws IOException {
    open(100);
    run(20);
    sender.sent.clear();
    outbound.change(50, 7);
    clock.advanceMs(10);
    adopt("refreshPeriodS", "30");
    master.duty(sender);
    assertEquals(List.of(51), ports(0));
    assertTrue(sender.sent.size() > 1);
  }

  @Test
  void shouldSendNoCopiesWithoutTimeouts() throws IOException {
    codecs.choose("v0");
    adopt("refreshPeriodS", "1");
    open(10);
    master.push();
    run(5000);
    assertEquals(10, counters.get(LinkCounter.RECORDS));
    assertEquals(0, counters.get(LinkCounter.COPIES));
    codecs.choose("v1");
    run(900);
    assertEquals(10, counters.get(LinkCounter.COPIES));
  }

  @Test
  void shouldPushAPassAtOnceWhenRefreshIsOff() throws IOException {
    open(1000);
    run(20);
    run(100_000);
    assertEquals(0, counters.get(LinkCounter.COPIES));
    master.push();
    run(1000);
    assertEquals(1000, counters.get(LinkCounter.COPIES));
    assertEquals(1, counters.get(LinkCounter.PASSES));
    assertEquals(1, outbound.restarts());
    run(100_000);
    assertEquals(1000, counters.get(LinkCounter.COPIES));
  }

  @Test
  void shouldBeginAPassAgainWhenItWasCutOff() throws IOException {
    open(1000);
    run(20);
    adopt("refreshPeriodS", "30");
    // The first piece is 200 records in four datagrams.
    sender.failAfter = 5;
    assertThrows(IOException.class, () -> run(1000));
    sender.failAfter = -1;
    assertEquals(0, outbound.pending(), "copies are not changes");
    long before = counters.get(LinkCounter.COPIES);
    assertEquals(200 + FULL, before);
    run(1000);
    assertEquals(1000, counters.get(LinkCounter.COPIES) - before);
    assertEquals(1, counters.get(LinkCounter.PASSES));
  }

  @Test
  void shouldSayInACopyWhatRemainsOfALife() throws IOException {
    int handle = outbound.open(1);
    run(20);
    outbound.entries.setExpiresMs(handle, 42_999);
    adopt("refreshPeriodS", "30");
    master.duty(sender);
    assertEquals(900, decode(0).timeoutS(0));
    assertEquals(42, decode(1).timeoutS(0));
  }

  @Test
  void shouldAllocateNothingARecord() {
    open(1000);
    adopt("refreshPeriodS", "1", "refreshPerSecond", "10000000", "syncPorts", "3");
    SyncSender quiet = new SwappingSender(() -> {});
    int[] round = {0};
    double bytes =
        Allocations.bytesPerRound(
            () -> {
              for (int i = 0; i < 30; i++) {
                outbound.change((round[0] + i * 7) % 1000, i % 11);
              }
              round[0]++;
              clock.advanceMs(10);
              try {
                master.duty(quiet);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    // 30 records a round on three lanes, and 1000 copies every hundredth.
    assertTrue(bytes < 1, bytes + " bytes a round");
    assertTrue(counters.get(LinkCounter.COPIES) > 300_000);
    assertTrue(counters.get(LinkCounter.DATAGRAMS) > 100_000);
  }

  /** Sends into nowhere; does something once after the first datagram. */
  private final class SwappingSender implements SyncSender {
    private final Runnable afterFirst;
    private boolean done;

    private SwappingSender(Runnable afterFirst) {
      this.afterFirst = afterFirst;
    }

    @Override
    public void send(Datagram datagram, int lane) throws IOException {
      if (!done) {
        done = true;
        sender.send(datagram, lane);
        afterFirst.run();
      }
    }

    @Override
    public int defaultMaxLength() {
      return MAX_LENGTH;
    }

    @Override
    public boolean isUsable() {
      return true;
    }

    @Override
    public void close() {}
  }

  private void adopt(Object... written) {
    Map<String, Object> all = TestSettings.written(written);
    List<Object> flat = new ArrayList<>(List.of("refreshPeriodS", "0"));
    all.forEach(
        (key, value) -> {
          flat.add(key);
          flat.add(value);
        });
    MasterSettings settings = TestSettings.of(flat.toArray());
    master.adopt(settings, MAX_LENGTH, outbound);
    if (settings.refreshPeriodS() > 0) {
      // As when a link starts.
      master.adopt(settings, MAX_LENGTH, null);
      master.adopt(settings, MAX_LENGTH, outbound);
    }
  }

  private void open(int count) {
    for (int i = 0; i < count; i++) {
      outbound.open(nextPort++);
    }
  }

  private void openIpv6(int count) {
    for (int i = 0; i < count; i++) {
      outbound.open(nextPort++, true);
    }
  }

  /** What the link's thread does, for so many milliseconds of the simulated clock. */
  private void run(long ms) throws IOException {
    long end = clock.nanoTime() + ms * MS;
    boolean[] over = {false};
    clock.inMs(
        ms,
        () -> {
          over[0] = true;
          outbound.wakeUp();
        });
    while (!over[0] && clock.nanoTime() <= end) {
      if (master.duty(sender) == 0) {
        master.idle();
      }
    }
    while (master.duty(sender) > 0) {
      // What was due at the end.
    }
  }

  private ConnBatch decode(int datagram) {
    ConnBatch batch = new ConnBatch();
    byte[] bytes = sender.sent.get(datagram).bytes();
    (bytes[SyncHeader.V1_VERSION] == 1 ? v1 : v0).decode(Datagram.of(bytes), batch, counters);
    return batch;
  }

  private List<Integer> ports(int datagram) {
    ConnBatch batch = decode(datagram);
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      ports.add(batch.cport(i));
    }
    return ports;
  }

  private List<Integer> states(int datagram) {
    ConnBatch batch = decode(datagram);
    List<Integer> states = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      states.add(batch.state(i));
    }
    return states;
  }

  private TreeSet<Integer> portsOfAll() {
    TreeSet<Integer> all = new TreeSet<>();
    for (int d = 0; d < sender.sent.size(); d++) {
      all.addAll(ports(d));
    }
    return all;
  }
}

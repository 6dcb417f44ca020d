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
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.fake.Allocations;
import org.ipvssync.api.fake.TinyCodec;
import org.ipvssync.api.node.Swap;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncHeader;
import org.ipvssync.api.wire.SyncSender;
import org.junit.jupiter.api.Test;

/** When and how a master sends changes. */
class MasterSenderTest extends SimulatedMaster {
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
    open(3 * FULL);
    run(10);
    assertEquals(3, sender.sent.size());
    // Learned by then: a full one is sent without waiting.
    long before = clock.nanoTime();
    open(FULL);
    assertEquals(FULL, master.duty(sender));
    assertEquals(before, clock.nanoTime());
    open(FULL - 1);
    assertEquals(0, master.duty(sender));
  }

  @Test
  void shouldFillItsDatagrams() throws IOException {
    open(3 * FULL);
    run(10);
    sender.sent.clear();
    open(20 * FULL + 1);
    run(20);
    assertEquals(21, sender.sent.size());
  }

  /** The last full one may have held fewer than the next ones can. */
  @Test
  void shouldFillLongDatagramsToo() throws IOException {
    // Long enough for more than was ever in one, and two of those for more than is taken at once.
    int longest = 3_000;
    master.adopt(TestSettings.of("refreshPeriodS", "0"), longest, outbound);
    open(2_000);
    run(20);
    int most = sender.sent.stream().mapToInt(s -> s.bytes().length).max().orElse(0);
    assertTrue(most > longest - SyncHeader.V1_BYTES - TinyCodec.RECORD_BYTES, "bytes: " + most);
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
  void shouldSendNoMoreChangesASecondThanAreAllowed() throws IOException {
    adopt("changesPerSecond", "1500");
    open(4_000);
    run(1_000);
    long first = counters.get(LinkCounter.RECORDS);
    // What is taken at once is the grain: the last one may begin just before the second ends.
    assertTrue(first >= 1_500 && first <= 1_500 + 256, "in a second: " + first);
    run(2_500);
    assertEquals(4_000, portsOfAll().size());
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
  void shouldTellASwapWithItsPauseAndWhatWaited() throws IOException {
    run(10);
    assertEquals(List.of(), swaps);
    clock.inMs(100, () -> leave(v1));
    clock.inMs(350, () -> open(7));
    clock.inMs(400, () -> come(new TinyCodec("v1", 1), "1.0.1"));
    run(1000);
    assertEquals(List.of(new Swap("codec", "v1 1.0.0", "v1 1.0.1", 300_000, 7)), swaps);
    // New first: the older one is used until the newer one is there.
    clock.inMs(10, () -> come(new TinyCodec("v1", 1), "1.1.0"));
    run(1000);
    assertEquals(new Swap("codec", "v1 1.0.1", "v1 1.1.0", 0, 0), swaps.get(1));
    assertEquals(2, swaps.size());
    assertEquals(7, counters.get(LinkCounter.RECORDS));
  }

  @Test
  void shouldCountWhatWasHeldAsWaiting() throws IOException {
    codecs.choose("v0");
    openIpv6(3);
    run(50);
    codecs.choose("v1");
    run(50);
    assertEquals(List.of(new Swap("codec", "v0 1.0.0", "v1 1.0.0", 0, 3)), swaps);
  }

  @Test
  void shouldLoseNothingInManySwaps() throws IOException {
    Random random = new Random(7);
    TinyCodec now = v1;
    for (int i = 0; i < 300; i++) {
      open(random.nextInt(12));
      run(random.nextInt(15));
      TinyCodec next = new TinyCodec("v1", 1);
      if (random.nextBoolean()) {
        leave(now);
        open(random.nextInt(3));
        run(random.nextInt(15));
        come(next, "1.0." + i);
      } else {
        come(next, "1.0." + i);
        run(random.nextInt(2));
        leave(now);
      }
      now = next;
    }
    run(50);
    assertEquals(0, outbound.pending());
    assertEquals(outbound.entries.size(), portsOfAll().size());
    assertEquals(300, swaps.size());
  }

  @Test
  void shouldHoldWhatACodecFailsToLookAt() throws IOException {
    open(3);
    v1.carriesFault = new NoClassDefFoundError("half of a bundle");
    clock.advanceMs(10);
    assertThrows(NoClassDefFoundError.class, () -> master.duty(sender));
    assertEquals(3, outbound.held());
    come(new TinyCodec("v1", 1), "1.0.1");
    run(20);
    assertEquals(3, counters.get(LinkCounter.RECORDS));
  }

  @Test
  void shouldCountARecordThatIsTooLongAndSendTheRest() throws IOException {
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

  private void leave(TinyCodec codec) {
    codecs.remove(codec);
    outbound.wakeUp();
  }

  private void come(TinyCodec codec, String version) {
    codecs.add(codec, 0, version, 3);
    outbound.wakeUp();
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
  void shouldRestoreWhatATransportHasAFaultOn() throws IOException {
    open(3);
    clock.advanceMs(10);
    sender.beforeSend =
        () -> {
          throw new IllegalStateException("a bug");
        };
    IOException failure = assertThrows(IOException.class, () -> master.duty(sender));
    assertEquals(
        "the transport failed: java.lang.IllegalStateException: a bug", failure.getMessage());
    assertEquals(1, counters.get(LinkCounter.SEND_FAILED));
    assertEquals(0, outbound.held(), "the codec can carry them");
    assertEquals(3, outbound.pending());
    sender.beforeSend = () -> {};
    run(20);
    assertEquals(3, counters.get(LinkCounter.RECORDS));
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
}

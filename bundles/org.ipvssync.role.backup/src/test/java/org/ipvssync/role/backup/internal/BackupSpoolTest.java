package org.ipvssync.role.backup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.fake.FakeInbound;
import org.ipvssync.api.fake.FakeNode;
import org.ipvssync.api.fake.RecordedLog;
import org.ipvssync.api.fake.SimClock;
import org.ipvssync.api.fake.TinyCodec;
import org.ipvssync.api.node.Swap;
import org.ipvssync.api.wire.Datagram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Codecs that go and come under a stream of messages; each message has one record, numbered. */
class BackupSpoolTest {
  private static final int MAX_LENGTH = 1472;

  private final SimClock clock = new SimClock();
  private final RecordedLog log = new RecordedLog();
  private final LinkCounters counters = new LinkCounters();
  private final CodecChoices codecs = new CodecChoices();
  private final List<Swap> swaps = new ArrayList<>();
  private final BackupReceiver receiver =
      new BackupReceiver(
          codecs, counters, this::nanoTime, swaps::add, message -> {}, log.log, "backup eth0");
  private final FakeNode node = new FakeNode(clock);
  private final TinyCodec writer0 = new TinyCodec("v0", 0);
  private final TinyCodec writer1 = new TinyCodec("v1", 1);
  private TinyCodec v0 = new TinyCodec("v0", 0);
  private TinyCodec v1 = new TinyCodec("v1", 1);
  private FakeInbound inbound;
  private Runnable onClockRead = () -> {};
  private int sent;
  private long serviceId;

  @BeforeEach
  void start() {
    come(v0, "1.0.0");
    come(v1, "1.0.0");
    adopt("h");
  }

  @AfterEach
  void end() {
    receiver.finish(clock.nanoTime());
  }

  @Test
  void shouldLoseNothingWhereverInTheStreamACodecGoesAndComes() {
    for (int gone = 0; gone < 12; gone++) {
      for (int back = gone; back < 12; back++) {
        for (int i = 0; i < 12; i++) {
          if (i == gone) {
            codecs.remove(v1);
          }
          if (i == back) {
            v1 = new TinyCodec("v1", 1);
            come(v1, "1.0.0");
          }
          send(i % 3 == 0 ? 0 : 1);
          clock.advanceMs(1);
        }
        round();
      }
    }
    assertAppliedAllInOrder();
    assertEquals(0, counters.drops());
    assertEquals(12 * 13 / 2, swaps.size());
  }

  @Test
  void shouldLoseNothingWhenACodecIsBackBeforeItIsMissed() {
    for (String spool : List.of("8192", "0")) {
      adopt("h", "spoolKiB", spool);
      codecs.remove(v1);
      // Between the attempt to read the message and the look at what codecs are there.
      onClockRead = () -> come(v1, "1.0.0");
      send(1);
      round();
    }
    assertAppliedAllInOrder();
    assertEquals(2, swaps.size());
    assertEquals(0, counters.drops());
  }

  @Test
  void shouldKeepTheOrderOfTwoMastersWhileOneCodecIsGone() {
    send(0);
    send(1);
    codecs.remove(v0);
    send(1);
    // This one waits, and all that come behind it.
    send(0);
    send(1);
    send(1);
    round();
    assertEquals(List.of(0, 1, 2), applied());
    assertEquals(3, receiver.waiting());
    assertEquals("v0", receiver.awaited());
    clock.advanceMs(40);
    v0 = new TinyCodec("v0", 0);
    come(v0, "1.0.1");
    round();
    assertAppliedAllInOrder();
    assertEquals(0, receiver.waiting());
    assertEquals(3, counters.get(LinkCounter.SPOOLED));
    assertEquals(List.of(new Swap("codec", "v0 1.0.0", "v0 1.0.1", 40_000, 1)), swaps);
    // From arrival to applied.
    assertEquals(40_000_000, inbound.delays().longestNanos());
  }

  @Test
  void shouldWaitAnewForACodecWhenAnotherIsBackFirst() {
    codecs.remove(v0);
    codecs.remove(v1);
    clock.advanceMs(60_000);
    send(1);
    send(0);
    clock.advanceMs(60_000);
    v0 = new TinyCodec("v0", 0);
    come(v0, "1.0.0");
    round();
    clock.advanceMs(100);
    v1 = new TinyCodec("v1", 1);
    come(v1, "1.0.0");
    round();
    assertAppliedAllInOrder();
    assertEquals(0, counters.drops());
  }

  @Test
  void shouldNoLongerUnderstandACodecThatHasGoneForGood() {
    send(0);
    codecs.remove(v0);
    send(0);
    send(1);
    clock.advanceMs(1999);
    round();
    assertEquals(List.of(0), applied());
    clock.advanceMs(1);
    round();
    assertEquals(List.of(0, 2), applied());
    assertEquals(1, counters.get(LinkCounter.NO_CODEC));
    assertEquals("", receiver.awaited());
    send(0);
    send(1);
    round();
    assertEquals(List.of(0, 2, 4), applied());
    assertEquals(2, counters.get(LinkCounter.NO_CODEC));
    assertEquals(
        List.of(
            "warn backup eth0: codec v0 has not come back within 2000 ms: its messages are dropped"
                + " (noCodec) until it does"),
        log.lines);
    come(v0, "1.0.0");
    send(0);
    round();
    assertEquals(List.of(0, 2, 4, 5), applied());
    assertEquals(1, swaps.size());
    assertEquals(2_000_000, swaps.get(0).pauseMicros());
  }

  @Test
  void shouldDropAtOnceWhatNoChosenCodecEverRead() {
    adopt("h", "codecs", "v1,v7");
    send(0);
    assertEquals(1, counters.get(LinkCounter.NO_CODEC));
    adopt("h", "codecs", "v0,v1", "codecWaitMs", "0");
    codecs.remove(v0);
    send(0);
    assertEquals(2, counters.get(LinkCounter.NO_CODEC));
    assertEquals(0, receiver.waiting());
  }

  @Test
  void shouldWaitAsLongAsThereIsNoCodecAtAll() {
    codecs.remove(v0);
    codecs.remove(v1);
    for (int i = 0; i < 100; i++) {
      send(1);
      send(0);
    }
    clock.advanceMs(60_000);
    round();
    assertEquals(200, receiver.waiting());
    come(v1, "1.0.0");
    round();
    assertEquals(List.of(0), applied(), "the other one may be back in a moment as well");
    clock.advanceMs(2_000);
    round();
    assertEquals(IntStream.range(0, 100).mapToObj(i -> 2 * i).toList(), applied());
    assertEquals(100, counters.get(LinkCounter.NO_CODEC));
    assertEquals(1, log.count("codec v0 has not come back"), log.lines::toString);
    assertEquals(List.of(new Swap("codec", "v1 1.0.0", "v1 1.0.0", 60_000_000, 100)), swaps);
  }

  @Test
  void shouldTakeTheTimeThatItWaitedOffALife() {
    codecs.remove(v0);
    codecs.remove(v1);
    send(1);
    clock.advanceMs(2_000_000);
    send(1);
    clock.advanceMs(10_500);
    come(v1, "1.0.0");
    round();
    // Nothing is left of the first; what it says still has its effect.
    assertEquals(1, inbound.applied.remainingS(0));
    assertEquals(90, inbound.applied.remainingS(1));
    send(1);
    assertEquals(0, inbound.applied.remainingS(2));
  }

  @Test
  void shouldStopReadingWhenTheSpoolIsFullAndCountWhatFindsNoRoom() {
    adopt("h", "spoolKiB", "4");
    codecs.remove(v0);
    codecs.remove(v1);
    round();
    while (!receiver.isFull()) {
      send(1);
      round();
    }
    // Full for a longest message; short ones fit for a while yet, as those of a socket that goes.
    final int fit = sent;
    for (int i = 0; i < 200; i++) {
      send(1);
    }
    long lost = counters.get(LinkCounter.SPOOL_OVERFLOW);
    assertTrue(lost > 0 && fit > 20);
    assertEquals(sent, receiver.waiting() + lost);
    come(v1, "1.0.0");
    round();
    assertFalse(receiver.isFull());
    assertEquals(sent, inbound.count() + lost);
  }

  @Test
  void shouldReadNothingWithoutCodecsWhenItMayKeepNothing() {
    adopt("h", "spoolKiB", "0");
    assertFalse(receiver.isFull());
    codecs.remove(v0);
    round();
    assertFalse(receiver.isFull());
    send(0);
    assertEquals(1, counters.get(LinkCounter.NO_CODEC));
    codecs.remove(v1);
    round();
    assertTrue(receiver.isFull());
  }

  @Test
  void shouldSendWhatWaitsTheWayThatWasGivenWhenItCame() {
    codecs.remove(v0);
    codecs.remove(v1);
    send(1);
    final FakeInbound first = inbound;
    adopt("h2");
    send(1);
    send(1);
    assertFalse(first.isClosed());
    come(v1, "1.0.0");
    round();
    assertEquals(1, first.count());
    assertTrue(first.isClosed());
    assertEquals(2, inbound.count());
    adopt("h3");
    assertTrue(node.inbounds.get(1).isClosed());
  }

  @Test
  void shouldGoOnBehindAMessageOnWhichItsCodecFails() {
    codecs.remove(v0);
    codecs.remove(v1);
    send(1);
    send(1);
    come(v1, "1.0.0");
    v1.fault = new IllegalStateException("a bug");
    assertThrows(IllegalStateException.class, this::round);
    v1.fault = null;
    round();
    assertEquals(List.of(1), applied());
  }

  @Test
  void shouldCountWhatStillWaitsWhenItEnds() {
    codecs.remove(v0);
    codecs.remove(v1);
    for (int i = 0; i < 10; i++) {
      send(1);
    }
    receiver.finish(clock.nanoTime() + 1);
    assertEquals(10, counters.get(LinkCounter.NO_CODEC));
    assertTrue(inbound.isClosed());
  }

  @Test
  void shouldApplyWhatStillWaitsWhenItEnds() {
    codecs.remove(v0);
    send(0);
    send(1);
    send(1);
    receiver.finish(clock.nanoTime() + 1);
    assertEquals(List.of(1, 2), applied());
    assertEquals(1, counters.get(LinkCounter.NO_CODEC));
    assertEquals(0, counters.get(LinkCounter.SPOOL_OVERFLOW));
  }

  @Test
  void shouldCountWhatItHasNoTimeForWhenItEnds() {
    codecs.remove(v0);
    send(0);
    send(1);
    receiver.finish(clock.nanoTime());
    assertEquals(2, counters.get(LinkCounter.SPOOL_OVERFLOW));
  }

  @Test
  void shouldTellASwapThatLeftNoGap() {
    round();
    come(new TinyCodec("v1", 1), "1.1.0");
    send(1);
    round();
    assertEquals(List.of(new Swap("codec", "v1 1.0.0", "v1 1.1.0", 0, 0)), swaps);
    codecs.choose(List.of("v1", "v0"));
    round();
    assertEquals(1, swaps.size());
  }

  @Test
  void shouldTellAlsoWhatWasReadBeforeItWasNoticedThatTheCodecIsBack() {
    codecs.remove(v0);
    codecs.remove(v1);
    send(0);
    send(1);
    send(1);
    come(v0, "1.0.0");
    // The look at what codecs are there reads the clock once; then the first message is decoded.
    onClockRead = () -> onClockRead = () -> come(v1, "1.0.0");
    round();
    assertAppliedAllInOrder();
    assertEquals(
        List.of(
            new Swap("codec", "v0 1.0.0", "v0 1.0.0", 0, 1),
            new Swap("codec", "v1 1.0.0", "v1 1.0.0", 0, 2)),
        swaps);
  }

  @Test
  void shouldLoseNothingInManySwaps() {
    Random random = new Random(11);
    for (int i = 0; i < 2000; i++) {
      if (random.nextInt(8) == 0) {
        codecs.remove(v1);
        v1 = random.nextBoolean() ? v1 : new TinyCodec("v1", 1);
        sendSome(random);
        come(v1, "1.0.0");
      }
      if (random.nextInt(8) == 0) {
        codecs.remove(v0);
        sendSome(random);
        come(v0, "1.0.0");
      }
      sendSome(random);
      receiver.drain(random.nextInt(4));
    }
    while (receiver.waiting() > 0) {
      round();
    }
    assertTrue(counters.get(LinkCounter.SPOOLED) > 100);
    assertEquals(sent, inbound.count());
    assertEquals(0, counters.drops());
    assertEquals(
        IntStream.range(0, inbound.applied.size()).boxed().toList(), applied(), "in order");
  }

  private void sendSome(Random random) {
    for (int n = random.nextInt(4); n > 0; n--) {
      send(random.nextInt(2));
      clock.advanceMs(random.nextInt(3));
    }
  }

  private void send(int version) {
    ConnBatch batch = new ConnBatch(1);
    int index = batch.add();
    batch.setProtocol(index, 6);
    batch.setState(index, 1);
    batch.setTimeoutS(index, 100);
    batch.setPorts(index, sent++ & 0xffff, 80, 8080);
    Datagram message = new Datagram(MAX_LENGTH);
    (version == 1 ? writer1 : writer0).encode(batch, 0, 0, MAX_LENGTH, message);
    receiver.accept(message, clock.nanoTime());
  }

  private long nanoTime() {
    Runnable action = onClockRead;
    onClockRead = () -> {};
    action.run();
    return clock.nanoTime();
  }

  private void round() {
    while (receiver.drain(64) > 0) {
      // On to the next.
    }
  }

  private void come(TinyCodec codec, String version) {
    codecs.add(codec, Map.of("service.id", ++serviceId), version);
  }

  private void adopt(String horizon, Object... written) {
    BackupSettings settings = TestSettings.of(written);
    codecs.choose(settings.codecs());
    if (inbound == null || !inbound.horizon.equals(horizon)) {
      inbound = (FakeInbound) node.openInbound(horizon);
    }
    receiver.adopt(settings, MAX_LENGTH, inbound);
  }

  private List<Integer> applied() {
    return IntStream.range(0, inbound.applied.size())
        .mapToObj(i -> inbound.applied.cport(i))
        .toList();
  }

  private void assertAppliedAllInOrder() {
    assertEquals(IntStream.range(0, sent).boxed().toList(), applied());
  }
}

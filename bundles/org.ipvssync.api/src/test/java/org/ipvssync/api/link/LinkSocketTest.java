package org.ipvssync.api.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.fake.FakeReceiver;
import org.ipvssync.api.fake.FakeTransport;
import org.ipvssync.api.fake.RecordedLog;
import org.ipvssync.api.fake.SimClock;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.Swap;
import org.ipvssync.api.node.SwapStats;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncReceiver;
import org.ipvssync.api.wire.SyncTransport;
import org.ipvssync.api.wire.TransportException;
import org.junit.jupiter.api.Test;

class LinkSocketTest {
  private final SimClock clock = new SimClock();
  private final RecordedLog log = new RecordedLog();
  private final FakeTransport transport = new FakeTransport("multicast");
  private final ServiceChoice<SyncTransport> transports =
      new ServiceChoice<>(SyncTransport::name, "multicast");
  private final Work work = new Work();
  private final List<Throwable> faults = new ArrayList<>();
  private final LinkCounters counters = new LinkCounters();
  private final SwapLog swaps = new SwapLog("backup eth0", log.log);
  private final LinkSocket<SyncReceiver> socket =
      new LinkSocket<>(
          "backup eth0",
          transports,
          work,
          new LinkGaps(SyncRole.BACKUP, "backup eth0", counters, swaps, log.log),
          clock,
          log.log,
          faults::add);
  private LinkSettings wanted = at("eth0");

  @Test
  void shouldWaitForItsTransport() {
    assertNull(ensure());
    assertEquals(LinkState.WAITING, socket.state());
    assertTrue(socket.detail().contains("no transport named multicast"), socket.detail());
    add(transport, 1);
    assertNotNull(ensure());
    assertEquals(LinkState.UP, socket.state());
    assertEquals("", socket.detail());
    assertEquals(
        List.of("info backup eth0: up on interface eth0, group 224.0.0.81, port 8848"), log.lines);
  }

  @Test
  void shouldOpenOnceAndStay() {
    add(transport, 1);
    SyncReceiver first = ensure();
    clock.advanceMs(60_000);
    assertSame(first, ensure());
    wanted = at("eth0");
    assertSame(first, ensure());
    assertEquals(1, transport.receivers.size());
  }

  @Test
  void shouldRetryWithGrowingPausesAndTellEachReasonOnce() {
    add(transport, 1);
    transport.failure = "interface eth0 is missing";
    List<Long> attempts = new ArrayList<>();
    long start = clock.nowMs();
    for (int ms = 0; ms < 10_000; ms += 10) {
      int before = work.attempts;
      assertNull(ensure());
      if (work.attempts > before) {
        attempts.add(clock.nowMs() - start);
      }
      clock.advanceMs(10);
    }
    assertEquals(List.of(0L, 200L, 600L, 1400L, 3000L, 5000L, 7000L, 9000L), attempts);
    assertEquals(LinkState.RETRYING, socket.state());
    assertEquals("interface eth0 is missing", socket.detail());
    assertEquals(1, log.lines.size());

    transport.failure = "interface eth0 is down";
    clock.advanceMs(2000);
    ensure();
    assertEquals(2, log.lines.size());

    transport.failure = null;
    clock.advanceMs(2000);
    assertNotNull(ensure());
    assertEquals(3, log.lines.size());
    assertEquals(1, log.count("info backup eth0: up on"));
  }

  @Test
  void shouldNotTellTheSameReasonAgainWhileItFlaps() {
    add(transport, 1);
    assertNotNull(ensure());
    for (int i = 0; i < 20; i++) {
      socket.failed("network is unreachable", clock.nanoTime());
      assertEquals(LinkState.RETRYING, socket.state());
      clock.advanceMs(2000);
      assertNotNull(ensure());
    }
    // Up, the reason, up again and for how long nothing was heard; the other times only count.
    assertEquals(4, log.lines.size(), log.lines::toString);
    assertEquals(20, counters.get(LinkCounter.GAPS));

    clock.advanceMs(60_000);
    ensure();
    socket.failed("network is unreachable", clock.nanoTime());
    assertEquals(5, log.lines.size(), log.lines::toString);
  }

  @Test
  void shouldPauseBeforeItOpensAgainAfterAFailure() {
    add(transport, 1);
    assertNotNull(ensure());
    socket.failed("gone", clock.nanoTime());
    assertTrue(transport.receivers.get(0).isClosed());
    assertNull(ensure());
    assertEquals(TimeUnit.MILLISECONDS.toNanos(200), socket.pauseNanos(clock.nanoTime()));
    clock.advanceMs(200);
    assertNotNull(ensure());
  }

  @Test
  void shouldLetGoOfAnEndThatCannotEvenBeClosed() {
    add(transport, 1);
    final SyncReceiver old = ensure();
    transport.receivers.get(0).closeFault = new IllegalStateException("a bug");
    socket.failed("gone", clock.nanoTime());
    assertEquals(1, faults.size());
    clock.advanceMs(200);
    assertNotSame(old, ensure());
    assertEquals(LinkState.UP, socket.state());
  }

  @Test
  void shouldOpenTheNewAddressBeforeTheOldOneCloses() {
    add(transport, 1);
    final FakeReceiver old = (FakeReceiver) ensure();
    wanted = at("eth1");
    work.onRetire =
        () -> {
          assertFalse(old.isClosed());
          assertEquals(2, transport.receivers.size());
        };
    FakeReceiver now = (FakeReceiver) ensure();
    assertEquals("eth1", now.address.mcastInterface());
    assertEquals(List.of(old), work.retired);
    assertTrue(old.isClosed());
    assertEquals(1, log.count("up on interface eth1"));
  }

  @Test
  void shouldStayWhereItIsWhileTheNewAddressCannotBeOpened() {
    add(transport, 1);
    FakeReceiver old = (FakeReceiver) ensure();
    wanted = at("eth1");
    transport.failure = "no interface eth1";
    assertSame(old, ensure());
    assertFalse(old.isClosed());
    assertEquals(LinkState.RETRYING, socket.state());
    assertEquals(
        "no interface eth1; still on interface eth0, group 224.0.0.81, port 8848", socket.detail());
    wanted = at("eth0");
    assertSame(old, ensure());
    assertEquals(LinkState.UP, socket.state());
  }

  @Test
  void shouldPauseAndStayWhereItIsWhileABetterTransportHasAFault() {
    add(transport, 1);
    final SyncReceiver old = ensure();
    FakeTransport newer = new FakeTransport("multicast");
    newer.fault = new IllegalStateException("a bug");
    add(newer, 2);
    for (int ms = 0; ms < 1_000; ms += 10) {
      assertSame(old, ensure());
      clock.advanceMs(10);
    }
    // At once, and after 200 and 600 ms.
    assertEquals(List.of(newer.fault, newer.fault, newer.fault), faults);
    assertEquals(LinkState.RETRYING, socket.state());
    assertEquals(
        "the transport failed: java.lang.IllegalStateException: a bug; still on interface eth0,"
            + " group 224.0.0.81, port 8848",
        socket.detail());
    newer.fault = null;
    clock.advanceMs(2_000);
    assertNotSame(old, ensure());
    assertEquals(1, newer.receivers.size());
    assertEquals(LinkState.UP, socket.state());
  }

  @Test
  void shouldTryAtOnceWhatIsNew() {
    add(transport, 1);
    transport.failure = "no interface eth0";
    ensure();
    ensure();
    assertEquals(1, work.attempts);
    wanted = at("eth1");
    ensure();
    assertEquals(2, work.attempts);
    add(new FakeTransport("multicast"), 2);
    assertNotNull(ensure());
  }

  @Test
  void shouldMoveToABetterTransportFirst() throws InterruptedException {
    add(transport, 1);
    final FakeReceiver old = (FakeReceiver) ensure();
    FakeTransport newer = new FakeTransport("multicast");
    add(newer, 2);
    assertNotSame(old, ensure());
    assertEquals(1, newer.receivers.size());
    assertTrue(old.isClosed());
    transports.remove(transport);
    socket.awaitReleased(transport, 1000);
    assertFalse(newer.receivers.get(0).isClosed());
  }

  @Test
  void shouldLetGoOfATransportThatGoes() throws InterruptedException {
    add(transport, 1);
    FakeReceiver old = (FakeReceiver) ensure();
    transports.remove(transport);
    Thread unbinding = unbinding();
    while (ensure() != null) {
      // One that it does not use may go at the same time.
      socket.awaitReleased(new FakeTransport("multicast"), 1);
    }
    unbinding.join();
    assertEquals(List.of(old), work.retired);
    assertTrue(old.isClosed());
    assertEquals(LinkState.WAITING, socket.state());
  }

  private Thread unbinding() {
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                socket.leaving(transport);
                socket.awaitReleased(transport, 60_000);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** It may look once more before anybody waits for it, and is not woken again. */
  @Test
  void shouldLetGoOfATransportAtTheFirstLook() {
    add(transport, 1);
    FakeReceiver old = (FakeReceiver) ensure();
    socket.leaving(transport);
    transports.remove(transport);
    assertNull(ensure());
    assertTrue(old.isClosed());
  }

  @Test
  void shouldTakeTheSocketAwayFromAThreadThatDoesNotLetGo() throws InterruptedException {
    add(transport, 1);
    FakeReceiver old = (FakeReceiver) ensure();
    transports.remove(transport);
    socket.awaitReleased(transport, 1);
    assertTrue(old.isClosed());
  }

  @Test
  void shouldKeepItsSocketWhenTheConfiguredTransportIsNowhere() {
    add(transport, 1);
    FakeReceiver old = (FakeReceiver) ensure();
    transports.choose("multicats");
    assertSame(old, ensure());
    assertEquals(LinkState.WAITING, socket.state());
    assertTrue(socket.detail().endsWith("port 8848"), socket.detail());
  }

  @Test
  void shouldTellASwapOfItsTransportAndHowLongItHadNone() {
    add(transport, 1);
    ensure();
    assertEquals(SwapStats.NONE, swaps.stats());
    transports.remove(transport);
    // As when it is unbound, and the link's thread lets go.
    socket.failed("gone", clock.nanoTime());
    clock.advanceMs(1500);
    assertNull(ensure());
    assertEquals(1, counters.get(LinkCounter.GAPS));
    assertEquals(1500, counters.get(LinkCounter.UNJOINED_MS));
    clock.advanceMs(700);
    work.waiting = 42;
    transports.add(new FakeTransport("multicast"), 0, "1.0.1", 2);
    assertNotNull(ensure());
    assertEquals(
        new Swap("transport", "multicast 1.0.0", "multicast 1.0.1", 2_200_000, 42),
        swaps.stats().last());
    assertEquals(1, counters.get(LinkCounter.GAPS));
    assertEquals(2200, counters.get(LinkCounter.UNJOINED_MS));
    assertEquals(1, log.count("no socket was joined for 2200 ms"), log.lines::toString);
  }

  @Test
  void shouldTellASwapThatLeftNoGap() {
    add(transport, 1);
    ensure();
    work.onRetire = () -> clock.advanceMs(3);
    transports.add(new FakeTransport("multicast"), 0, "1.1.0", 2);
    ensure();
    assertEquals(
        new Swap("transport", "multicast 1.0.0", "multicast 1.1.0", 3000, 0), swaps.stats().last());
    assertEquals(0, counters.get(LinkCounter.GAPS));
    assertEquals(0, counters.get(LinkCounter.UNJOINED_MS));
    assertEquals(0, log.count("no socket was joined"), log.lines::toString);
  }

  @Test
  void shouldCountAGapThatIsNoSwap() {
    transport.failure = "no interface eth0";
    add(transport, 1);
    ensure();
    clock.advanceMs(5000);
    transport.failure = null;
    ensure();
    // Before the first socket there was nothing to lose.
    assertEquals(0, counters.get(LinkCounter.GAPS));
    socket.failed("network is down", clock.nanoTime());
    clock.advanceMs(200);
    ensure();
    wanted = at("eth1");
    ensure();
    assertEquals(SwapStats.NONE, swaps.stats());
    assertEquals(1, counters.get(LinkCounter.GAPS));
    assertEquals(200, counters.get(LinkCounter.UNJOINED_MS));
  }

  private SyncReceiver ensure() {
    return socket.ensure(wanted, clock.nanoTime());
  }

  private void add(FakeTransport which, long serviceId) {
    transports.add(which, Map.of("service.id", serviceId), "1.0.0");
  }

  private static LinkSettings at(String name) {
    LinkAddress address =
        new LinkAddress(
            name, InetAddress.ofLiteral(LinkAddress.DEFAULT_GROUP), 8848, 1, 1, 0, false);
    return new LinkSettings("eth0", address, 0, 0, "multicast", "h", 2);
  }

  private final class Work implements LinkWork<RoleSettings, SyncReceiver> {
    private final List<SyncReceiver> retired = new ArrayList<>();
    private Runnable onRetire = () -> {};
    private int attempts;
    private long waiting;

    @Override
    public long waiting() {
      return waiting;
    }

    @Override
    public SyncReceiver open(SyncTransport by, LinkAddress address) throws TransportException {
      attempts++;
      return by.openReceiver(address, new LinkCounters());
    }

    @Override
    public void adopt(RoleSettings settings, SyncReceiver end) {}

    @Override
    public void work(SyncReceiver end) {}

    @Override
    public void retire(SyncReceiver end) {
      retired.add(end);
      onRetire.run();
    }

    @Override
    public void finish(SyncReceiver end) {}
  }
}

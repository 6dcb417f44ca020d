package org.ipvssync.api.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.fake.Await;
import org.ipvssync.api.fake.FakeTransport;
import org.ipvssync.api.fake.RecordedLog;
import org.ipvssync.api.node.DelayStats;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncReceiver;
import org.ipvssync.api.wire.SyncTransport;
import org.ipvssync.api.wire.TransportException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With the real thread; every wait is for an event. */
@Timeout(30)
class LinkRunnerTest {
  private record Settings(LinkSettings link, String text) implements RoleSettings {}

  private final RecordedLog log = new RecordedLog();
  private final FakeTransport transport = new FakeTransport("multicast");
  private final LinkCounters counters = new LinkCounters();
  private final Work work = new Work();
  private final LinkRunner<Settings, SyncReceiver> runner =
      new LinkRunner<>(SyncRole.BACKUP, "eth0", work, counters, SyncClock.SYSTEM, log.log);

  @AfterEach
  void close() {
    runner.close();
  }

  @Test
  void shouldStartWithTheFirstAllowedConfiguration() throws InterruptedException {
    assertEquals(LinkState.STARTING, status().state());
    configureBadly();
    assertEquals(LinkState.REFUSED, status().state());
    assertEquals("p: k=v is not allowed", status().detail());
    assertEquals("eth9", status().address().mcastInterface());
    assertFalse(threadIsThere());

    runner.addTransport(transport, Map.of("service.id", 1L), "1.0.0");
    runner.configure(() -> at("eth0", "first"));
    assertEquals("first", work.adopted.take());
    Await.until(() -> status().state() == LinkState.UP);
    assertEquals("", status().detail());
    assertEquals("eth0", status().address().mcastInterface());
    assertTrue(threadIsThere());
  }

  @Test
  void shouldGoOnAsItWasWhenAConfigurationIsRefused() throws InterruptedException {
    start();
    configureBadly();
    assertEquals(LinkState.UP, status().state());
    assertEquals("not taken, the link goes on as it was: p: k=v is not allowed", status().detail());
    assertEquals("first", runner.settings().text());
    assertEquals(1, log.count("warn"));
    runner.configure(() -> at("eth0", "second"));
    assertEquals("second", work.adopted.take());
    assertEquals("", status().detail());
    assertEquals(1, transport.receivers.size());
  }

  @Test
  void shouldReopenOnlyForAnotherAddress() throws InterruptedException {
    start();
    runner.configure(() -> at("eth1", "moved"));
    assertEquals("moved", work.adopted.take());
    assertEquals(2, transport.receivers.size());
    assertTrue(transport.receivers.get(0).isClosed());
    assertFalse(transport.receivers.get(1).isClosed());
  }

  @Test
  void shouldNotBeUpBeforeItIsWhatWasAskedFor() throws InterruptedException {
    start();
    work.pausing = true;
    Await.until(() -> work.paused);
    runner.configure(() -> at("eth1", "moved"));
    assertEquals("eth1", status().address().mcastInterface());
    assertEquals(LinkState.STARTING, status().state());
    work.pausing = false;
    Await.until(() -> status().state() == LinkState.UP);
    assertEquals("moved", work.adopted.take());
  }

  @Test
  void shouldTryAgainWhenSettingsCannotBeTaken() throws InterruptedException {
    work.adoptFault = new OutOfMemoryError("as for a buffer that is too long");
    runner.addTransport(transport, Map.of("service.id", 1L), "1.0.0");
    runner.configure(() -> at("eth0", "first"));
    Await.until(() -> status().state() == LinkState.RETRYING);
    assertTrue(status().detail().startsWith("the settings cannot be taken: "));
    work.adoptFault = null;
    assertEquals("first", work.adopted.take());
    Await.until(() -> status().state() == LinkState.UP);
  }

  @Test
  void shouldOpenAgainWhenTheEndIsOfNoMoreUse() throws InterruptedException {
    start();
    transport.receivers.get(0).failure = new IOException("Network is down");
    assertEquals("first", work.adopted.take());
    assertEquals(2, transport.receivers.size());
    assertTrue(transport.receivers.get(0).isClosed());
    assertEquals(
        1,
        log.count("interface eth0, group 224.0.0.81, port 8848: Network is down; trying again"),
        log.lines::toString);
  }

  @Test
  void shouldSurviveAFaultAndTellItOnce() throws InterruptedException {
    start();
    for (int i = 0; i < 10; i++) {
      work.fault = new IllegalStateException("a bug");
      transport.receivers.get(0).inbox.add(new byte[] {1});
      work.faulted.take();
    }
    work.fault = null;
    transport.receivers.get(0).inbox.add(new byte[] {2});
    assertEquals(1, work.received.take());
    assertEquals(10, counters.get(LinkCounter.INTERNAL_FAULT));
    assertEquals(1, log.count("fault "), log.lines::toString);
    assertFalse(transport.receivers.get(0).isClosed());
  }

  @Test
  void shouldTellTheFaultThatIsTheCauseOfAFailure() throws InterruptedException {
    start();
    transport.receivers.get(0).failure =
        new IOException("failed", new IllegalStateException("a bug"));
    assertEquals("first", work.adopted.take());
    assertEquals(1, log.count("fault "), log.lines::toString);
    assertEquals(1, counters.get(LinkCounter.INTERNAL_FAULT));
  }

  @Test
  void shouldGoOnWithWhatItHasWhileABetterTransportHasAFault() throws InterruptedException {
    start();
    FakeTransport newer = new FakeTransport("multicast");
    newer.fault = new IllegalStateException("a bug");
    runner.addTransport(newer, Map.of("service.id", 2L), "2.0.0");
    Await.until(() -> status().state() == LinkState.RETRYING);
    assertTrue(status().detail().contains("a bug; still on"), status()::detail);
    transport.receivers.get(0).inbox.add(new byte[] {1});
    assertEquals(1, work.received.take());
    assertEquals(1, log.count("fault "), log.lines::toString);
    assertTrue(counters.get(LinkCounter.INTERNAL_FAULT) > 0);
  }

  @Test
  void shouldSayThatItWaitsForAService() throws InterruptedException {
    work.missing = "no codec here";
    start();
    assertEquals(LinkState.WAITING, status().state());
    assertEquals("no codec here", status().detail());
    work.missing = "";
    assertEquals(LinkState.UP, status().state());
  }

  @Test
  void shouldReleaseATransportThatGoes() throws InterruptedException {
    start();
    runner.removeTransport(transport);
    assertTrue(transport.receivers.get(0).isClosed());
    assertSame(transport.receivers.get(0), work.retired);
    FakeTransport other = new FakeTransport("multicast");
    runner.addTransport(other, Map.of("service.id", 2L), "1.0.0");
    assertEquals("first", work.adopted.take());
    assertEquals(1, other.receivers.size());
  }

  @Test
  void shouldTellASwapOfItsTransportInItsStatus() throws InterruptedException {
    start();
    runner.addTransport(new FakeTransport(null), Map.of("service.id", 8L), "3.0.0");
    assertEquals(
        1, log.count("a transport of bundle version 3.0.0 has no name"), log.lines::toString);
    runner.addTransport(new FakeTransport("multicast"), Map.of("service.id", 9L), "2.0.0");
    assertEquals("first", work.adopted.take());
    Await.until(() -> status().swaps().count() == 1);
    assertEquals("multicast 1.0.0", status().swaps().last().from());
    assertEquals("multicast 2.0.0", status().swaps().last().to());
    assertEquals(1, log.count("transport multicast 1.0.0 -> multicast 2.0.0"));
  }

  @Test
  void shouldEndItsThread() throws InterruptedException {
    start();
    runner.close();
    assertFalse(threadIsThere());
    assertSame(transport.receivers.get(0), work.finished);
    assertTrue(transport.receivers.get(0).isClosed());
    assertEquals(LinkState.STOPPED, status().state());
  }

  @Test
  void shouldEndItsThreadEvenWhenReceivingBlocks() throws InterruptedException {
    start();
    transport.receivers.get(0).blocksForEver = true;
    // Waits until the blocking receive has begun: the one before has ended with this datagram.
    transport.receivers.get(0).inbox.add(new byte[] {1});
    work.received.take();
    runner.close();
    assertFalse(threadIsThere());
  }

  @Test
  void shouldEndItsThreadWhileItRetries() {
    transport.failure = "no interface";
    runner.addTransport(transport, Map.of("service.id", 1L), "1.0.0");
    runner.configure(() -> at("eth0", "first"));
    runner.close();
    assertFalse(threadIsThere());
    assertNull(work.finished);
  }

  @Test
  void shouldNotStartAfterItsEnd() {
    runner.close();
    runner.configure(() -> at("eth0", "late"));
    assertFalse(threadIsThere());
    assertNotSame(LinkState.UP, status().state());
  }

  private void start() throws InterruptedException {
    runner.addTransport(transport, Map.of("service.id", 1L), "1.0.0");
    runner.configure(() -> at("eth0", "first"));
    assertEquals("first", work.adopted.take());
    Await.until(() -> status().state() != LinkState.STARTING);
  }

  private void configureBadly() {
    runner.configure(
        () -> {
          throw new ConfigException("p: k=v is not allowed");
        });
  }

  private LinkStatus status() {
    return runner.status("eth9", 0, "", 0, DelayStats.NONE);
  }

  private static boolean threadIsThere() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(t -> t.getName().equals("ipvs-backup-eth0"));
  }

  private static Settings at(String mcastInterface, String text) {
    LinkAddress address =
        new LinkAddress(
            mcastInterface, InetAddress.ofLiteral(LinkAddress.DEFAULT_GROUP), 8848, 1, 1, 0, false);
    return new Settings(new LinkSettings("eth0", address, 7, 0, "multicast", "h", 2), text);
  }

  private final class Work implements LinkWork<Settings, SyncReceiver> {
    private final BlockingQueue<String> adopted = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<RuntimeException> faulted = new LinkedBlockingQueue<>();
    private final Datagram datagram = new Datagram(100);
    private volatile RuntimeException fault;
    private volatile String missing = "";
    private volatile Error adoptFault;
    private volatile boolean pausing;
    private volatile boolean paused;
    private volatile SyncReceiver retired;
    private volatile SyncReceiver finished;

    @Override
    public SyncReceiver open(SyncTransport by, LinkAddress address) throws TransportException {
      return by.openReceiver(address, counters);
    }

    @Override
    public void adopt(Settings settings, SyncReceiver end) {
      Error told = adoptFault;
      if (told != null) {
        throw told;
      }
      adopted.add(settings.text());
    }

    @Override
    public void work(SyncReceiver end) throws IOException {
      while (pausing) {
        paused = true;
        Thread.onSpinWait();
      }
      if (end.receive(datagram, 20)) {
        RuntimeException told = fault;
        if (told != null) {
          faulted.add(told);
          throw told;
        }
        received.add(datagram.length());
      }
    }

    @Override
    public void retire(SyncReceiver end) {
      retired = end;
    }

    @Override
    public void finish(SyncReceiver end) {
      finished = end;
    }

    @Override
    public String missing() {
      return missing;
    }
  }
}

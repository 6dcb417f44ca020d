package org.ipvssync.role.backup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.fake.Await;
import org.ipvssync.api.fake.FakeConfig;
import org.ipvssync.api.fake.FakeNode;
import org.ipvssync.api.fake.FakeReceiver;
import org.ipvssync.api.fake.FakeReference;
import org.ipvssync.api.fake.FakeTransport;
import org.ipvssync.api.fake.TinyCodec;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.Swap;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.api.wire.Datagram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole role with its thread, wired through its component; every wait is for an event. */
@Timeout(30)
class BackupLinkTest {
  private final FakeNode node = new FakeNode(SyncClock.SYSTEM);
  private final FakeTransport transport = new FakeTransport("multicast");
  private final TinyCodec v0 = new TinyCodec("v0", 0);
  private final TinyCodec v1 = new TinyCodec("v1", 1);
  private final BackupRole role = new BackupRole(node, properties());

  @AfterEach
  void close() {
    role.deactivate();
  }

  @Test
  void shouldApplyWhatItReceives() {
    start();
    receiver(0).inbox.add(message(3));
    Await.until(() -> node.inbounds.get(0).count() == 3);
    assertEquals("224.0.0.81:8848%eth0", node.inbounds.get(0).horizon);
    LinkStatus status = role.status();
    assertEquals("eth0", status.name());
    assertEquals(SyncRole.BACKUP, status.role());
    assertEquals(LinkState.UP, status.state());
    assertEquals("v0,v1", status.codec());
    assertEquals(1472, status.syncMaxLen());
    assertEquals(1, status.counters().get(LinkCounter.DATAGRAMS));
    Await.until(() -> role.status().delay().count() == 3);
    assertFalse(role.push());
  }

  @Test
  void shouldCountTheTimeInWhichNobodyReceivedBeforeIt() {
    node.absentMs = 1_234;
    start();
    Await.until(() -> role.status().counters().get(LinkCounter.UNJOINED_MS) == 1_234);
    assertEquals(1, role.status().counters().get(LinkCounter.GAPS));
    configure("horizon", "elsewhere");
    Await.until(() -> node.inbounds.size() == 2 && node.inbounds.get(0).isClosed());
    assertEquals(1, role.status().counters().get(LinkCounter.GAPS), "its socket stayed");
  }

  @Test
  void shouldBeRefusedWithItsReason() {
    addServices();
    configure("mcastPort", "70000");
    LinkStatus status = role.status();
    assertEquals(LinkState.REFUSED, status.state());
    assertEquals(
        TestSettings.PID + ": mcastPort=70000 is not allowed; allowed: 1 to 65535",
        status.detail());
    assertEquals("eth0", status.address().mcastInterface());
    assertEquals(0, transport.receivers.size());
    configure("mcastPort", "7000");
    Await.until(() -> role.status().state() == LinkState.UP);
  }

  @Test
  void shouldTakeSettingsInPlace() {
    start();
    configure("syncId", "7", "horizon", "elsewhere", "syncMaxLen", "2000");
    Await.until(() -> node.inbounds.size() == 2 && node.inbounds.get(0).isClosed());
    assertEquals("elsewhere", node.inbounds.get(1).horizon);
    assertEquals(2000, role.status().syncMaxLen());
    receiver(0).inbox.add(message(1));
    Await.until(() -> role.status().counters().get(LinkCounter.OTHER_SYNC_ID) == 1);
    receiver(0).inbox.add(new byte[3000]);
    Await.until(() -> role.status().counters().get(LinkCounter.TOO_LONG) == 1);
    assertEquals(1, transport.receivers.size());
  }

  @Test
  void shouldNotGoOnByTheOldWayWhenANewOneCannotBeOpened() {
    start();
    node.failure = "horizon elsewhere is one too many";
    configure("horizon", "elsewhere");
    // Twice: the second attempt fails as the first did.
    Await.until(() -> transport.receivers.size() >= 2 && retriesForWantOfAWay());
    node.failure = null;
    Await.until(() -> node.inbounds.size() == 2 && role.status().state() == LinkState.UP);
    receiver(transport.receivers.size() - 1).inbox.add(message(2));
    Await.until(() -> node.inbounds.get(1).count() == 2);
    assertEquals("elsewhere", node.inbounds.get(1).horizon);
    assertEquals(0, node.inbounds.get(0).count());
  }

  private boolean retriesForWantOfAWay() {
    LinkStatus status = role.status();
    return status.state() == LinkState.RETRYING
        && status.detail().equals("horizon elsewhere is one too many");
  }

  @Test
  void shouldReadTheOldSocketEmptyWhenItMoves() {
    start();
    transport.failure = "no interface eth1";
    configure("mcastInterface", "eth1");
    Await.until(() -> role.status().state() == LinkState.RETRYING);
    // Still on eth0, and so is what it says of where records come from.
    receiver(0).inbox.add(message(1));
    Await.until(() -> node.inbounds.get(0).count() == 1);
    // It is read before the link moves, or out of the socket that it leaves.
    receiver(0).inbox.add(message(1));
    transport.failure = null;
    configure("mcastInterface", "eth1", "retryMaxS", "29");
    Await.until(() -> receiver(0).isClosed());
    receiver(1).inbox.add(message(2));
    Await.until(() -> node.inbounds.size() == 2 && node.inbounds.get(1).count() == 2);
    assertEquals(2, node.inbounds.get(0).count());
    assertEquals("eth1", receiver(1).address.mcastInterface());
  }

  @Test
  void shouldApplyWhatWaitsWhenItEnds() {
    start();
    receiver(0).inbox.add(message(1));
    Await.until(() -> node.inbounds.get(0).count() == 1);
    for (int i = 0; i < 100; i++) {
      receiver(0).inbox.add(message(1));
    }
    role.deactivate();
    // Each of them is accounted for; that a link in time applies all, BackupLinkEndTest shows.
    assertEquals(101, node.inbounds.get(0).count() + dropped());
    assertTrue(node.inbounds.get(0).isClosed());
    assertTrue(receiver(0).isClosed());
    assertFalse(threadIsThere());
  }

  @Test
  void shouldWaitForCodecsAndSayWhichIsMissing() {
    role.addTransport(transport, FakeReference.of("1.0.0"), Map.of("service.id", 1L));
    configure();
    Await.until(() -> role.status().state() == LinkState.WAITING && !transport.receivers.isEmpty());
    assertEquals("no codec named v0 or v1 is there; start its bundle", role.status().detail());
    role.addCodec(v1, FakeReference.of("1.0.0"), Map.of("service.id", 2L));
    Await.until(() -> role.status().state() == LinkState.UP);
    assertEquals(
        "no codec named v0 is there: its messages are dropped (noCodec)", role.status().detail());
    role.removeCodec(v1);
    assertEquals(LinkState.WAITING, role.status().state());
  }

  @Test
  void shouldKeepWhatItReceivesWhileItHasNoCodec() {
    start();
    role.removeCodec(v0);
    role.removeCodec(v1);
    for (int i = 0; i < 50; i++) {
      receiver(0).inbox.add(message(2));
    }
    Await.until(() -> role.status().counters().get(LinkCounter.SPOOLED) == 50);
    assertEquals(
        "no codec named v0 or v1 is there; start its bundle; 50 datagrams wait for it",
        role.status().detail());
    role.addCodec(new TinyCodec("v1", 1), FakeReference.of("1.0.1"), Map.of("service.id", 9L));
    Await.until(() -> node.inbounds.get(0).count() == 100);
    Await.until(() -> role.status().swaps().count() == 1);
    Swap swap = role.status().swaps().last();
    assertEquals("v1 1.0.0 v1 1.0.1", swap.from() + " " + swap.to());
    assertEquals(100, swap.waited());
    assertEquals(0, role.status().counters().get(LinkCounter.NO_CODEC));
  }

  @Test
  void shouldLoseNothingWhileCodecsAreSwappedUnderLoad() throws InterruptedException {
    start("codecWaitMs", "60000");
    byte[] message = message(1);
    int messages = 20_000;
    Thread load =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < messages; i++) {
                    receiver(0).inbox.add(message);
                    if (i % 100 == 0) {
                      Await.until(() -> receiver(0).inbox.size() < 1000);
                    }
                  }
                });
    Random random = new Random(5);
    TinyCodec now = v1;
    for (long id = 10; load.isAlive() || id < 100; id++) {
      TinyCodec next = new TinyCodec("v1", 1);
      if (random.nextBoolean()) {
        role.removeCodec(now);
        role.addCodec(next, FakeReference.of("1.0.0"), Map.of("service.id", id));
      } else {
        role.addCodec(next, FakeReference.of("1.0.0"), Map.of("service.id", id));
        role.removeCodec(now);
      }
      now = next;
    }
    load.join();
    Await.until(
        () -> receiver(0).inbox.isEmpty() && role.status().delay().count() + dropped() == messages);
    assertEquals(0, dropped());
    assertEquals(messages, node.inbounds.get(0).count());
    assertTrue(role.status().swaps().count() > 0);
  }

  @Test
  void shouldStopReadingWhenItCanKeepNoMoreAndEndQuicklyEvenThen() {
    start("spoolKiB", "2");
    role.removeCodec(v0);
    role.removeCodec(v1);
    for (int i = 0; i < 100; i++) {
      receiver(0).inbox.add(message(2));
    }
    Await.until(() -> role.status().detail().contains("nothing is read meanwhile"));
    assertTrue(receiver(0).inbox.size() > 50);
    role.deactivate();
    assertFalse(threadIsThere());
    // Each of them is accounted for.
    assertEquals(100, dropped());
  }

  @Test
  void shouldReadOnWhenACodecEndsAFullSpool() {
    start("spoolKiB", "2");
    role.removeCodec(v0);
    role.removeCodec(v1);
    for (int i = 0; i < 100; i++) {
      receiver(0).inbox.add(message(2));
    }
    Await.until(() -> role.status().detail().contains("nothing is read meanwhile"));
    role.addCodec(v1, FakeReference.of("1.0.0"), Map.of("service.id", 9L));
    Await.until(() -> node.inbounds.get(0).count() == 200);
  }

  @Test
  void shouldSayThatItWaitsForACodecThatHasJustGone() {
    start("codecWaitMs", "60000");
    role.removeCodec(v0);
    Await.until(
        () -> role.status().detail().equals("codec v0 has just gone: its messages wait for it"));
    assertEquals(LinkState.UP, role.status().state());
  }

  @Test
  void shouldCountHowLongNoSocketWasJoined() {
    start();
    role.removeTransport(transport);
    FakeTransport other = new FakeTransport("multicast");
    role.addTransport(other, FakeReference.of("1.0.1"), Map.of("service.id", 9L));
    Await.until(() -> role.status().swaps().count() == 1);
    assertEquals("transport", role.status().swaps().last().part());
    assertEquals("multicast 1.0.1", role.status().swaps().last().to());
    assertEquals(1, role.status().counters().get(LinkCounter.GAPS));
    assertTrue(role.status().counters().get(LinkCounter.UNJOINED_MS) >= 1);
  }

  @Test
  void shouldIgnoreACodecThatIsNone() {
    start();
    TinyCodec bad = new TinyCodec("v1", 1);
    bad.versionFault = new IllegalStateException("no codec");
    role.addCodec(bad, FakeReference.of("9.0.0"), Map.of("service.id", 9L));
    role.addCodec(new TinyCodec(null, 1), FakeReference.of("9.0.0"), Map.of("service.id", 10L));
    receiver(0).inbox.add(message(1));
    Await.until(() -> node.inbounds.get(0).count() == 1);
    assertEquals(0, role.status().swaps().count());
  }

  @Test
  void shouldGoOnAfterACodecsFault() {
    start();
    byte[] message = message(1);
    v1.fault = new IllegalStateException("a bug");
    receiver(0).inbox.add(message);
    Await.until(() -> role.status().counters().get(LinkCounter.INTERNAL_FAULT) == 1);
    v1.fault = null;
    receiver(0).inbox.add(message);
    Await.until(() -> node.inbounds.get(0).count() == 1);
  }

  @Test
  void shouldLetItsTransportGoAndTakeAnother() {
    start();
    role.removeTransport(transport);
    assertTrue(receiver(0).isClosed());
    assertEquals(LinkState.WAITING, role.status().state());
    FakeTransport other = new FakeTransport("multicast");
    role.addTransport(other, FakeReference.of("1.0.0"), Map.of("service.id", 9L));
    Await.until(() -> !other.receivers.isEmpty());
    other.receivers.get(0).inbox.add(message(2));
    Await.until(() -> node.inbounds.get(0).count() == 2);
  }

  private long dropped() {
    Map<LinkCounter, Long> counters = role.status().counters();
    return counters.get(LinkCounter.NO_CODEC) + counters.get(LinkCounter.SPOOL_OVERFLOW);
  }

  private void start(Object... written) {
    addServices();
    configure(written);
    Await.until(() -> role.status().state() == LinkState.UP && !node.inbounds.isEmpty());
  }

  private void addServices() {
    role.addTransport(transport, FakeReference.of("1.0.0"), Map.of("service.id", 1L));
    role.addCodec(v0, FakeReference.of("1.0.0"), Map.of("service.id", 2L));
    role.addCodec(v1, FakeReference.of("1.0.0"), Map.of("service.id", 3L));
  }

  private void configure(Object... written) {
    Map<String, Object> all = TestSettings.written(written);
    role.configure(FakeConfig.of(BackupConfig.class, all), properties(written));
  }

  private static Map<String, Object> properties(Object... written) {
    return FakeConfig.properties(TestSettings.PID, TestSettings.written(written));
  }

  private FakeReceiver receiver(int index) {
    return transport.receivers.get(index);
  }

  private byte[] message(int records) {
    ConnBatch batch = new ConnBatch(records);
    while (!batch.isFull()) {
      int index = batch.add();
      batch.setProtocol(index, 6);
      batch.setState(index, 1);
    }
    Datagram message = new Datagram(1472);
    assertEquals(records, v1.encode(batch, 0, 1, 1472, message));
    return message.toBytes();
  }

  private static boolean threadIsThere() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(t -> t.getName().equals("ipvs-backup-eth0"));
  }
}

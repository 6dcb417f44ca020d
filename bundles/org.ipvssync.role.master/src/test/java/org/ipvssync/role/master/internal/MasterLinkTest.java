package org.ipvssync.role.master.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.fake.Await;
import org.ipvssync.api.fake.FakeConfig;
import org.ipvssync.api.fake.FakeNode;
import org.ipvssync.api.fake.FakeOutbound;
import org.ipvssync.api.fake.FakeReference;
import org.ipvssync.api.fake.FakeSender;
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
import org.osgi.service.component.ComponentConstants;

/** The whole role with its thread, wired through its component; every wait is for an event. */
@Timeout(30)
class MasterLinkTest {
  private final FakeNode node = new FakeNode(SyncClock.SYSTEM);
  private final FakeTransport transport = new FakeTransport("multicast");
  private final TinyCodec v0 = new TinyCodec("v0", 0);
  private final TinyCodec v1 = new TinyCodec("v1", 1);
  private final MasterRole role = new MasterRole(node, properties());

  @AfterEach
  void close() {
    role.deactivate(ComponentConstants.DEACTIVATION_REASON_BUNDLE_STOPPED);
  }

  @Test
  void shouldSendChanges() {
    // No copies here: the first pass would begin at the same time.
    start("refreshPeriodS", "0");
    outbound(0).open(1);
    Await.until(() -> sender(0).sent.size() == 1);
    assertEquals("eth0", outbound(0).name);
    assertEquals("224.0.0.81:8848%eth0", outbound(0).horizon);
    Await.until(() -> role.status().delay().count() == 1);
    LinkStatus status = role.status();
    assertEquals("eth0", status.name());
    assertEquals(SyncRole.MASTER, status.role());
    assertEquals(LinkState.UP, status.state());
    assertEquals("v1", status.codec());
    assertEquals(1472, status.syncMaxLen());
    assertEquals(1, status.counters().get(LinkCounter.RECORDS));
    assertEquals(0, status.pending());
    assertEquals("", status.detail());
  }

  @Test
  void shouldPush() {
    start("refreshPeriodS", "0");
    outbound(0).open(1);
    Await.until(() -> sender(0).sent.size() == 1);
    assertTrue(role.push());
    Await.until(() -> role.status().counters().get(LinkCounter.PASSES) == 1);
    assertEquals(1, role.status().counters().get(LinkCounter.COPIES));
  }

  @Test
  void shouldSayThatAndWhyItSendsNoCopies() {
    start("codec", "v0");
    assertFalse(role.push());
    assertEquals(
        "no copies are sent: codec v0 cannot say how long a connection lives",
        role.status().detail());
    outbound(0).open(1, true);
    Await.until(() -> outbound(0).held() == 1);
    assertTrue(
        role.status().detail().startsWith("1 changes are held: codec v0 cannot carry them; no"));
    assertEquals(1, role.status().pending());
    configure("codec", "v1");
    // What was taken to be sent waits no more; it is counted when it was sent.
    Await.until(
        () ->
            outbound(0).held() == 0
                && role.status().pending() == 0
                && role.status().counters().get(LinkCounter.RECORDS) >= 1);
    assertEquals("", role.status().detail());
  }

  @Test
  void shouldBeRefusedWithItsReason() {
    addServices();
    configure("flushIntervalMs", "soon");
    LinkStatus status = role.status();
    assertEquals(LinkState.REFUSED, status.state());
    assertEquals(
        TestSettings.PID + ": flushIntervalMs=soon is not allowed; allowed: 1 to 10000",
        status.detail());
    assertFalse(role.push());
    assertEquals(0, node.outbounds.size());
  }

  @Test
  void shouldKeepItsChangesWhileTheCodecIsSwapped() {
    start("refreshPeriodS", "0");
    outbound(0).open(1);
    Await.until(() -> sender(0).sent.size() == 1);
    role.removeCodec(v1);
    outbound(0).open(2);
    assertEquals(LinkState.WAITING, role.status().state());
    assertEquals("no codec named v1 is there; start its bundle", role.status().detail());
    assertEquals(1, role.status().pending());
    assertFalse(role.push());
    role.addCodec(new TinyCodec("v1", 1), FakeReference.of("1.0.1"), Map.of("service.id", 9L));
    Await.until(() -> role.status().pending() == 0 && sender(0).sent.size() >= 2);
    assertEquals(LinkState.UP, role.status().state());
    assertEquals(1, transport.senders.size());
    Swap swap = role.status().swaps().last();
    assertEquals("codec v1 1.0.0 -> v1 1.0.1", told(swap));
    assertEquals(1, swap.waited());
    assertEquals(1, role.status().swaps().count());
  }

  @Test
  void shouldLoseNothingWhileCodecsAndRolesAreSwapped() {
    start("refreshPeriodS", "0", "flushIntervalMs", "1");
    Random random = new Random(5);
    MasterRole now = role;
    TinyCodec codec = v1;
    int port = 0;
    for (long id = 10; id < 60; id++) {
      for (int i = random.nextInt(60); i > 0; i--) {
        node.outbounds.getLast().open(++port);
      }
      TinyCodec next = new TinyCodec("v1", 1);
      now.removeCodec(codec);
      node.outbounds.getLast().open(++port);
      if (random.nextInt(4) == 0) {
        now.deactivate(ComponentConstants.DEACTIVATION_REASON_BUNDLE_STOPPED);
        node.outbounds.getLast().open(++port);
        int before = node.outbounds.size();
        now = new MasterRole(node, properties());
        now.addTransport(transport, FakeReference.of("1.0.0"), Map.of("service.id", 1L));
        configure(now, "refreshPeriodS", "0", "flushIntervalMs", "1");
        Await.until(() -> node.outbounds.size() > before);
      }
      now.addCodec(next, FakeReference.of("1.0." + id), Map.of("service.id", id));
      codec = next;
    }
    MasterRole last = now;
    Await.until(() -> last.status().state() == LinkState.UP && last.status().pending() == 0);
    now.deactivate(ComponentConstants.DEACTIVATION_REASON_BUNDLE_STOPPED);
    assertEquals(port, portsSent().size());
  }

  private Set<Integer> portsSent() {
    Set<Integer> ports = new HashSet<>();
    LinkCounters ignored = new LinkCounters();
    ConnBatch batch = new ConnBatch();
    for (FakeSender sender : transport.senders) {
      for (FakeSender.Sent sent : sender.sent) {
        v1.decode(Datagram.of(sent.bytes()), batch, ignored);
        for (int i = 0; i < batch.size(); i++) {
          ports.add(batch.cport(i));
        }
      }
    }
    return ports;
  }

  @Test
  void shouldNotOpenItsSocketAgainForAnotherCodec() {
    start("refreshPeriodS", "0");
    configure("refreshPeriodS", "0", "codec", "v0");
    Await.until(() -> role.status().swaps().count() == 1);
    assertEquals("codec v1 1.0.0 -> v0 1.0.0", told(role.status().swaps().last()));
    configure("refreshPeriodS", "0", "codec", "v7");
    Await.until(() -> role.status().state() == LinkState.WAITING);
    configure("refreshPeriodS", "0", "codec", "v1");
    Await.until(() -> role.status().swaps().count() == 2);
    assertEquals("codec v0 1.0.0 -> v1 1.0.0", told(role.status().swaps().last()));
    assertEquals(1, transport.senders.size());
    assertEquals(1, node.outbounds.size());
  }

  @Test
  void shouldIgnoreACodecThatIsNone() {
    start("refreshPeriodS", "0");
    TinyCodec bad = new TinyCodec("v1", 1);
    bad.versionFault = new IllegalStateException("no codec");
    role.addCodec(bad, FakeReference.of("9.0.0"), Map.of("service.id", 9L));
    role.addCodec(new TinyCodec(null, 1), FakeReference.of("9.0.0"), Map.of("service.id", 10L));
    outbound(0).open(1);
    Await.until(() -> sender(0).sent.size() == 1);
    role.removeCodec(bad);
    assertEquals(LinkState.UP, role.status().state());
    assertEquals(0, role.status().swaps().count());
  }

  @Test
  void shouldTellASwapOfItsTransportAndWhatWaited() {
    start("refreshPeriodS", "0");
    role.removeTransport(transport);
    assertTrue(sender(0).isClosed());
    outbound(0).open(1);
    FakeTransport other = new FakeTransport("multicast");
    role.addTransport(other, FakeReference.of("1.0.1"), Map.of("service.id", 9L));
    Await.until(() -> !other.senders.isEmpty() && other.senders.get(0).sent.size() == 1);
    Swap swap = role.status().swaps().last();
    assertEquals("transport multicast 1.0.0 -> multicast 1.0.1", told(swap));
    assertEquals(1, swap.waited());
    assertEquals(0, role.status().counters().get(LinkCounter.GAPS));
  }

  @Test
  void shouldKeepItsChangesWhileItCannotSend() {
    start("refreshPeriodS", "0");
    sender(0).failAfter = 0;
    outbound(0).open(1);
    Await.until(() -> transport.senders.size() == 2);
    Await.until(() -> sender(1).sent.size() == 1);
    assertTrue(sender(0).isClosed());
    assertEquals(1, role.status().counters().get(LinkCounter.SEND_FAILED));
    assertEquals(1, node.outbounds.size());
  }

  @Test
  void shouldTakeSettingsInPlaceAndMoveToAnotherHorizon() {
    start();
    configure("horizon", "elsewhere", "syncMaxLen", "512");
    Await.until(() -> node.outbounds.size() == 2);
    assertTrue(outbound(0).isClosed());
    assertEquals("elsewhere", outbound(1).horizon);
    Await.until(() -> role.status().syncMaxLen() == 512);
    assertEquals(1, transport.senders.size());
    configure("mcastTtl", "3");
    Await.until(() -> transport.senders.size() == 2 && sender(0).isClosed());
    assertEquals(3, sender(1).address.ttl());
  }

  @Test
  void shouldWaitForItsNameWhileAnotherStillHasIt() {
    FakeOutbound other = (FakeOutbound) node.openOutbound("eth0", "h");
    addServices();
    configure("refreshPeriodS", "0");
    Await.until(() -> role.status().state() == LinkState.WAITING);
    assertEquals(
        "another version of org.ipvssync.role.master still has the link: an outbound link named"
            + " eth0 is open already",
        role.status().detail());
    other.open(1);
    other.open(2);
    other.park();
    Await.until(
        () ->
            role.status().state() == LinkState.UP
                && role.status().counters().get(LinkCounter.RECORDS) == 2);
    assertEquals(1, sender(0).sent.size());
    // Its socket stayed open all the while.
    assertEquals(1, transport.senders.size());
  }

  @Test
  void shouldSayWhyItHasNoWayOut() {
    node.failure = "horizon h is one too many";
    addServices();
    configure("refreshPeriodS", "0");
    Await.until(() -> role.status().state() == LinkState.WAITING);
    assertEquals("horizon h is one too many", role.status().detail());
    node.failure = null;
    Await.until(() -> role.status().state() == LinkState.UP && !node.outbounds.isEmpty());
    assertEquals("", role.status().detail());
  }

  @Test
  void shouldLeaveWhatWaitsToItsSuccessor() {
    start("refreshPeriodS", "0");
    role.removeCodec(v1);
    outbound(0).open(1);
    outbound(0).open(2, true);
    role.deactivate(ComponentConstants.DEACTIVATION_REASON_BUNDLE_STOPPED);
    assertTrue(outbound(0).isParked());
    assertEquals(2, outbound(0).pending());
  }

  @Test
  void shouldRestoreWhatItCouldNotSendBeforeItLeaves() {
    start("flushIntervalMs", "10000", "refreshPeriodS", "0");
    for (int port = 1; port <= 30; port++) {
      outbound(0).open(port);
    }
    sender(0).failAfter = 0;
    role.deactivate(ComponentConstants.DEACTIVATION_REASON_UNSPECIFIED);
    assertTrue(outbound(0).isParked());
    assertEquals(30, outbound(0).pending());
  }

  @Test
  void shouldForgetWhatWaitsWhenItsConfigurationIsDeleted() {
    start("refreshPeriodS", "0");
    role.deactivate(ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED);
    assertFalse(outbound(0).isParked());
    assertTrue(outbound(0).isClosed());
  }

  @Test
  void shouldKeepWhatWaitsWhenItsHorizonChanges() {
    start("refreshPeriodS", "0");
    role.removeCodec(v1);
    outbound(0).open(1);
    configure("refreshPeriodS", "0", "horizon", "elsewhere");
    Await.until(() -> node.outbounds.size() == 2);
    assertEquals(1, outbound(1).pending());
    assertEquals("elsewhere", outbound(1).horizon);
  }

  @Test
  void shouldSendWhatWaitsWhenItEnds() {
    start("flushIntervalMs", "10000", "refreshPeriodS", "0");
    for (int port = 1; port <= 30; port++) {
      outbound(0).open(port);
    }
    role.deactivate(ComponentConstants.DEACTIVATION_REASON_BUNDLE_STOPPED);
    assertEquals(30, role.status().counters().get(LinkCounter.RECORDS));
    assertTrue(outbound(0).isClosed());
    assertTrue(sender(0).isClosed());
    assertFalse(
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(t -> t.getName().equals("ipvs-master-eth0")));
  }

  private void start(Object... written) {
    addServices();
    configure(written);
    Await.until(() -> role.status().state() == LinkState.UP && !node.outbounds.isEmpty());
  }

  private void addServices() {
    role.addTransport(transport, FakeReference.of("1.0.0"), Map.of("service.id", 1L));
    role.addCodec(v0, FakeReference.of("1.0.0"), Map.of("service.id", 2L));
    role.addCodec(v1, FakeReference.of("1.0.0"), Map.of("service.id", 3L));
  }

  private void configure(Object... written) {
    configure(role, written);
  }

  private static void configure(MasterRole which, Object... written) {
    Map<String, Object> all = TestSettings.written(written);
    which.configure(FakeConfig.of(MasterConfig.class, all), properties(written));
  }

  private static Map<String, Object> properties(Object... written) {
    return FakeConfig.properties(TestSettings.PID, TestSettings.written(written));
  }

  private static String told(Swap swap) {
    return swap.part() + " " + swap.from() + " -> " + swap.to();
  }

  private FakeSender sender(int index) {
    return transport.senders.get(index);
  }

  private FakeOutbound outbound(int index) {
    return node.outbounds.get(index);
  }
}

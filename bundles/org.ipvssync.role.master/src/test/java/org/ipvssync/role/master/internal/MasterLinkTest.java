package org.ipvssync.role.master.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.ipvssync.api.count.LinkCounter;
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
import org.ipvssync.api.node.OutboundLink;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.SyncRole;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
    role.deactivate();
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
    Await.until(() -> outbound(0).held() == 0 && role.status().pending() == 0);
    assertTrue(role.status().counters().get(LinkCounter.RECORDS) >= 1);
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
  void shouldWaitForItsNameWhenAnotherStillHasIt() {
    OutboundLink other = node.openOutbound("eth0", "h");
    addServices();
    configure();
    Await.until(() -> role.status().state() == LinkState.RETRYING);
    assertEquals("an outbound link named eth0 is open already", role.status().detail());
    other.close();
    Await.until(() -> role.status().state() == LinkState.UP && node.outbounds.size() == 2);
  }

  @Test
  void shouldSendWhatWaitsWhenItEnds() {
    start("flushIntervalMs", "10000", "refreshPeriodS", "0");
    for (int port = 1; port <= 30; port++) {
      outbound(0).open(port);
    }
    role.deactivate();
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
    Map<String, Object> all = TestSettings.written(written);
    role.configure(FakeConfig.of(MasterConfig.class, all), properties(written));
  }

  private static Map<String, Object> properties(Object... written) {
    return FakeConfig.properties(TestSettings.PID, TestSettings.written(written));
  }

  private FakeSender sender(int index) {
    return transport.senders.get(index);
  }

  private FakeOutbound outbound(int index) {
    return node.outbounds.get(index);
  }
}

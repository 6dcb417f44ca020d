package org.ipvssync.resync.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.fake.Await;
import org.ipvssync.api.fake.FakeInbound;
import org.ipvssync.api.fake.FakeReceiver;
import org.ipvssync.api.fake.FakeTransport;
import org.ipvssync.api.fake.TinyCodec;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.node.DelayStats;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.ReadyCondition;
import org.ipvssync.api.node.SwapStats;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.api.node.TableResync.State;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.PeerSocket;
import org.ipvssync.api.wire.SyncReceiver;
import org.ipvssync.api.wire.SyncSender;
import org.ipvssync.api.wire.SyncTransport;
import org.ipvssync.api.wire.TransportException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ResyncServiceTest {
  private static final int SHORT_MS = 300;
  private static final int LONG_MS = 60_000;

  private final FakeTransport transport = new FakeTransport("fake");
  private final List<Node> nodes = new ArrayList<>();
  private final Random random = new Random(1);

  /** A node of the group that all are in, with its log. */
  private final class Node {
    private final ListNode node = new ListNode(SyncClock.SYSTEM);
    private final ControlInbox inbox = new ControlInbox();
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final ResyncService service;

    Node(boolean atStart, int timeoutMs) {
      ResyncSettings settings =
          new ResyncSettings(atStart, timeoutMs, Set.of("sip"), 50, 8, 50_000);
      Local local = new Local(random.nextLong(), SyncClock.SYSTEM, random::nextLong);
      LinkLog log = new LinkLog(lines::add, lines::add, (line, cause) -> lines.add(line));
      service = new ResyncService(node, inbox, local, settings, new byte[32], log);
      service.addCodec(new TinyCodec("v1", 1), Map.of(), "1.0.0");
      service.transports().add(transport, Map.of(), "1.0.0");
      nodes.add(this);
    }

    Node start() {
      service.start();
      return this;
    }

    Link link(SyncRole role, LinkState state) {
      Link link = new Link(role, state);
      service.addLink(link);
      return link;
    }

    State state() {
      return service.status().state();
    }

    void awaitState(State state) {
      Await.until(() -> state() == state);
    }
  }

  /** A link that a test steers. */
  private static final class Link implements SyncLink {
    private final SyncRole role;
    private volatile LinkState state;
    private volatile String transport = "fake";
    private volatile int syncId = 7;

    Link(SyncRole role, LinkState state) {
      this.role = role;
      this.state = state;
    }

    @Override
    public LinkStatus status() {
      return new LinkStatus(
          "eth0",
          role,
          address(),
          transport,
          "peers",
          syncId,
          1_472,
          "v1",
          state,
          "",
          0,
          Map.of(),
          SwapStats.NONE,
          DelayStats.NONE);
    }
  }

  private static LinkAddress address() {
    return new LinkAddress("eth0", InetAddress.ofLiteral("224.0.0.81"), 8_848, 1, 1, 0, false);
  }

  @AfterEach
  void close() {
    nodes.forEach(node -> node.service.close());
    assertTrue(transport.peers.stream().allMatch(socket -> socket.isClosed()));
    assertTrue(transport.receivers.stream().allMatch(FakeReceiver::isClosed));
  }

  @Test
  void shouldHaveNothingToWaitForWithoutLinks() {
    Node alone = new Node(true, SHORT_MS).start();
    alone.service.look();
    assertEquals("", alone.service.missing());
    assertEquals(ReadyCondition.Stage.CONTENT, alone.service.stage());
    assertEquals(State.NONE, alone.state());
    assertEquals(0, alone.service.begin());
  }

  @Test
  void shouldWaitForALinkThatIsNotUp() {
    Node alone = new Node(true, SHORT_MS);
    Link link = alone.link(SyncRole.BACKUP, LinkState.RETRYING);
    assertFalse(alone.service.missing().isEmpty(), "before the first look");
    alone.start();
    Await.until(() -> alone.service.missing().startsWith("resync waits for backup eth0"));
    assertEquals(0, alone.service.begin());
    link.state = LinkState.UP;
    alone.awaitState(State.NOBODY);
    assertEquals("", alone.service.missing());
    Await.until(() -> alone.lines.size() == 1);
    assertTrue(alone.lines.getFirst().contains("nobody answered"), alone.lines::toString);
  }

  @Test
  void shouldPassOverALinkWithoutAGoodConfiguration() {
    Node alone = new Node(true, SHORT_MS);
    alone.link(SyncRole.BACKUP, LinkState.REFUSED).transport = "";
    alone.service.look();
    assertEquals("", alone.service.missing());
  }

  @Test
  void shouldAskOnceAndNotWhenALinkComesBack() {
    Node alone = new Node(true, SHORT_MS).start();
    Link link = alone.link(SyncRole.BACKUP, LinkState.UP);
    alone.awaitState(State.NOBODY);
    alone.service.removeLink(link);
    alone.service.look();
    alone.service.addLink(link);
    alone.service.look();
    assertEquals(1, alone.service.status().number());
    assertEquals(2, alone.service.begin());
  }

  @Test
  void shouldLeaveItToTheOperatorWhenToldSo() {
    Node alone = new Node(false, SHORT_MS);
    alone.link(SyncRole.BACKUP, LinkState.UP);
    alone.service.look();
    assertEquals("", alone.service.missing());
    assertEquals(State.NONE, alone.state());
    assertEquals(1, alone.service.begin());
    assertEquals(1, alone.service.begin(), "while it goes on");
    alone.awaitState(State.NOBODY);
  }

  @Test
  void shouldGetTheTableOfANodeWithAMasterLinkOnly() {
    Node peer = new Node(false, SHORT_MS).start();
    peer.node.add(1_000, 60_000);
    peer.link(SyncRole.MASTER, LinkState.UP);
    Await.until(() -> transport.receivers.size() == 1);
    Node back = new Node(true, LONG_MS).start();
    back.link(SyncRole.BACKUP, LinkState.UP);
    back.awaitState(State.DONE);
    FakeInbound way = back.node.ways().inbounds.getFirst();
    assertEquals("peers", way.horizon);
    assertEquals(1_000, way.count());
    assertEquals(MergeRule.INSERT_IF_ABSENT, way.rule());
    assertEquals(1_000, back.service.status().received());
    assertEquals("", back.service.missing());
    assertTrue(
        back.lines.getFirst().startsWith("resync: 1,000 connections from 10.0."),
        back.lines::toString);
    Await.until(way::isClosed);
  }

  @Test
  void shouldNotAnswerAnotherClusterInTheGroup() {
    Node other = new Node(false, SHORT_MS).start();
    other.node.add(1_000, 60_000);
    other.link(SyncRole.MASTER, LinkState.UP).syncId = 8;
    other.service.look();
    Await.until(() -> transport.receivers.size() == 1);
    Node back = new Node(true, SHORT_MS).start();
    back.link(SyncRole.BACKUP, LinkState.UP);
    back.awaitState(State.NOBODY);
    Await.until(() -> other.inbox.counters().get(ResyncCounter.OTHER_SYNC_ID) > 0);
  }

  @Test
  void shouldKnowWhoseRequestsAreForIt() {
    Node node = new Node(false, SHORT_MS);
    Link backup = node.link(SyncRole.BACKUP, LinkState.UP);
    node.link(SyncRole.MASTER, LinkState.UP).syncId = 9;
    node.service.look();
    NetworkGroup.Key group = NetworkGroup.Key.of(address());
    assertTrue(node.service.isAsked(group, 7));
    assertTrue(node.service.isAsked(group, 9), "who listens to this master asks with its id");
    assertTrue(node.service.isAsked(group, 0));
    assertFalse(node.service.isAsked(group, 8));
    backup.syncId = 0;
    node.service.look();
    assertTrue(node.service.isAsked(group, 8), "a backup with 0 has what all say");
  }

  @Test
  void shouldNotAskBeforeTheBackupLinkHears() {
    Node alone = new Node(true, SHORT_MS);
    alone.link(SyncRole.MASTER, LinkState.UP);
    Link backup = alone.link(SyncRole.BACKUP, LinkState.RETRYING);
    alone.service.look();
    assertEquals(State.NONE, alone.state());
    assertTrue(alone.service.missing().startsWith("resync waits for backup eth0"));
    backup.state = LinkState.UP;
    alone.service.look();
    alone.awaitState(State.NOBODY);
  }

  @Test
  void shouldStopListeningWhenABackupLinkDoes() {
    Node peer = new Node(false, SHORT_MS).start();
    peer.link(SyncRole.MASTER, LinkState.UP);
    Await.until(() -> transport.receivers.size() == 1);
    peer.link(SyncRole.BACKUP, LinkState.UP);
    Await.until(() -> transport.receivers.getFirst().isClosed());
  }

  @Test
  void shouldListenThroughTheTransportThatIsThere() {
    Node peer = new Node(false, SHORT_MS).start();
    peer.link(SyncRole.MASTER, LinkState.UP);
    Await.until(() -> transport.receivers.size() == 1);
    FakeTransport newer = new FakeTransport("fake");
    peer.service.transports().add(newer, Map.of(), "2.0.0");
    Await.until(() -> newer.receivers.size() == 1 && transport.receivers.getFirst().isClosed());
    peer.service.close();
    assertTrue(newer.receivers.getFirst().isClosed());
  }

  @Test
  void shouldLookOnAfterAFaultOfATransport() {
    Node peer = new Node(false, SHORT_MS);
    peer.service.transports().remove(transport);
    AtomicInteger faults = new AtomicInteger(2);
    peer.service.transports().add(new Faulty(transport, faults), Map.of(), "1.0.0");
    peer.link(SyncRole.MASTER, LinkState.UP);
    peer.start();
    Await.until(() -> transport.receivers.size() == 1);
    assertEquals(1, peer.lines.size(), peer.lines::toString);
    assertTrue(peer.lines.getFirst().startsWith("resync: a look"), peer.lines::toString);
  }

  /** Fails so many times in a way that is not foreseen. */
  private record Faulty(SyncTransport good, AtomicInteger faults) implements SyncTransport {
    @Override
    public String name() {
      return good.name();
    }

    @Override
    public SyncReceiver openReceiver(LinkAddress address, LinkCounters counters)
        throws TransportException {
      if (faults.getAndDecrement() > 0) {
        throw new IllegalStateException("its bundle is going");
      }
      return good.openReceiver(address, counters);
    }

    @Override
    public SyncSender openSender(LinkAddress address) throws TransportException {
      return good.openSender(address);
    }

    @Override
    public PeerSocket openPeerSocket(LinkAddress address) throws TransportException {
      return good.openPeerSocket(address);
    }
  }

  @Test
  void shouldFailWithTheReasonWhenThereIsNoSocket() {
    transport.failure = "no such interface";
    Node alone = new Node(true, SHORT_MS).start();
    alone.link(SyncRole.BACKUP, LinkState.UP);
    alone.awaitState(State.FAILED);
    assertEquals("no such interface", alone.service.status().detail());
    assertEquals("", alone.service.missing(), "not for ever");
    transport.failure = null;
  }

  @Test
  void shouldCountWhatItsInboxCannotHold() {
    ControlInbox inbox = new ControlInbox();
    Datagram message = new Datagram(ControlCodec.MAX_BYTES);
    ControlCodec.encode(new ControlMessage.Request(1, 2), 7, message);
    for (int i = 0; i < 300; i++) {
      inbox.received(address(), message);
    }
    inbox.received(address(), Datagram.of(new byte[ControlCodec.MAX_BYTES + 1]));
    assertEquals(44, inbox.counters().get(ResyncCounter.INBOX_FULL));
    assertEquals(1, inbox.counters().get(ResyncCounter.CONTROL_SIZE));
  }
}

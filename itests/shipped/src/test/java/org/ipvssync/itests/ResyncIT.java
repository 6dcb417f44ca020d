package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.ipvssync.itests.agent.LinkView;
import org.ipvssync.itests.agent.NodeAgent;
import org.ipvssync.itests.agent.ResyncView;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that starts gets the whole table of another one. */
class ResyncIT {
  private static final String LINK = "one";
  private static final int CONNECTIONS = 20_000;

  private final TestGroup group = TestGroup.random();
  private FelixNode peerNode;
  private FelixNode backNode;
  private NodeAgent peer;
  private NodeAgent back;

  @BeforeEach
  void startPeer() throws Exception {
    peerNode = FelixNode.start();
    peer = peerNode.agent();
  }

  @AfterEach
  void stop() throws Exception {
    peer.close();
    peerNode.close();
    if (backNode != null) {
      back.close();
      backNode.close();
    }
  }

  private void startBack() throws Exception {
    backNode = FelixNode.startAsShipped();
    back = backNode.agent();
  }

  /** A master listens for requests by itself, a backup's link hears them. */
  @ParameterizedTest
  @ValueSource(strings = {"master", "backup"})
  void shouldGetTheTableWhenItStarts(String role) throws Exception {
    peer.fill(CONNECTIONS);
    open(peer, role, 21);
    startBack();
    assertEquals("", back.resync().missing());
    open(back, "backup", 21);
    ResyncView done =
        Await.until("the resync ends", back::resync, now -> now.state().equals("DONE"));
    assertEquals(CONNECTIONS, done.received());
    assertEquals("127.0.0.1", done.peer());
    assertEquals("", done.missing());
    assertEquals(peer.rows(), back.rows());
  }

  @Test
  void shouldAskAPeerWithASyncIdOfItsOwn() throws Exception {
    peer.fill(10);
    open(peer, "backup", 21);
    startBack();
    open(back, "backup", 0);
    Await.until("the resync ends", back::resync, now -> now.state().equals("DONE"));
    assertEquals(10, back.table().connections());
  }

  @Test
  void shouldBecomeReadyAlone() throws Exception {
    startBack();
    back.configure("org.ipvssync.resync", "", Map.of("resyncTimeoutMs", 700));
    open(back, "backup", 21);
    ResyncView alone =
        Await.until("the resync ends", back::resync, now -> now.state().equals("NOBODY"));
    assertEquals("", alone.missing());
    assertTrue(alone.counters().getOrDefault("ownRequests", 0L) >= 1, alone::toString);
  }

  @Test
  void shouldAskWhenAnOperatorWants() throws Exception {
    startBack();
    assertEquals(0, back.beginResync(), "without a link");
    back.configure("org.ipvssync.resync", "", Map.of("atStart", false));
    open(peer, "master", 21);
    open(back, "master", 21);
    peer.fill(100);
    Await.until("a resync begins", back::beginResync, number -> number > 0);
    Await.until("the resync ends", back::resync, now -> now.state().equals("DONE"));
    assertEquals(100, back.table().connections());
  }

  private void open(NodeAgent node, String role, int syncId) throws Exception {
    Map<String, Object> settings = new HashMap<>(group.settings(syncId));
    if (role.equals("master")) {
      settings.put("refreshPeriodS", 0);
    }
    node.configure("org.ipvssync.role." + role, LINK, settings);
    Await.until(
        role + " is up",
        () -> node.link(role, LINK).map(LinkView::state).orElse("not there"),
        "up"::equals);
  }
}

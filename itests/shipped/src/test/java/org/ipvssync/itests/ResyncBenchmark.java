package org.ipvssync.itests;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ipvssync.itests.agent.NodeAgent;
import org.ipvssync.itests.agent.ResyncView;
import org.junit.jupiter.api.Test;

/**
 * How long a resync takes on this machine; printed, not asserted. Its name keeps it out of the
 * build: see this module's README for the command.
 */
class ResyncBenchmark {
  private static final int CONNECTIONS =
      Integer.getInteger("ipvssync.benchmark.connections", 1_000_000);
  private static final int ROUNDS = Integer.getInteger("ipvssync.benchmark.rounds", 6);
  private static final int ROOM = 1_100_000;

  /** A full table goes to an empty node, again and again. */
  @Test
  void pullTable() throws Exception {
    TestGroup group = TestGroup.random();
    try (FelixNode peerNode = FelixNode.start();
        FelixNode backNode = FelixNode.start();
        NodeAgent peer = peerNode.agent();
        NodeAgent back = backNode.agent()) {
      for (NodeAgent node : List.of(peer, back)) {
        node.configure("org.ipvssync.table.memory", "", Map.of("maxConnections", ROOM));
        node.configure("org.ipvssync.resync", "", settings());
        Await.until("the table has room", node::table, table -> table.capacity() == ROOM);
        node.configure("org.ipvssync.role.backup", "one", new HashMap<>(group.settings(21)));
      }
      peer.fill(CONNECTIONS);
      System.out.printf("%nA resync of %,d connections%n", CONNECTIONS);
      for (int i = 0; i < ROUNDS; i++) {
        long number = Await.until("a resync begins", back::beginResync, n -> n > 0);
        long begin = 0;
        ResyncView now = back.resync();
        while (!now.state().equals("DONE") || now.number() != number) {
          Thread.onSpinWait();
          now = back.resync();
          if (begin == 0 && now.state().equals("RECEIVING")) {
            begin = System.nanoTime();
          }
        }
        System.out.printf(
            "  %,d came in %.0f ms, %,d in the table, %s%n",
            now.received(),
            (System.nanoTime() - begin) / 1e6,
            back.table().connections(),
            now.counters());
      }
      System.out.println("  the peer: " + peer.resync().counters());
    }
  }

  private static Map<String, Object> settings() {
    return Map.of("atStart", false, "datagramsPerSecond", 10_000_000);
  }
}

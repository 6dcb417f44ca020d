package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.ipvssync.itests.agent.LinkView;
import org.ipvssync.itests.agent.Load;
import org.ipvssync.itests.agent.NodeAgent;
import org.junit.jupiter.api.Test;

/** A backup reads both versions while its masters change from one to the other. */
class CodecChangeoverIT {
  private static final int RATE = 5_000;
  private static final int STEP = 500;
  private static final String V0 = "org.ipvssync.codec.v0";

  @Test
  void shouldUnderstandBothMastersWhileTheyChangeOver() throws Exception {
    try (LogWatch log = new LogWatch();
        NodePair pair = NodePair.start();
        FelixNode otherNode = FelixNode.start();
        NodeAgent other = otherNode.agent()) {
      send(pair, pair.master(), "v0");
      send(pair, other, "v0");
      try (Load load = pair.master().load(1, RATE)) {
        other.fill(STEP);
        awaitThere(pair, other);

        send(pair, pair.master(), "v1");
        other.fill(2 * STEP);
        awaitThere(pair, other);

        send(pair, other, "v1");
        other.fill(3 * STEP);
        awaitThere(pair, other);
        assertEquals(0, refused(pair));

        // Now v0 goes from the backup for good, while one master speaks it still.
        pair.configureBackup(Map.of("codecWaitMs", 500));
        pair.bundles(NodePair.BACKUP).stop(V0);
        send(pair, other, "v0");
        Await.until(
            "what is not understood is counted",
            () -> {
              other.fill(4 * STEP);
              return refused(pair);
            },
            refused -> refused > 0);
        assertEquals("up", backup(pair).state());
        assertEquals("v1", backup(pair).codec());

        pair.bundles(NodePair.BACKUP).start(V0);
        Await.until("v0 is back", () -> backup(pair).codec(), "v0,v1"::equals);
        other.fill(5 * STEP);
        awaitThere(pair, other);
        load.pause();
        pair.awaitQuiet();
        assertEquals(List.of(), pair.differences(load, other.rows().keySet()));
      }
      log.assertNoFault();
    }
  }

  private static void send(NodePair pair, NodeAgent node, String codec) throws Exception {
    pair.configureMaster(node, Map.of("codec", codec));
    Await.until(
        "a master speaks " + codec,
        () -> node.link(NodePair.MASTER, NodePair.LINK),
        link ->
            link.isPresent()
                && link.get().state().equals("up")
                && link.get().codec().equals(codec));
  }

  private static void awaitThere(NodePair pair, NodeAgent other) throws Exception {
    Map<String, String> rows = other.rows();
    Await.until(
        "the backup has all of the other master",
        () -> {
          Map<String, String> there = pair.backup().rows();
          return rows.keySet().stream()
              .filter(key -> !rows.get(key).equals(there.get(key)))
              .count();
        },
        missing -> missing == 0);
  }

  private static LinkView backup(NodePair pair) {
    return pair.backup().link(NodePair.BACKUP, NodePair.LINK).orElseThrow();
  }

  private static long refused(NodePair pair) {
    return backup(pair).counters().get("noCodec");
  }
}

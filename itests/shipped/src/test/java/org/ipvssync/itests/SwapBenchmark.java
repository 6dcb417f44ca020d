package org.ipvssync.itests;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.ipvssync.itests.agent.Load;
import org.ipvssync.itests.agent.NodeAgent;
import org.ipvssync.itests.agent.SwapsView;
import org.junit.jupiter.api.Test;

/**
 * How long swaps take, as the shipped node measures it; printed, not asserted. Its name keeps it
 * out of the build: see this module's README for the command.
 */
class SwapBenchmark {
  private static final int CONNECTIONS =
      Integer.getInteger("ipvssync.benchmark.connections", 1_000_000);
  private static final int MOVES = Integer.getInteger("ipvssync.benchmark.moves", 6);
  private static final int SWAPS = Integer.getInteger("ipvssync.benchmark.swaps", 200);
  private static final int RATE = Integer.getInteger("ipvssync.swap.rate", 50_000);
  private static final int ROOM = 1_100_000;
  private static final int PENDING = 100_000;

  /** A full table goes from one provider to the other and back, with changes that wait. */
  @Test
  void moveTable() throws Exception {
    try (FelixNode felix = FelixNode.start();
        NodeAgent node = felix.agent()) {
      boolean hasMapped =
          !new BundleSwaps(felix.context()).versions("org.ipvssync.table.mapped").isEmpty();
      String other = hasMapped ? "mapped" : "memory";
      for (String provider : List.of("memory", "mapped")) {
        node.configure("org.ipvssync.table." + provider, "", Map.of("maxConnections", ROOM));
      }
      Await.until("the table has room", node::table, table -> table.capacity() == ROOM);
      node.fill(CONNECTIONS);
      node.openIdleOutbound("idle");
      node.fill(PENDING);
      System.out.printf(
          "%nA table of %,d connections, %,d changes waiting on one link%n",
          node.table().connections(), node.idlePending());
      System.out.printf("  %-18s %12s%n", "move", "pause");
      for (int i = 0; i < MOVES; i++) {
        String name = i % 2 == 0 ? other : "memory";
        long before = node.table().swaps().count();
        if (hasMapped) {
          node.configure(NodePair.NODE_PID, "", Map.of("table", name));
        } else {
          node.configure(
              "org.ipvssync.table.memory", "", Map.of("maxConnections", ROOM + i % 2 * 1000 + 1));
        }
        SwapsView swaps =
            Await.until(
                    "the table has moved",
                    node::table,
                    table -> table.swaps().count() > before && table.provider().equals(name))
                .swaps();
        System.out.printf("  %-18s %9.1f ms%n", "to " + name, swaps.lastMicros() / 1e3);
      }
      System.out.printf("  %,d changes wait still%n", node.idlePending());
    }
  }

  /** The master's codec changes under load, by name and by bundle. */
  @Test
  void swapCodec() throws Exception {
    try (NodePair pair = NodePair.start();
        Load load = pair.master().load(1, RATE)) {
      System.out.printf("%nA master's codec under %,d updates a second%n", RATE);
      System.out.printf(
          "  %-24s %8s %10s %10s %10s %12s%n", "swap", "count", "p50", "p99", "max", "waited, max");
      String[] names = {"v0", "v1"};
      int[] turn = {0};
      measure(
          pair,
          "by name, v0 and v1",
          () -> {
            pair.configureMaster(Map.of("codec", names[turn[0]++ % names.length]));
            return null;
          });
      pair.configureMaster(Map.of());
      pair.awaitUp();
      String bundle = Swaps.Part.CODEC.bundle(NodePair.MASTER);
      measure(
          pair,
          "bundle update",
          () -> {
            pair.bundles(NodePair.MASTER).update(bundle);
            return null;
          });
      load.pause();
      pair.awaitQuiet();
      System.out.printf(
          "  %,.0f updates a second were made; the tables differ in %s; %s%n",
          load.rate(), pair.differences(load), pair.counts());
    }
  }

  private static void measure(NodePair pair, String what, Callable<Void> swap) throws Exception {
    List<Long> pauses = new ArrayList<>();
    long waited = 0;
    for (int i = 0; i < SWAPS; i++) {
      long before = swaps(pair).count();
      swap.call();
      SwapsView after =
          Await.until("the swap is counted", () -> swaps(pair), now -> now.count() > before);
      pauses.add(after.lastMicros());
      waited = Math.max(waited, after.lastWaited());
    }
    Collections.sort(pauses);
    System.out.printf(
        "  %-24s %8d %7.2f ms %7.2f ms %7.2f ms %,12d%n",
        what,
        pauses.size(),
        pauses.get(pauses.size() / 2) / 1e3,
        pauses.get(pauses.size() * 99 / 100) / 1e3,
        pauses.getLast() / 1e3,
        waited);
  }

  private static SwapsView swaps(NodePair pair) {
    return pair.master().link(NodePair.MASTER, NodePair.LINK).orElseThrow().swaps();
  }
}

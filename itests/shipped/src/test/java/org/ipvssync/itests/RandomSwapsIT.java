package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.ipvssync.itests.agent.Load;
import org.ipvssync.itests.agent.SwapsView;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/**
 * Swaps at random while updates come at a high rate. Repeat a failure with the properties that it
 * says; the long run is {@code -Dipvssync.swap.count=1000 -Dipvssync.swap.rate=50000}.
 *
 * <p>What bounds the rate on two cores is a part that is new: a bundle that has just come runs
 * slowly until it is compiled, and so long the backup's socket buffer has to hold what is sent.
 */
class RandomSwapsIT {
  private static final int COUNT = Integer.getInteger("ipvssync.swap.count", 60);
  private static final int RATE = Integer.getInteger("ipvssync.swap.rate", TestGroup.rate(25_000));
  private static final long SEED = Long.getLong("ipvssync.swap.seed", System.nanoTime() & 0xffff);

  /** Until everything was done once: code that never ran is slow, and all of it is new. */
  private static final int WARM_UP_RATE = Math.min(RATE, 10_000);

  private static final int LONGEST_PAUSE_MS = 40;

  /** So often both tables are compared on the way, that a loss is found near its swap. */
  private static final int COMPARED_EVERY = 50;

  /** A table that is not given back is larger than what else may grow. */
  private static final long ADDRESS_SPACE_SLACK = 512L << 20;

  private static final int JARS_SLACK = 16;

  private final Random random = new Random(SEED);
  private NodePair.Counts compared = new NodePair.Counts(0, 0, 0, 0, 0);

  /** Codec, table, and everything of the master: no update may be lost, and none is sent twice. */
  @Test
  void shouldLoseNothingBySwapsOfCodecTableAndMaster() throws Exception {
    run(
        Swaps.all().stream()
            .filter(swap -> swap.hearing() == Swaps.Hearing.ALWAYS)
            .filter(swap -> swap.part() != Swaps.Part.TRANSPORT)
            .toList());
  }

  /** Sockets as well: what was not heard is counted, and one push mends it. */
  @Test
  void shouldMendWhatAnySwapLost() throws Exception {
    run(Swaps.all());
  }

  private void run(List<Swaps.Swap> swaps) throws Exception {
    try (LogWatch log = new LogWatch();
        NodePair pair = NodePair.start();
        Load load = pair.master().load(SEED, WARM_UP_RATE)) {
      for (Swaps.Swap swap : swaps) {
        one(pair, swap); // whatever is made only once is there before it is counted
      }
      compare(pair, load, swaps, "the first of each");
      Footprint before = Footprint.now();
      long addressSpace = Footprint.addressSpaceBytes();
      long jars = Footprint.jars();
      long begin = System.nanoTime();
      long updates = load.updates();
      load.setRate(RATE);
      load.resume();
      for (int i = 1; i <= COUNT; i++) {
        Swaps.Swap swap = swaps.get(random.nextInt(swaps.size()));
        String which = "swap " + i + " of " + COUNT + " (" + swap + ")";
        try {
          one(pair, swap);
        } catch (Exception | Error e) {
          throw new AssertionFailedError(which + " failed; " + again(), e);
        }
        if (i % COMPARED_EVERY == 0 || i == COUNT) {
          compare(pair, load, swaps, which);
          load.resume();
        }
      }
      load.pause();
      pair.awaitQuiet();
      tell(pair, load.updates() - updates, System.nanoTime() - begin);
      log.assertNoFault();
      Await.until("nothing is left behind", Footprint::now, before::equals);
      long grown = Footprint.addressSpaceBytes() - addressSpace;
      assertTrue(grown < ADDRESS_SPACE_SLACK, () -> grown + " bytes more of address space");
      assertTrue(Footprint.jars() - jars < JARS_SLACK, "jars are left open");
    }
  }

  private void one(NodePair pair, Swaps.Swap swap) throws Exception {
    swap.perform(pair);
    pair.awaitUp();
    if (swap.way() != Swaps.Way.UPDATE && swap.way() != Swaps.Way.CONFIGURATION) {
      pair.bundles(swap.role()).restore(swap.part().bundle(swap.role()));
      pair.awaitUp();
    }
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_PAUSE_MS)));
  }

  /** Stops the load; both tables must be the model's. */
  private void compare(NodePair pair, Load load, List<Swaps.Swap> swaps, String after)
      throws Exception {
    load.pause();
    pair.awaitQuiet();
    boolean always = swaps.stream().allMatch(swap -> swap.hearing() == Swaps.Hearing.ALWAYS);
    if (always) {
      pair.awaitMissing(0);
    }
    NodePair.Counts counts = pair.counts();
    assertEquals(0, counts.refused(), counts::toString);
    assertEquals(0, pair.faults(), "faults");
    if (!always) {
      NodePair.Counts since = counts.since(compared);
      compared = counts;
      // What was lost is what was counted: nothing without a gap.
      assertTrue(since.unheard() <= 0 || since.gaps() > 0, since::toString);
      pair.push();
    }
    List<String> differences = always ? pair.differences(load) : pair.differencesAfterPush(load);
    if (!differences.isEmpty()) {
      throw new AssertionFailedError(
          "after "
              + after
              + "; "
              + again()
              + "; "
              + counts
              + "\n"
              + String.join("\n", differences));
    }
  }

  private static String again() {
    return "again with -Dipvssync.swap.seed="
        + SEED
        + " -Dipvssync.swap.rate="
        + RATE
        + " -Dipvssync.swap.count="
        + COUNT;
  }

  private static void tell(NodePair pair, long updates, long nanos) {
    System.out.printf(
        "%,d swaps, %,d updates, %,.0f a second; %s%n",
        COUNT, updates, updates * 1e9 / nanos, pair.counts());
    for (String role : List.of(NodePair.MASTER, NodePair.BACKUP)) {
      SwapsView table = pair.of(role).table().swaps();
      System.out.printf(
          "  %s's table: %,d swaps, longest pause %,d us, the last %s%n",
          role, table.count(), table.longestMicros(), table.last());
    }
  }
}

package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.ipvssync.itests.agent.Load;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every part of a node is exchanged in every way, under load, and both tables are the model's
 * afterwards: with nothing lost where a socket was always joined, else after one push.
 */
class SwapMatrixIT {
  /** Updates a second. */
  private static final int RATE =
      Integer.getInteger("ipvssync.swap.rowRate", TestGroup.rate(10_000));

  private static NodePair pair;
  private static LogWatch log;
  private static Load load;

  @BeforeAll
  static void start() throws Exception {
    log = new LogWatch();
    pair = NodePair.start();
    load = pair.master().load(1, RATE);
    load.pause();
  }

  @AfterAll
  static void stop() throws Exception {
    load.close();
    pair.close();
    log.close();
  }

  static List<Swaps.Swap> swaps() {
    return Swaps.all();
  }

  @ParameterizedTest
  @MethodSource("swaps")
  void shouldLoseNothing(Swaps.Swap swap) throws Exception {
    log.clear();
    Footprint before = Footprint.now();
    NodePair.Counts countsBefore = pair.counts();
    long countedBefore = swap.counted(pair);
    long faultsBefore = pair.faults();
    load.resume();
    try {
      awaitMore();
      swap.perform(pair);
      pair.awaitUp();
      if (swap.counts()) {
        Await.until("the swap is counted", () -> swap.counted(pair), now -> now > countedBefore);
      }
      awaitMore();
      load.pause();
      pair.awaitQuiet();

      boolean isMended = mendCounted(swap, countsBefore);
      assertEquals(List.of(), isMended ? pair.differencesAfterPush(load) : pair.differences(load));
      log.assertNoFault();
      assertEquals(faultsBefore, pair.faults(), "faults");
    } catch (Exception | Error e) {
      mend(swap);
      throw e;
    }
    pair.bundles(swap.role()).restore(swap.part().bundle(swap.role()));
    pair.awaitUp();
    Await.until("nothing is left behind", Footprint::now, before::equals);
  }

  /** The next row shall not fail because of this one. */
  private static void mend(Swaps.Swap swap) throws Exception {
    load.pause();
    pair.bundles(swap.role()).restore(swap.part().bundle(swap.role()));
    pair.awaitQuiet();
    pair.push();
  }

  /** What was sent came in, or it is known how much did not; that is mended by one push: true. */
  private static boolean mendCounted(Swaps.Swap swap, NodePair.Counts before) throws Exception {
    if (swap.hearing() == Swaps.Hearing.ALWAYS) {
      pair.awaitMissing(before.missing());
    }
    NodePair.Counts after = pair.counts();
    long missing = after.missing() - before.missing();
    assertEquals(before.refused(), after.refused(), after::toString);
    switch (swap.hearing()) {
      case ALWAYS -> assertEquals(0, missing, after::toString);
      case TWICE -> assertTrue(missing <= 0, after::toString);
      case GAP -> {
        assertTrue(missing >= 0, after::toString);
        // A role's successor is a link of its own, and a move to another group is no gap.
        boolean counts =
            swap.part() == Swaps.Part.TRANSPORT && swap.way() != Swaps.Way.CONFIGURATION;
        assertTrue(!counts || after.gaps() > before.gaps(), after::toString);
      }
      case UNORDERED -> assertTrue(missing <= 0, after::toString);
    }
    boolean mends = missing > 0 || swap.hearing() == Swaps.Hearing.UNORDERED;
    if (mends) {
      pair.push();
    }
    return mends;
  }

  private static void awaitMore() throws Exception {
    long enough = load.updates() + RATE / 4;
    Await.until("updates", load::updates, updates -> updates >= enough);
  }
}

package org.ipvssync.api.fake;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what the current thread allocates. */
public final class Allocations {
  private static final int WARM_UP_ROUNDS = 20_000;

  private static final int ROUNDS = 20_000;

  private static final int PASSES = 10;

  /** On a busy machine the optimising compiler may be late. */
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private Allocations() {}

  /**
   * Bytes that a warm {@code round} allocates on average: the least of several passes, because what
   * a round really allocates, it allocates in all of them.
   *
   * @param round what a link's thread does again and again
   */
  public static double bytesPerRound(Runnable round) {
    for (int i = 0; i < WARM_UP_ROUNDS; i++) {
      round.run();
    }
    double least = Double.MAX_VALUE;
    long begin = System.nanoTime();
    for (int pass = 0;
        least >= 1 && (pass < PASSES || System.nanoTime() - begin < PATIENCE_NANOS);
        pass++) {
      least = Math.min(least, pass(round));
    }
    return least;
  }

  private static double pass(Runnable round) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < ROUNDS; i++) {
      round.run();
    }
    return (double) (threads.getCurrentThreadAllocatedBytes() - before) / ROUNDS;
  }
}

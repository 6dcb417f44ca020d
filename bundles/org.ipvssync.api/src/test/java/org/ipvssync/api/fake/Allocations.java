package org.ipvssync.api.fake;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what the current thread allocates. */
public final class Allocations {
  private static final int WARM_UP_ROUNDS = 20_000;

  private static final int ROUNDS = 20_000;

  private static final int PASSES = 400;

  private Allocations() {}

  /** What is measured as a whole. */
  @FunctionalInterface
  public interface Pass<E extends Exception> {
    /** Does it once. */
    void run() throws E;
  }

  /**
   * Bytes that a pass allocates once it is warm: the least of several, because what it really
   * allocates, it allocates in all of them. On a busy machine the optimising compiler may be late.
   *
   * @param passes most passes
   * @param enough after a pass that allocates less than that there is no other
   */
  public static <E extends Exception> long leastOf(int passes, long enough, Pass<E> pass) throws E {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < passes && least >= enough; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      pass.run();
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  /**
   * Bytes that a warm {@code round} allocates on average, see {@link #leastOf}.
   *
   * @param round what a link's thread does again and again
   */
  public static double bytesPerRound(Runnable round) {
    repeat(round, WARM_UP_ROUNDS);
    return (double) leastOf(PASSES, ROUNDS, () -> repeat(round, ROUNDS)) / ROUNDS;
  }

  private static void repeat(Runnable round, int times) {
    for (int i = 0; i < times; i++) {
      round.run();
    }
  }
}

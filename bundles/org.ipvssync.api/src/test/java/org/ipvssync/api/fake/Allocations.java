package org.ipvssync.api.fake;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what the current thread allocates. */
public final class Allocations {
  private static final int WARM_UP_ROUNDS = 20_000;

  private static final int ROUNDS = 20_000;

  private Allocations() {}

  /**
   * Bytes that a warm {@code round} allocates on average.
   *
   * @param round what a link's thread does again and again
   */
  public static double bytesPerRound(Runnable round) {
    for (int i = 0; i < WARM_UP_ROUNDS; i++) {
      round.run();
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < ROUNDS; i++) {
      round.run();
    }
    long after = threads.getCurrentThreadAllocatedBytes();
    return (double) (after - before) / ROUNDS;
  }
}

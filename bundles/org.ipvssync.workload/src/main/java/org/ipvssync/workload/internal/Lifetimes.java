package org.ipvssync.workload.internal;

import org.ipvssync.api.workload.WorkloadSpec;

/**
 * How long a connection stays in a state: handshakes and closings some milliseconds, its life
 * between them a mix of many short and a few long ones. Immutable.
 */
final class Lifetimes {
  private static final int LONGEST_OPENING_MS = 60;
  private static final int LONGEST_CLOSING_MS = 250;
  private static final int MARGIN_MS = 1000;
  private static final int LONGEST_IN_MEANS = 20;

  /** One life in ten is long: 5.5 means on average, the others half a mean. */
  private static final int LONG_ONE_IN = 10;

  private static final double LONG_IN_MEANS = 5.5;
  private static final double SHORT_IN_MEANS = 0.5;

  private final int meanMs;
  private final long longestMs;

  Lifetimes(WorkloadSpec spec) {
    meanMs = spec.meanLifeMs();
    long fits = ConnWorkload.MAX_LIVE * 1000L / spec.ratePerSecond() - MARGIN_MS;
    longestMs = Math.min(fits, (long) LONGEST_IN_MEANS * meanMs);
  }

  /**
   * Milliseconds, at least 1, from one state to the next.
   *
   * @param bits random; uses all
   */
  long stayMs(LifePath path, int step, long bits) {
    if (path.isLife(step)) {
      return lifeMs(bits);
    }
    return 1 + Mix.below(bits, path.isOpening(step) ? LONGEST_OPENING_MS : LONGEST_CLOSING_MS);
  }

  private long lifeMs(long bits) {
    boolean isLong = Mix.below(bits << 32, LONG_ONE_IN) == 0;
    double mean = meanMs * (isLong ? LONG_IN_MEANS : SHORT_IN_MEANS);
    // StrictMath: the same bits give the same life on every machine.
    double uniform = ((bits >>> 32) + 1) * 0x1p-32;
    long life = (long) (-StrictMath.log(uniform) * mean);
    return Math.clamp(life, 1, longestMs);
  }
}

package org.ipvssync.command.child;

import org.HdrHistogram.Histogram;

/**
 * Delays in microseconds.
 *
 * @param count how many were measured
 * @param p50 median
 * @param p99 99th percentile
 * @param max longest
 */
public record Delays(long count, long p50, long p99, long max) {
  /** Nothing was measured. */
  public static final Delays NONE = new Delays(0, 0, 0, 0);

  /** What a histogram of microseconds holds. */
  public static Delays of(Histogram histogram) {
    return histogram.getTotalCount() == 0
        ? NONE
        : new Delays(
            histogram.getTotalCount(),
            histogram.getValueAtPercentile(50),
            histogram.getValueAtPercentile(99),
            histogram.getMaxValue());
  }
}

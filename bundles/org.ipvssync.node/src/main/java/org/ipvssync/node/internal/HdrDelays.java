package org.ipvssync.node.internal;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.ipvssync.api.node.DelayRecorder;
import org.ipvssync.api.node.DelayStats;

/** Delays from a microsecond to a minute, two significant digits, in a fixed histogram. */
final class HdrDelays implements DelayRecorder {
  private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(1);
  private static final int DIGITS = 2;

  private final Histogram histogram = new ConcurrentHistogram(LONGEST_MICROS, DIGITS);

  @Override
  public void recordNanos(long nanos) {
    recordNanos(nanos, 1);
  }

  @Override
  public void recordNanos(long nanos, long count) {
    long micros = TimeUnit.NANOSECONDS.toMicros(nanos);
    histogram.recordValueWithCount(Math.clamp(micros, 0, LONGEST_MICROS), count);
  }

  @Override
  public DelayStats stats() {
    Histogram copy = histogram.copy();
    long count = copy.getTotalCount();
    return count == 0
        ? DelayStats.NONE
        : new DelayStats(
            count,
            copy.getValueAtPercentile(50),
            copy.getValueAtPercentile(99),
            copy.getMaxValue());
  }
}

package org.ipvssync.api.fake;

import org.ipvssync.api.node.DelayRecorder;
import org.ipvssync.api.node.DelayStats;

/** Remembers the last delay and the longest; allocates nothing. */
public final class FakeDelays implements DelayRecorder {
  private volatile long count;
  private volatile long last;
  private volatile long longest;

  @Override
  public void recordNanos(long nanos) {
    recordNanos(nanos, 1);
  }

  @Override
  public void recordNanos(long nanos, long times) {
    count = count + times;
    last = nanos;
    longest = Math.max(longest, nanos);
  }

  /** The delay recorded last, nanoseconds. */
  public long lastNanos() {
    return last;
  }

  /** The longest, nanoseconds. */
  public long longestNanos() {
    return longest;
  }

  @Override
  public DelayStats stats() {
    return new DelayStats(count, last / 1000, last / 1000, longest / 1000);
  }
}

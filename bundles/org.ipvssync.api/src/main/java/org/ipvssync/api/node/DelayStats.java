package org.ipvssync.api.node;

/**
 * Delays in microseconds.
 *
 * @param count how many were measured
 * @param p50 median
 * @param p99 99th percentile
 * @param max longest
 */
public record DelayStats(long count, long p50, long p99, long max) {
  /** Nothing measured yet. */
  public static final DelayStats NONE = new DelayStats(0, 0, 0, 0);
}

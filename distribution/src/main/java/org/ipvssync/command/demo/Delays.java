package org.ipvssync.command.demo;

/**
 * Delays in microseconds.
 *
 * @param count how many were measured
 * @param p50 median
 * @param p99 99th percentile
 * @param max longest
 */
record Delays(long count, long p50, long p99, long max) {
  /** Nothing was measured. */
  static final Delays NONE = new Delays(0, 0, 0, 0);
}

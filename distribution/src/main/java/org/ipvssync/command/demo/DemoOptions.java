package org.ipvssync.command.demo;

/**
 * What the demonstration was asked to do.
 *
 * @param connections end when so many were opened; 0 ends by time
 * @param rate connections opened a second, 1 to 1,000,000
 * @param seconds how long, when {@code connections} is 0; 1 to 3600
 * @param flushIntervalMs a change that has waited so long and is not on the wire is lost, 2 to
 *     10,000
 * @param seed of the workload
 * @param json print one object and nothing else
 * @param keep leave the directory of the run behind
 * @param swap exchange parts of both nodes during the run
 */
record DemoOptions(
    long connections,
    int rate,
    int seconds,
    int flushIntervalMs,
    long seed,
    boolean json,
    boolean keep,
    boolean swap) {

  /** Longest life of the workload's entries: a UDP connection or a template, seconds. */
  private static final int LONGEST_TIMEOUT_S = 300;

  /** The warm-up, and some more. */
  private static final int SPARE_S = 20;

  /** Templates, and room so that the table is never the limit. */
  private static final long SPARE_ENTRIES = 50_000;

  private static final long MAX_ENTRIES = 50_000_000;

  /** Checks the ranges; the message of a failure is for people. */
  DemoOptions {
    check("--connections", connections, 0, 1_000_000_000);
    check("--rate", rate, 1, 1_000_000);
    check("--seconds", seconds, 1, 3600);
    check("--flush-interval", flushIntervalMs, 2, 10_000);
  }

  /**
   * What the master is told as its {@code flushIntervalMs}: half of what is allowed, so that being
   * woken late on a busy machine is not taken for a loss.
   */
  int masterFlushIntervalMs() {
    return flushIntervalMs / 2;
  }

  /** Most entries that a node's table will need. */
  int tableCapacity() {
    long runS = connections > 0 ? connections / rate : seconds;
    long entries = (Math.min(runS, LONGEST_TIMEOUT_S) + SPARE_S) * rate + SPARE_ENTRIES;
    return (int) Math.min(entries, MAX_ENTRIES);
  }

  private static void check(String option, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          option + " " + value + " is not allowed; allowed: " + min + " to " + max);
    }
  }
}

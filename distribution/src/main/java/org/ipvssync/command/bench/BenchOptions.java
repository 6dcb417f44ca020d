package org.ipvssync.command.bench;

import java.util.Set;

/**
 * What the benchmark was asked to do.
 *
 * @param mcastInterface name of the network interface
 * @param connections distinct connections, 1,000 to 10,000,000
 * @param millis how long a measured part is, 100 to 600,000
 * @param only what is measured
 * @param full the long form
 * @param json print one object and nothing else
 * @param keep leave the directory of the run behind
 */
record BenchOptions(
    String mcastInterface,
    int connections,
    long millis,
    Set<Work> only,
    boolean full,
    boolean json,
    boolean keep) {
  private static final long LEAST_MS = 100;
  private static final long MOST_MS = 600_000;

  /** Checks the ranges; the message of a failure is for people. */
  BenchOptions {
    if (connections < BenchCommand.LEAST_CONNECTIONS
        || connections > BenchCommand.MOST_CONNECTIONS) {
      throw new IllegalArgumentException(
          "--connections %d is not allowed; allowed: %d to %d"
              .formatted(
                  connections, BenchCommand.LEAST_CONNECTIONS, BenchCommand.MOST_CONNECTIONS));
    }
    if (millis < LEAST_MS || millis > MOST_MS) {
      throw new IllegalArgumentException(
          "--seconds %s is not allowed; allowed: 0.1 to 600".formatted(millis / 1e3));
    }
  }
}

package org.ipvssync.benchmarks;

/** A benchmark that measures nothing is a bug: what must hold after the work. */
final class Checks {
  private Checks() {}

  /** Ends the benchmark with a message when something does not hold. */
  static void require(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new IllegalStateException(message.formatted(values));
    }
  }
}

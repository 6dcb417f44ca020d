package org.ipvssync.benchmarks;

/** A run that cannot be, or did not do what it was to do; the message is one line for people. */
final class BenchmarkFailure extends Exception {
  private static final long serialVersionUID = 1;

  BenchmarkFailure(String message) {
    super(message);
  }
}

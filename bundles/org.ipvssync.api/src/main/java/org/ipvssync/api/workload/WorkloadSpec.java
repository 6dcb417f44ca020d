package org.ipvssync.api.workload;

/**
 * What a workload is like.
 *
 * @param seed everything random comes from it
 * @param ratePerSecond connections opened a second, 1 to 1,000,000
 * @param maxConnections connections to open in all, then none; 0 for no end
 * @param meanLifeMs mean life of a connection until it begins to close, milliseconds, at least 1
 */
public record WorkloadSpec(long seed, int ratePerSecond, long maxConnections, int meanLifeMs) {
  /** Checks the ranges. */
  public WorkloadSpec {
    if (ratePerSecond < 1 || ratePerSecond > 1_000_000) {
      throw new IllegalArgumentException("rate must be 1 to 1000000, is " + ratePerSecond);
    }
    if (maxConnections < 0) {
      throw new IllegalArgumentException("connections must be 0 or more, is " + maxConnections);
    }
    if (meanLifeMs < 1) {
      throw new IllegalArgumentException("mean life must be at least 1 ms, is " + meanLifeMs);
    }
  }
}

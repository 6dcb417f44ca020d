package org.ipvssync.api.node;

import org.osgi.annotation.versioning.ConsumerType;

/** The clock that everything reads; never goes back. A simulation brings its own. */
@FunctionalInterface
@ConsumerType
public interface SyncClock {
  /** The machine's monotonic clock. */
  SyncClock SYSTEM = System::nanoTime;

  /** Nanoseconds since some instant. */
  long nanoTime();

  /** Milliseconds since the same instant. */
  default long nowMs() {
    return Math.floorDiv(nanoTime(), 1_000_000L);
  }
}

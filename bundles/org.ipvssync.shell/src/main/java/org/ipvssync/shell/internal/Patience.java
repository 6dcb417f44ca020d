package org.ipvssync.shell.internal;

import java.util.function.BooleanSupplier;
import org.ipvssync.api.node.SyncClock;

/**
 * Waits for a condition by looking again and again: a link's state has no listeners.
 *
 * <p>Clock and sleep come from outside, so that tests neither wait nor depend on time.
 */
final class Patience {
  private static final long LOOK_EVERY_MS = 20;

  private final SyncClock clock;
  private final Sleep sleep;

  /** Lets time pass. */
  @FunctionalInterface
  interface Sleep {
    /** Returns after so many milliseconds. */
    void millis(long millis) throws InterruptedException;
  }

  Patience(SyncClock clock, Sleep sleep) {
    this.clock = clock;
    this.sleep = sleep;
  }

  /** The machine's clock and sleep. */
  static Patience system() {
    return new Patience(SyncClock.SYSTEM, Thread::sleep);
  }

  /**
   * Returns true as soon as the condition holds, false when it did not within {@code timeoutMs}.
   *
   * @param timeoutMs 0 looks once
   */
  boolean await(long timeoutMs, BooleanSupplier condition) throws InterruptedException {
    long end = clock.nowMs() + timeoutMs;
    while (!condition.getAsBoolean()) {
      long left = end - clock.nowMs();
      if (left <= 0) {
        return false;
      }
      sleep.millis(Math.min(left, LOOK_EVERY_MS));
    }
    return true;
  }
}

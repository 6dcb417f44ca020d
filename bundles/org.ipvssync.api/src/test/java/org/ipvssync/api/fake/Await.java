package org.ipvssync.api.fake;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread does. */
public final class Await {
  private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  private Await() {}

  /** Returns when the condition holds; fails when the test's timeout interrupts it. */
  public static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(LOOK_NANOS);
      if (Thread.interrupted()) {
        throw new AssertionError("what was awaited did not come");
      }
    }
  }
}

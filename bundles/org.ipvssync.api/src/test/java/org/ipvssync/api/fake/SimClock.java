package org.ipvssync.api.fake;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.ipvssync.api.node.SyncClock;

/** A clock that stands still until it is moved, and runs what was planned for a time. */
public final class SimClock implements SyncClock {
  private record Plan(long atNanos, long order, Runnable action) {}

  private final PriorityQueue<Plan> plans =
      new PriorityQueue<>(Comparator.comparingLong(Plan::atNanos).thenComparingLong(Plan::order));
  private long nanos = TimeUnit.HOURS.toNanos(1);
  private long planned;

  @Override
  public long nanoTime() {
    return nanos;
  }

  /** Plans something for a time from now on. */
  public void inMs(long delayMs, Runnable action) {
    plans.add(new Plan(nanos + TimeUnit.MILLISECONDS.toNanos(delayMs), planned++, action));
  }

  /** Moves on; runs on its way what was planned. */
  public void advanceMs(long ms) {
    advanceNanos(TimeUnit.MILLISECONDS.toNanos(ms), () -> false);
  }

  /** Moves on, but no further than to where {@code enough} holds. */
  public void advanceNanos(long delta, BooleanSupplier enough) {
    long end = nanos + Math.max(0, delta);
    while (!enough.getAsBoolean() && !plans.isEmpty() && plans.peek().atNanos <= end) {
      Plan next = plans.poll();
      nanos = Math.max(nanos, next.atNanos);
      next.action.run();
    }
    if (!enough.getAsBoolean()) {
      nanos = end;
    }
  }
}

package org.ipvssync.command.bench;

import java.util.concurrent.locks.LockSupport;

/** Lets rounds of one thread happen at a rate; those that are late are made up for. */
final class Pace {
  private static final long NANOS_PER_S = 1_000_000_000L;

  private final long beginNanos = System.nanoTime();
  private final double perSecond;
  private long rounds;

  /** Begins now. */
  Pace(double perSecond) {
    this.perSecond = perSecond;
  }

  /** Waits until the next round is due; sleeps, since others want the processor. */
  void await() {
    long due = beginNanos + (long) (rounds * NANOS_PER_S / perSecond);
    rounds++;
    for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
      LockSupport.parkNanos(due - now);
    }
  }

  /** Nanoseconds since it began. */
  long elapsedNanos() {
    return System.nanoTime() - beginNanos;
  }
}

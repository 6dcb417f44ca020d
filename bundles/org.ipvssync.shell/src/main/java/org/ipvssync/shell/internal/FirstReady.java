package org.ipvssync.shell.internal;

import java.util.function.LongSupplier;

/** Waits for the node to be ready for the first time: nothing announces it. */
final class FirstReady {
  private static final long LOOK_EVERY_MS = 100;

  /**
   * Looks in a row that must find it ready. What a look finds counts for the whole boot, and
   * services come one after the other.
   */
  private static final int LOOKS = 3;

  private final NodeView view;
  private final Patience.Sleep sleep;

  FirstReady(NodeView view, Patience.Sleep sleep) {
    this.view = view;
    this.sleep = sleep;
  }

  /**
   * Returns when it is, or when the time is over.
   *
   * @param limitMs longest wait, asked for at each look; 0 for as long as it takes
   * @return false when the time is over
   */
  boolean await(LongSupplier limitMs) throws InterruptedException {
    long waitedMs = 0;
    int ready = isReady() ? 1 : 0;
    while (ready < LOOKS) {
      long limit = limitMs.getAsLong();
      if (limit > 0 && waitedMs >= limit) {
        return false;
      }
      sleep.millis(LOOK_EVERY_MS);
      waitedMs += LOOK_EVERY_MS;
      ready = isReady() ? ready + 1 : 0;
    }
    return true;
  }

  private boolean isReady() {
    try {
      return Readiness.reasons(view).isEmpty();
    } catch (RuntimeException e) {
      // A link of a bundle that is going; the next look knows more.
      return false;
    }
  }
}

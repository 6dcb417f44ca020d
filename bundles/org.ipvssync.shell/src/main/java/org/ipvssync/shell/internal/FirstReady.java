package org.ipvssync.shell.internal;

/** Waits for the node to be ready, however long that takes: nothing announces it. */
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

  /** Returns when it is. */
  void await() throws InterruptedException {
    int ready = isReady() ? 1 : 0;
    while (ready < LOOKS) {
      sleep.millis(LOOK_EVERY_MS);
      ready = isReady() ? ready + 1 : 0;
    }
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

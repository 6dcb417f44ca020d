package org.ipvssync.shell.internal;

/** Waits for the node to be ready, however long that takes: nothing announces it. */
final class FirstReady {
  private static final long LOOK_EVERY_MS = 100;

  private final NodeView view;
  private final Patience.Sleep sleep;

  FirstReady(NodeView view, Patience.Sleep sleep) {
    this.view = view;
    this.sleep = sleep;
  }

  /** Returns when it is. */
  void await() throws InterruptedException {
    while (!Readiness.reasons(view).isEmpty()) {
      sleep.millis(LOOK_EVERY_MS);
    }
  }
}

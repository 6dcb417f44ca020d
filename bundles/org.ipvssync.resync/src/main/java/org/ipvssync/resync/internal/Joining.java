package org.ipvssync.resync.internal;

/** Waits for threads that were told to end. */
final class Joining {
  private static final long LONGEST_MS = 5_000;

  private Joining() {}

  static void join(Thread thread) {
    if (thread == Thread.currentThread()) {
      return;
    }
    try {
      thread.join(LONGEST_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

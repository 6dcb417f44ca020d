package org.ipvssync.command;

import java.io.InterruptedIOException;

/** Waiting between two looks at another process. */
final class Pause {
  private Pause() {}

  static void forMs(long ms) throws InterruptedIOException {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}

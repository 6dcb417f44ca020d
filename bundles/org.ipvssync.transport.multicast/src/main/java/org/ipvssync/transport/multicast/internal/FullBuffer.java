package org.ipvssync.transport.multicast.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import org.ipvssync.api.node.SyncClock;

/** For how long a sender waits for room in a socket's buffer. */
final class FullBuffer {
  private static final long LONGEST_WAIT_NS = TimeUnit.SECONDS.toNanos(1);

  private FullBuffer() {}

  /** When a wait that begins now has to end, by the clock. */
  static long endNs(SyncClock clock) {
    return clock.nanoTime() + LONGEST_WAIT_NS;
  }

  /**
   * How much longer to wait.
   *
   * @return nanoseconds, 1 at least
   * @throws IOException when it was long enough, or the thread is to do something else
   */
  static long leftNs(long endNs, SyncClock clock) throws IOException {
    long leftNs = endNs - clock.nanoTime();
    if (leftNs <= 0) {
      throw new IOException("the socket's buffer stayed full for a second");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted while the socket's buffer was full");
    }
    return leftNs;
  }
}

package org.ipvssync.transport.multicast.internal;

import java.util.concurrent.TimeUnit;
import org.ipvssync.api.node.SyncClock;

/** A clock that stands still until a test sets it forward, however slow the machine is. */
final class TestClock implements SyncClock {
  private volatile long aheadNs;

  void forward(long seconds) {
    aheadNs += TimeUnit.SECONDS.toNanos(seconds);
  }

  @Override
  public long nanoTime() {
    return aheadNs;
  }
}

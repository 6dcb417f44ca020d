package org.ipvssync.transport.multicast.internal;

import java.util.concurrent.TimeUnit;
import org.ipvssync.api.node.SyncClock;

/** The machine's clock, which a test can set forward: waiting in sockets takes real time. */
final class TestClock implements SyncClock {
  private volatile long aheadNs;

  void forward(long seconds) {
    aheadNs += TimeUnit.SECONDS.toNanos(seconds);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime() + aheadNs;
  }
}

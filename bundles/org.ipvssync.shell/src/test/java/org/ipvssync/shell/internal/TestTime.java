package org.ipvssync.shell.internal;

import java.util.Map;
import java.util.TreeMap;
import org.ipvssync.api.node.SyncClock;

/** Time that passes only while somebody sleeps. */
final class TestTime implements SyncClock, Patience.Sleep {
  private final TreeMap<Long, Runnable> events = new TreeMap<>();
  private long nowMs = 1_000;
  boolean interrupting;

  /** Does something so many milliseconds from now. */
  void in(long ms, Runnable event) {
    events.put(nowMs + ms, event);
  }

  Patience patience() {
    return new Patience(this, this);
  }

  @Override
  public long nanoTime() {
    return nowMs * 1_000_000;
  }

  @Override
  public void millis(long millis) throws InterruptedException {
    if (interrupting) {
      throw new InterruptedException();
    }
    nowMs += millis;
    while (!events.isEmpty() && events.firstKey() <= nowMs) {
      Map.Entry<Long, Runnable> due = events.pollFirstEntry();
      due.getValue().run();
    }
  }
}

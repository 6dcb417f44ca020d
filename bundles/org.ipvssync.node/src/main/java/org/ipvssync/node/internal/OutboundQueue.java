package org.ipvssync.node.internal;

import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.node.SyncClock;

/**
 * What the node remembers of one way out: which entries wait for it. It lives on while the way is
 * parked, and holds nothing of whoever opened it.
 */
final class OutboundQueue {
  private final String name;
  private final int ringCapacity;
  private final SyncClock clock;
  private final TakenHandles taken = new TakenHandles();
  private volatile int horizon;
  private volatile PendingChanges pending;

  /** While an exchange goes on: the changes of the table that may take over. */
  private PendingChanges there;

  /** When the oldest change came that goes there. */
  private long sinceNanos;

  /**
   * Nothing waits.
   *
   * @param handleLimit of the table; 0 while there is none
   */
  OutboundQueue(String name, int horizon, int ringCapacity, int handleLimit, SyncClock clock) {
    this.name = name;
    this.horizon = horizon;
    this.ringCapacity = ringCapacity;
    this.clock = clock;
    this.pending = new PendingChanges(handleLimit, ringCapacity);
  }

  String name() {
    return name;
  }

  /** Number of where the records go; -1 when nothing is to be kept from there. */
  int horizon() {
    return horizon;
  }

  /** The changes that wait in the present table. */
  PendingChanges pending() {
    return pending;
  }

  /** The batch taken last. */
  TakenHandles taken() {
    return taken;
  }

  /** Somebody else goes on with it, perhaps towards another horizon. */
  void resume(int newHorizon) {
    horizon = newHorizon;
    taken.forget();
  }

  /** An entry changed; called under the table's write lock. */
  void changed(int handle, int from, boolean destinationChanged, long now) {
    if (from != horizon) {
      pending.mark(handle, destinationChanged, now);
    }
  }

  /**
   * Makes entries wait though they have not changed, but those that came from where they would go.
   * Those that have moved go as such: what was lost there may be the record that moved them.
   *
   * @return how many entries there are
   */
  int again(ConnBatch entries) {
    int found = 0;
    long now = clock.nanoTime();
    for (int i = 0; i < entries.size(); i++) {
      if (!entries.isSkipped(i)) {
        found++;
        if (entries.horizon(i) != horizon) {
          pending.restore(entries.handle(i), entries.isMoved(i), now);
        }
      }
    }
    if (found > 0) {
      pending.wakeUp();
    }
    return found;
  }

  /** See {@link TableHolder.Marks#begin}. */
  void begin(int handleLimit) {
    taken.begin(pending.handleLimit());
    there = new PendingChanges(handleLimit, ringCapacity);
    sinceNanos = pending.oldestNanos(clock.nanoTime());
  }

  /** See {@link TableHolder.Marks#carry}. */
  void carry(ConnBatch entries, int[] handles) {
    if (pending.isEmpty() && taken.isEmpty()) {
      return;
    }
    for (int i = 0; i < entries.size(); i++) {
      if (handles[i] >= 0) {
        pending.carry(entries.handle(i), there, handles[i], sinceNanos);
        taken.carry(entries.handle(i), handles[i]);
      }
    }
  }

  /** See {@link TableHolder.Marks#end}. */
  void end(boolean isTaken) {
    PendingChanges before = pending;
    taken.end(isTaken);
    if (isTaken) {
      before.collectInto(there);
      pending = there;
      before.wakeUp();
    }
    there = null;
  }
}

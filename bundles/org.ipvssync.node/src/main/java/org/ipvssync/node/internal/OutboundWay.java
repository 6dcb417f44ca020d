package org.ipvssync.node.internal;

import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnProtocol;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.node.DelayRecorder;
import org.ipvssync.api.node.OutboundLink;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.table.ConnTable;

/** One way out of the table, as the one who opened it sees it; see {@link OutboundLink}. */
final class OutboundWay implements OutboundLink {
  /** Entries that are read one after the other, so that memory need not be waited for. */
  private static final int READ_AHEAD = 256;

  /** What is sent so long after the entry was heard of, milliseconds, comes late. */
  private static final long LATE_MS = 2000;

  private final OutboundQueue queue;
  private final OutboundLinks links;
  private final TableHolder holder;
  private final SyncClock clock;
  private final HdrDelays delays = new HdrDelays();
  private final int[] handles = new int[READ_AHEAD];
  private final ConnBatch moved = new ConnBatch(1);

  /** A piece of the table before leads come between its records; made anew for another capacity. */
  private ConnBatch piece = new ConnBatch(1);

  /** Closed or parked: what waits is nobody's, or somebody else's. */
  private volatile boolean left;

  private long cursor;
  private int cursorGeneration;

  /** Generation of the table that the last taken batch came from; its handles mean that one. */
  private int takenGeneration;

  /** Opened by the node, which also announces the changes. */
  OutboundWay(OutboundQueue queue, OutboundLinks links, TableHolder holder, SyncClock clock) {
    this.queue = queue;
    this.links = links;
    this.holder = holder;
    this.clock = clock;
  }

  OutboundQueue queue() {
    return queue;
  }

  @Override
  public int pending() {
    return Math.max(0, queue.pending().pending());
  }

  @Override
  public long oldestNanos() {
    return queue.pending().oldestNanos(clock.nanoTime());
  }

  @Override
  public void await(int enough, long nanos) {
    queue.pending().await(enough, nanos);
  }

  @Override
  public void wakeUp() {
    queue.pending().wakeUp();
  }

  @Override
  public boolean take(ConnBatch into, int most, LinkCounters counters) {
    long stamp = holder.acquire();
    try {
      ConnTable table = holder.table();
      if (table == null || left) {
        return false;
      }
      boolean more = take(table, into, most, counters);
      takenGeneration = holder.generation();
      queue.taken().remember(into);
      return more;
    } finally {
      holder.release(stamp);
    }
  }

  private boolean take(ConnTable table, ConnBatch into, int most, LinkCounters counters) {
    PendingChanges changes = queue.pending();
    try {
      takeAll(table, into, most, changes, clock.nowMs(), counters);
    } finally {
      changes.endTake();
      changes.collect(counters);
    }
    return changes.pending() > 0;
  }

  /** As many as there are, or as fit. */
  private void takeAll(
      ConnTable table,
      ConnBatch into,
      int most,
      PendingChanges changes,
      long nowMs,
      LinkCounters counters) {
    // Room for two: an entry that moved may need an active record ahead of its own.
    int limit = Math.min(most, into.capacity() - 1);
    int gathered = 0;
    while (into.size() + gathered < limit) {
      int handle = changes.next();
      if (handle < 0) {
        break;
      }
      // Of one that was held no lead ever went. It, or who has its slot now, is judged anew.
      boolean isMoved = changes.takeMoved(handle) | changes.isHeld(handle);
      if (isMoved || gathered == handles.length) {
        read(table, gathered, into, changes, nowMs);
        gathered = 0;
      }
      if (isMoved) {
        readMoved(table, handle, into, nowMs, counters);
      } else {
        handles[gathered++] = handle;
      }
    }
    read(table, gathered, into, changes, nowMs);
  }

  private void read(
      ConnTable table, int count, ConnBatch into, PendingChanges changes, long nowMs) {
    if (count == 0) {
      return;
    }
    int first = into.size();
    table.read(handles, 0, count, into, nowMs);
    for (int i = first; i < into.size(); i++) {
      // An entry that moved since it was gathered waits again, and will go with its lead.
      if (into.horizon(i) == queue.horizon() || changes.isMoved(into.handle(i))) {
        into.skip(i);
      } else if (!limitLife(into, i)) {
        into.skip(i);
      }
    }
  }

  /**
   * Nobody's life is lengthened by a record that tells of an entry late: a copy says what remains,
   * and so does the timeout of a connection that was not heard of just now. But not a template's:
   * what remains would make it a copy.
   *
   * @return false when the record must not go
   */
  private static boolean limitLife(ConnBatch batch, int index) {
    if (batch.isCopy(index)) {
      return batch.limitToRemaining(index);
    }
    if (batch.ageMs(index) >= LATE_MS && !batch.isTemplate(index)) {
      batch.setTimeoutS(index, (int) Math.max(1, batch.expiresMs(index) / 1000));
    }
    return true;
  }

  private void readMoved(
      ConnTable table, int handle, ConnBatch into, long nowMs, LinkCounters counters) {
    moved.clear();
    handles[0] = handle;
    table.read(handles, 0, 1, moved, nowMs);
    if (moved.size() == 0 || moved.horizon(0) == queue.horizon() || !limitLife(moved, 0)) {
      return;
    }
    if (addLead(moved, 0, into)) {
      counters.increment(LinkCounter.LEADS);
    }
    into.addCopy(moved, 0);
    queue.pending().unhold(handle);
  }

  /**
   * A kernel ignores an inactive record for a connection that it knows elsewhere: puts an active
   * one ahead of it.
   */
  private static boolean addLead(ConnBatch batch, int index, ConnBatch into) {
    int flags = batch.flags(index);
    if ((flags & ConnFlags.INACTIVE) == 0 || ConnFlags.isTemplate(flags)) {
      return false;
    }
    int lead = into.addCopy(batch, index);
    into.setFlags(lead, flags & ~ConnFlags.INACTIVE);
    into.setState(lead, ConnProtocol.activeState(batch.protocol(index)));
    return true;
  }

  @Override
  public void restore(ConnBatch batch, int from, int to) {
    long stamp = holder.acquire();
    try {
      long now = clock.nanoTime();
      for (int i = from; i < to; i++) {
        int handle = batch.isSkipped(i) ? -1 : handleNow(batch, i);
        if (handle >= 0) {
          queue.pending().restore(handle, isMovedUnsent(batch, i), now);
        }
      }
    } finally {
      holder.release(stamp);
    }
  }

  /**
   * Whether no active record of the new real server went out: this is one. (The marks of a batch
   * say that an entry has moved at some time, its lead is followed by the entry's own record.)
   */
  private static boolean isMovedUnsent(ConnBatch batch, int index) {
    boolean isLead = index + 1 < batch.size() && batch.handle(index) == batch.handle(index + 1);
    boolean isActive = (batch.flags(index) & ConnFlags.INACTIVE) == 0;
    return isLead || isActive && batch.isMoved(index);
  }

  @Override
  public void hold(ConnBatch batch, int index) {
    long stamp = holder.acquire();
    try {
      int handle = handleNow(batch, index);
      if (handle >= 0) {
        queue.pending().hold(handle);
      }
    } finally {
      holder.release(stamp);
    }
  }

  /** The handle of a taken record's entry, also when another table has taken over since. */
  private int handleNow(ConnBatch batch, int index) {
    if (left) {
      return -1;
    }
    int then = batch.handle(index);
    return takenGeneration == holder.generation() ? then : queue.taken().now(then);
  }

  @Override
  public void releaseHeld() {
    long stamp = holder.acquire();
    try {
      if (!left) {
        queue.pending().releaseHeld(clock.nanoTime());
      }
    } finally {
      holder.release(stamp);
    }
  }

  @Override
  public int held() {
    return queue.pending().held();
  }

  @Override
  public boolean copies(ConnBatch into, boolean alsoUnconfirmed) {
    // Half: each record may need a lead ahead of it.
    int room = Math.max(1, into.capacity() / 2);
    if (piece.capacity() != room) {
      piece = new ConnBatch(room);
    }
    piece.clear();
    long stamp = holder.acquire();
    try {
      ConnTable table = holder.table();
      if (table == null || left) {
        return false;
      }
      if (cursorGeneration != holder.generation()) {
        cursorGeneration = holder.generation();
        cursor = 0;
      }
      cursor = table.walk(cursor, piece, clock.nowMs());
    } finally {
      holder.release(stamp);
    }
    for (int i = 0; i < piece.size(); i++) {
      if (alsoUnconfirmed || !piece.isCopy(i)) {
        addCopy(i, into);
      }
    }
    boolean last = cursor < 0;
    cursor = Math.max(0, cursor);
    return last;
  }

  private void addCopy(int index, ConnBatch into) {
    if (piece.horizon(index) == queue.horizon() || !piece.limitToRemaining(index)) {
      return;
    }
    if (piece.isMoved(index)) {
      // The backup may have missed the record that moved it.
      addLead(piece, index, into);
    }
    into.addCopy(piece, index);
  }

  @Override
  public void restartCopies() {
    cursor = 0;
  }

  @Override
  public DelayRecorder delays() {
    return delays;
  }

  @Override
  public void park() {
    links.park(this);
    wakeUp();
  }

  @Override
  public void close() {
    links.close(this);
    wakeUp();
  }

  /** Nothing that is done here counts any more; false when that was so already. */
  boolean leave() {
    boolean first = !left;
    left = true;
    return first;
  }
}

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

/** One way out of the table; see {@link OutboundLink}. */
final class OutboundQueue implements OutboundLink {
  /** Entries read in one atomic view. */
  private static final int READ_AHEAD = 256;

  private final String name;
  private final int horizon;
  private final int ringCapacity;
  private final SyncNodeCore node;
  private final TableHolder holder;
  private final SyncClock clock;
  private final HdrDelays delays = new HdrDelays();
  private final int[] handles = new int[READ_AHEAD];
  private final ConnBatch moved = new ConnBatch(1);

  private final ConnBatch found = new ConnBatch(1);

  /** A piece of the table before leads come between its records; made anew for another capacity. */
  private ConnBatch piece = new ConnBatch(1);

  private volatile PendingChanges pending;
  private long cursor;
  private int cursorGeneration;

  /** Generation of the table that the last taken batch came from; its handles mean that one. */
  private int takenGeneration;

  /** Opened by the node, which also announces the changes. */
  OutboundQueue(
      String name,
      int horizon,
      int ringCapacity,
      SyncNodeCore node,
      TableHolder holder,
      SyncClock clock) {
    this.name = name;
    this.horizon = horizon;
    this.ringCapacity = ringCapacity;
    this.node = node;
    this.holder = holder;
    this.clock = clock;
    this.pending = new PendingChanges(0, 1);
  }

  String name() {
    return name;
  }

  /** An entry changed; called under the table's write lock. */
  void changed(int handle, int from, boolean destinationChanged, long now) {
    if (from != horizon) {
      pending.mark(handle, destinationChanged, now);
    }
  }

  /**
   * Another table takes over: what waits or is held waits there. Called while nobody uses either.
   *
   * @param old null when there was none
   */
  void moveTo(ConnTable old, ConnTable next, long nowMs) {
    PendingChanges before = pending;
    PendingChanges after = new PendingChanges(next.handleLimit(), ringCapacity);
    if (old != null) {
      before.moveTo(after, handle -> handleThere(old, handle, next, nowMs), clock.nanoTime());
    }
    pending = after;
    before.wakeUp();
  }

  private int handleThere(ConnTable old, int handle, ConnTable next, long nowMs) {
    moved.clear();
    handles[0] = handle;
    old.read(handles, 0, 1, moved, nowMs);
    return moved.size() == 0 ? -1 : handleIn(next, moved, 0, nowMs);
  }

  /** The handle of the entry that a record is about; -1 when there is none. */
  private int handleIn(ConnTable table, ConnBatch batch, int index, long nowMs) {
    found.clear();
    return table.find(batch, index, found, nowMs) ? found.handle(0) : -1;
  }

  @Override
  public int pending() {
    return Math.max(0, pending.pending());
  }

  @Override
  public long oldestNanos() {
    return pending.oldestNanos(clock.nanoTime());
  }

  @Override
  public void await(int enough, long nanos) {
    pending.await(enough, nanos);
  }

  @Override
  public void wakeUp() {
    pending.wakeUp();
  }

  @Override
  public boolean take(ConnBatch into, LinkCounters counters) {
    long stamp = holder.acquire();
    try {
      ConnTable table = holder.table();
      takenGeneration = holder.generation();
      return table != null && take(table, into, counters);
    } finally {
      holder.release(stamp);
    }
  }

  private boolean take(ConnTable table, ConnBatch into, LinkCounters counters) {
    PendingChanges changes = pending;
    long nowMs = clock.nowMs();
    int gathered = 0;
    int handle = -1;
    // Room for two: an entry that moved may need an active record ahead of its own.
    while (into.size() + gathered + 2 <= into.capacity() && gathered < handles.length) {
      handle = changes.next();
      if (handle < 0) {
        break;
      }
      if (changes.takeMoved(handle)) {
        read(table, gathered, into, changes, nowMs);
        gathered = 0;
        readMoved(table, handle, into, nowMs, counters);
      } else {
        handles[gathered++] = handle;
      }
    }
    read(table, gathered, into, changes, nowMs);
    changes.collect(counters);
    return handle >= 0 && changes.pending() > 0;
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
      if (into.horizon(i) == horizon || changes.isMoved(into.handle(i))) {
        into.skip(i);
      }
    }
  }

  private void readMoved(
      ConnTable table, int handle, ConnBatch into, long nowMs, LinkCounters counters) {
    moved.clear();
    handles[0] = handle;
    table.read(handles, 0, 1, moved, nowMs);
    if (moved.size() == 0 || moved.horizon(0) == horizon) {
      return;
    }
    if (addLead(moved, 0, into)) {
      counters.increment(LinkCounter.LEADS);
    }
    into.addCopy(moved, 0);
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
          boolean isLead = i + 1 < batch.size() && batch.handle(i) == batch.handle(i + 1);
          pending.restore(handle, isLead, now);
        }
      }
    } finally {
      holder.release(stamp);
    }
  }

  @Override
  public void hold(ConnBatch batch, int index) {
    long stamp = holder.acquire();
    try {
      int handle = handleNow(batch, index);
      if (handle >= 0) {
        pending.hold(handle);
      }
    } finally {
      holder.release(stamp);
    }
  }

  /** The handle of a taken record's entry, also when another table has taken over since. */
  private int handleNow(ConnBatch batch, int index) {
    if (takenGeneration == holder.generation()) {
      return batch.handle(index);
    }
    ConnTable table = holder.table();
    return table == null ? -1 : handleIn(table, batch, index, clock.nowMs());
  }

  @Override
  public void releaseHeld() {
    long stamp = holder.acquire();
    try {
      pending.releaseHeld(clock.nanoTime());
    } finally {
      holder.release(stamp);
    }
  }

  @Override
  public int held() {
    return pending.held();
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
      if (table == null) {
        cursor = 0;
        return true;
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

  /** A copy never lengthens a life, and a timeout of 0 would mean the default. */
  private void addCopy(int index, ConnBatch into) {
    long seconds = piece.expiresMs(index) / 1000;
    if (seconds < 1 || piece.horizon(index) == horizon) {
      return;
    }
    if (piece.isTemplate(index)) {
      piece.setRemainingS(index, (int) seconds);
    } else {
      piece.setTimeoutS(index, (int) seconds);
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
    close();
  }

  @Override
  public void close() {
    node.closed(this);
    pending.wakeUp();
  }
}

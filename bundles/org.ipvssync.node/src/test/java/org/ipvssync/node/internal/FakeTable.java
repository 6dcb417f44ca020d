package org.ipvssync.node.internal;

import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.table.ChangeListener;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.ConnTableProvider;

/**
 * A table whose key is the client port alone, and the handle follows from it; small enough to be
 * seen through. One call at a time, so that several threads may use it.
 */
class FakeTable implements ConnTable {
  private final ConnBatch entries;
  private final boolean[] used;
  private final long[] deadlineMs;
  private final boolean reversed;
  private ChangeListener listener;
  private Runnable whenAdopting = () -> {};
  private Runnable whenPublished = () -> {};
  private boolean closed;
  private boolean discarded;

  /** The handle is the client port. */
  FakeTable(int capacity) {
    this(capacity, false);
  }

  /**
   * An empty table.
   *
   * @param reversed whether handles count down while client ports count up
   */
  FakeTable(int capacity, boolean reversed) {
    this.reversed = reversed;
    entries = new ConnBatch(capacity);
    used = new boolean[capacity];
    deadlineMs = new long[capacity];
    for (int i = 0; i < capacity; i++) {
      entries.add();
    }
  }

  static ConnTableProvider provider(String name, FakeTable table) {
    return new FakeProvider(name, () -> table);
  }

  /** Lets something happen, or go wrong, at the first entries that are adopted. */
  FakeTable whenAdopting(Runnable action) {
    whenAdopting = action;
    return this;
  }

  /** Lets something happen, or go wrong, when the table is published. */
  FakeTable whenPublished(Runnable action) {
    whenPublished = action;
    return this;
  }

  /** Appends a connection with that client port to a batch, 100 seconds to live. */
  static int record(ConnBatch batch, int cport, int dport, int flags) {
    int i = batch.add();
    batch.setProtocol(i, 6);
    batch.setPorts(i, cport, 80, dport);
    batch.setFlags(i, flags);
    batch.setState(i, (flags & 0x100) == 0 ? 1 : 4);
    batch.setTimeoutS(i, 100);
    return i;
  }

  boolean isClosed() {
    return closed;
  }

  /** Closed, and the content forgotten. */
  boolean isDiscarded() {
    return discarded;
  }

  private int handleOf(int cport) {
    return reversed ? used.length - 1 - cport : cport;
  }

  @Override
  public synchronized void apply(
      ConnBatch batch,
      MergeRule rule,
      ConnTimeouts timeouts,
      int horizon,
      long nowMs,
      LinkCounters counters) {
    for (int i = 0; i < batch.size(); i++) {
      if (batch.isSkipped(i)) {
        continue;
      }
      if (batch.cport(i) >= used.length) {
        counters.increment(LinkCounter.TABLE_FULL);
        continue;
      }
      int handle = handleOf(batch.cport(i));
      if (rule == MergeRule.INSERT_IF_ABSENT && used[handle]) {
        counters.increment(LinkCounter.KEPT);
        continue;
      }
      boolean moved = used[handle] && entries.dport(handle) != batch.dport(i);
      boolean marked = moved || used[handle] && entries.isMoved(handle);
      int life = batch.remainingS(i) != 0 ? batch.remainingS(i) : batch.timeoutS(i);
      put(handle, batch, i, nowMs + 1000L * life);
      entries.setMoved(handle, marked);
      entries.setCopy(handle, rule.makesCopies());
      entries.setHorizon(handle, horizon);
      if (listener != null) {
        listener.changed(handle, horizon, moved);
      }
    }
  }

  private void put(int handle, ConnBatch batch, int i, long deadline) {
    used[handle] = true;
    deadlineMs[handle] = deadline;
    entries.setProtocol(handle, batch.protocol(i));
    entries.setPorts(handle, batch.cport(i), batch.vport(i), batch.dport(i));
    entries.setFlags(handle, batch.flags(i));
    entries.setState(handle, batch.state(i));
    entries.setTimeoutS(handle, batch.timeoutS(i));
  }

  @Override
  public synchronized void read(int[] handles, int from, int to, ConnBatch into, long nowMs) {
    for (int h = from; h < to; h++) {
      readOne(handles[h], into, nowMs);
    }
  }

  private void readOne(int handle, ConnBatch into, long nowMs) {
    if (used[handle] && deadlineMs[handle] > nowMs) {
      int i = into.addCopy(entries, handle);
      into.setHandle(i, handle);
      into.setExpiresMs(i, deadlineMs[handle] - nowMs);
    }
  }

  @Override
  public synchronized long walk(long cursor, ConnBatch into, long nowMs) {
    int handle = (int) cursor;
    while (handle < used.length && !into.isFull()) {
      readOne(handle++, into, nowMs);
    }
    return handle == used.length ? -1 : handle;
  }

  @Override
  public int capacity() {
    return used.length;
  }

  @Override
  public synchronized int size() {
    int count = 0;
    for (boolean u : used) {
      count += u ? 1 : 0;
    }
    return count;
  }

  @Override
  public int templates() {
    return 0;
  }

  @Override
  public int handleLimit() {
    return used.length;
  }

  @Override
  public synchronized boolean find(ConnBatch key, int index, ConnBatch into, long nowMs) {
    int before = into.size();
    int handle = key.cport(index) < used.length ? handleOf(key.cport(index)) : -1;
    if (handle >= 0 && used[handle]) {
      readOne(handle, into, nowMs);
    }
    return into.size() > before;
  }

  @Override
  public synchronized boolean expire(long nowMs, int budget) {
    for (int h = 0; h < used.length; h++) {
      used[h] &= deadlineMs[h] > nowMs;
    }
    return true;
  }

  @Override
  public synchronized long entries(long cursor, ConnBatch into, long nowMs) {
    return walk(cursor, into, nowMs);
  }

  @Override
  public synchronized int adopt(ConnBatch batch, int[] handles, long nowMs) {
    Runnable action = whenAdopting;
    whenAdopting = () -> {};
    action.run();
    int misfits = 0;
    for (int i = 0; i < batch.size(); i++) {
      handles[i] = -1;
      if (batch.cport(i) < used.length) {
        handles[i] = handleOf(batch.cport(i));
        put(handles[i], batch, i, nowMs + batch.expiresMs(i));
        entries.setHorizon(handles[i], batch.horizon(i));
        entries.setMoved(handles[i], batch.isMoved(i));
        entries.setCopy(handles[i], batch.isCopy(i));
      } else {
        misfits++;
      }
    }
    return misfits;
  }

  @Override
  public void publish() {
    whenPublished.run();
  }

  @Override
  public void discard() {
    discarded = true;
    close();
  }

  @Override
  public synchronized void setChangeListener(ChangeListener listener) {
    this.listener = listener;
  }

  @Override
  public void close() {
    closed = true;
  }
}

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
 * A table whose key is the client port alone, which is also the handle; small enough to be seen
 * through.
 */
final class FakeTable implements ConnTable {
  private final ConnBatch entries;
  private final boolean[] used;
  private final long[] deadlineMs;
  private ChangeListener listener;
  private boolean closed;

  FakeTable(int capacity) {
    entries = new ConnBatch(capacity);
    used = new boolean[capacity];
    deadlineMs = new long[capacity];
    for (int i = 0; i < capacity; i++) {
      entries.add();
    }
  }

  static ConnTableProvider provider(String name, FakeTable table) {
    return new ConnTableProvider() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public ConnTable open() {
        return table;
      }
    };
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

  @Override
  public void apply(
      ConnBatch batch,
      MergeRule rule,
      ConnTimeouts timeouts,
      int horizon,
      long nowMs,
      LinkCounters counters) {
    for (int i = 0; i < batch.size(); i++) {
      int handle = batch.cport(i);
      if (handle >= used.length) {
        counters.increment(LinkCounter.TABLE_FULL);
        continue;
      }
      boolean moved = used[handle] && entries.dport(handle) != batch.dport(i);
      entries.setMoved(handle, moved || used[handle] && entries.isMoved(handle));
      used[handle] = true;
      entries.setProtocol(handle, batch.protocol(i));
      entries.setPorts(handle, handle, batch.vport(i), batch.dport(i));
      entries.setFlags(handle, batch.flags(i));
      entries.setState(handle, batch.state(i));
      entries.setTimeoutS(handle, batch.timeoutS(i));
      entries.setHorizon(handle, horizon);
      int life = batch.remainingS(i) != 0 ? batch.remainingS(i) : batch.timeoutS(i);
      deadlineMs[handle] = nowMs + 1000L * life;
      if (listener != null) {
        listener.changed(handle, horizon, moved);
      }
    }
  }

  @Override
  public void read(int[] handles, int from, int to, ConnBatch into, long nowMs) {
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
  public long walk(long cursor, ConnBatch into, long nowMs) {
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
  public int size() {
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
  public boolean find(ConnBatch key, int index, ConnBatch into, long nowMs) {
    int before = into.size();
    if (key.cport(index) < used.length) {
      readOne(key.cport(index), into, nowMs);
    }
    return into.size() > before;
  }

  @Override
  public boolean expire(long nowMs, int budget) {
    for (int h = 0; h < used.length; h++) {
      used[h] &= deadlineMs[h] > nowMs;
    }
    return true;
  }

  @Override
  public long entries(long cursor, ConnBatch into, long nowMs) {
    return walk(cursor, into, nowMs);
  }

  @Override
  public int adopt(ConnBatch batch, int[] handles, long nowMs) {
    int misfits = 0;
    for (int i = 0; i < batch.size(); i++) {
      int handle = batch.cport(i);
      if (handle < used.length) {
        handles[i] = handle;
        used[handle] = true;
        deadlineMs[handle] = nowMs + batch.expiresMs(i);
        entries.setProtocol(handle, batch.protocol(i));
        entries.setPorts(handle, handle, batch.vport(i), batch.dport(i));
        entries.setFlags(handle, batch.flags(i));
        entries.setState(handle, batch.state(i));
        entries.setTimeoutS(handle, batch.timeoutS(i));
        entries.setHorizon(handle, batch.horizon(i));
        entries.setMoved(handle, batch.isMoved(i));
        entries.setCopy(handle, batch.isCopy(i));
      } else {
        handles[i] = -1;
        misfits++;
      }
    }
    return misfits;
  }

  @Override
  public void setChangeListener(ChangeListener listener) {
    this.listener = listener;
  }

  @Override
  public void close() {
    closed = true;
  }
}

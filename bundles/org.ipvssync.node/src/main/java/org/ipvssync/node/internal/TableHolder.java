package org.ipvssync.node.internal;

import java.util.concurrent.locks.StampedLock;
import java.util.function.BiConsumer;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.table.ChangeListener;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.ConnTableProvider;

/**
 * The node's one table, and the change from one to the next.
 *
 * <p>Whoever uses the table takes the lock for reading, all at once; only an exchange takes it for
 * writing, and so waits for calls in flight and keeps new ones out while it copies.
 */
final class TableHolder {
  private static final int COPY_BATCH = 256;

  private final StampedLock lock = new StampedLock();
  private final ChangeListener listener;
  private ConnTable table;
  private String providerName = "";
  private int generation;

  /** No table yet; each table that comes announces its changes to {@code listener}. */
  TableHolder(ChangeListener listener) {
    this.listener = listener;
  }

  /** Takes the lock for using the table; to be given to {@link #release}. */
  long acquire() {
    return lock.readLock();
  }

  /** Ends the use. */
  void release(long stamp) {
    lock.unlockRead(stamp);
  }

  /** The table, or null; only between {@link #acquire} and {@link #release}. */
  ConnTable table() {
    return table;
  }

  /** Name of the provider, empty while there is no table; only under {@link #acquire}. */
  String providerName() {
    return providerName;
  }

  /** Grows with every exchange: handles and cursors of an older generation mean nothing. */
  int generation() {
    return generation;
  }

  /**
   * Opens a table of {@code provider}, moves the content there, and closes the old one.
   *
   * @param move takes what else belongs to the content from the old table, which is null the first
   *     time, to the new one; runs while nobody uses either
   * @return entries that did not fit
   */
  int exchange(ConnTableProvider provider, long nowMs, BiConsumer<ConnTable, ConnTable> move) {
    ConnTable next = provider.open();
    long stamp = lock.writeLock();
    try {
      ConnTable old = table;
      int lost = 0;
      try {
        if (old != null) {
          lost = copy(old, next, nowMs);
        }
        move.accept(old, next);
      } catch (RuntimeException | Error e) {
        next.close();
        throw e;
      }
      table = next;
      providerName = provider.name();
      generation++;
      next.setChangeListener(listener);
      if (old != null) {
        old.setChangeListener(null);
        old.close();
      }
      return lost;
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** Closes the table, when there is one. */
  void close() {
    long stamp = lock.writeLock();
    try {
      if (table != null) {
        table.setChangeListener(null);
        table.close();
        table = null;
        providerName = "";
      }
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** Copies every entry with what remains of its life; returns how many did not fit. */
  private static int copy(ConnTable from, ConnTable to, long nowMs) {
    ConnBatch piece = new ConnBatch(COPY_BATCH);
    ConnBatch run = new ConnBatch(COPY_BATCH);
    LinkCounters counters = new LinkCounters();
    int read = 0;
    for (long cursor = 0; cursor >= 0; ) {
      piece.clear();
      cursor = from.walk(cursor, piece, nowMs);
      read += piece.size();
      for (int i = 0; i < piece.size(); i++) {
        // A batch is applied for one horizon: a run of entries with the same one goes at once.
        if (run.size() > 0 && run.horizon(0) != piece.horizon(i)) {
          applyRun(run, to, nowMs, counters);
        }
        int at = run.addCopy(piece, i);
        run.setRemainingS(at, (int) Math.ceilDiv(piece.expiresMs(i), 1000L));
      }
      applyRun(run, to, nowMs, counters);
    }
    return read - to.size();
  }

  private static void applyRun(ConnBatch run, ConnTable to, long nowMs, LinkCounters counters) {
    if (run.size() > 0) {
      to.apply(
          run,
          MergeRule.INSERT_IF_ABSENT,
          ConnTimeouts.KERNEL_DEFAULTS,
          run.horizon(0),
          nowMs,
          counters);
      run.clear();
    }
  }
}

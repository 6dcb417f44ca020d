package org.ipvssync.node.internal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.StampedLock;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.table.ChangeListener;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.ConnTableProvider;

/**
 * The node's one table, and the change from one to the next.
 *
 * <p>Whoever uses the table takes the lock for reading, all at once; only an exchange takes it for
 * writing, and so waits for calls in flight and keeps new ones out while it moves the entries. What
 * inbound links bring meanwhile goes to the {@link Backlog}.
 */
final class TableHolder {
  private static final int PIECE = 1024;

  /** What belongs to the entries and moves with them; called while nobody uses a table. */
  interface Marks {
    /** A table with handles below {@code handleLimit} may take over. */
    void begin(int handleLimit);

    /** Entries were adopted: record {@code i} is entry {@code handles[i]} there, -1 if nowhere. */
    void carry(ConnBatch entries, int[] handles);

    /** The table has taken over; or has not, and all is as it was. */
    void end(boolean taken);
  }

  /**
   * What an exchange was like.
   *
   * @param replaced false when there was no table before
   * @param lost entries that did not fit
   * @param pauseMicros from when inbound links waited until nobody did any more, microseconds
   * @param waited records that waited
   */
  record Exchange(boolean replaced, int lost, long pauseMicros, int waited) {}

  private final StampedLock lock = new StampedLock();
  private final Backlog backlog = new Backlog();
  private final SyncClock clock;
  private final ChangeListener listener;
  private final Marks marks;
  private final Backlog.Applier applier;
  private final LinkLog log;
  private final Rehearsal rehearsal;
  private ConnTable table;
  private String providerName = "";
  private int generation;

  /**
   * No table yet.
   *
   * @param listener hears the changes of each table that comes
   * @param marks what moves with the entries
   * @param applier applies what waited, to {@link #table}
   */
  TableHolder(
      SyncClock clock, ChangeListener listener, Marks marks, Backlog.Applier applier, LinkLog log) {
    this.clock = clock;
    this.listener = listener;
    this.marks = marks;
    this.applier = applier;
    this.log = log;
    this.rehearsal = new Rehearsal(clock);
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

  /** Applies a batch now, or lets it wait while the table is being exchanged. */
  void apply(
      ConnBatch batch, MergeRule rule, ConnTimeouts timeouts, int horizon, LinkCounters counters) {
    while (true) {
      if (backlog.isOpen() && backlog.add(batch, rule, timeouts, horizon, counters)) {
        return;
      }
      // Does not queue: an exchange that begins right now is met above.
      long stamp = lock.tryReadLock();
      if (stamp == 0 && !backlog.isOpen()) {
        stamp = lock.readLock(); // an exchange that is over but for a moment
      }
      if (stamp != 0) {
        try {
          applier.apply(batch, rule, timeouts, horizon, counters);
        } finally {
          lock.unlockRead(stamp);
        }
        return;
      }
    }
  }

  /**
   * Takes a table of {@code provider}, moves the content there, and discards the old one; without
   * an old one, the content that outlived the last process. When that fails, all stays as it was.
   *
   * @throws IllegalStateException when the provider cannot make a table
   */
  synchronized Exchange exchange(ConnTableProvider provider) {
    String name = provider.name();
    ConnTable old = table;
    ConnTable next = old == null ? restore(provider) : provider.open();
    if (old != null) {
      prepare(old, next, provider);
    }
    long begun = clock.nanoTime();
    backlog.open();
    int lost;
    int waited;
    long stamp = lock.writeLock();
    try {
      lost = move(old, next);
      table = next;
      providerName = name;
      generation++;
    } finally {
      waited = endWaiting(stamp);
    }
    long pauseMicros = TimeUnit.NANOSECONDS.toMicros(clock.nanoTime() - begun);
    if (old != null) {
      end(old, false);
    }
    return new Exchange(old != null, lost, pauseMicros, waited);
  }

  /** A table that is too small, or whose code fails here, never gets the content. */
  private void prepare(ConnTable old, ConnTable next, ConnTableProvider provider) {
    try {
      if (next.capacity() < old.size()) {
        old.expire(clock.nowMs(), Integer.MAX_VALUE);
      }
      if (next.capacity() < old.size()) {
        throw new IllegalStateException(
            "it has room for "
                + next.capacity()
                + " connections, and "
                + old.size()
                + " are there; raise maxConnections");
      }
      rehearsal.before(old, next, provider);
    } catch (RuntimeException | Error e) {
      end(next, false);
      throw e;
    }
  }

  /** What comes while a table is being restored waits for it too. */
  private ConnTable restore(ConnTableProvider provider) {
    backlog.open();
    try {
      return provider.restore(clock.nowMs());
    } catch (RuntimeException | Error e) {
      endWaiting(lock.writeLock());
      throw e;
    }
  }

  /** Ends the use for writing; nobody gets at the table before what waited. */
  private int endWaiting(long stamp) {
    try {
      return backlog.drain(this::applyWaiting);
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** One batch that cannot be applied must not keep the others, and all links, waiting. */
  private void applyWaiting(
      ConnBatch batch, MergeRule rule, ConnTimeouts timeouts, int horizon, LinkCounters counters) {
    try {
      applier.apply(batch, rule, timeouts, horizon, counters);
    } catch (RuntimeException | Error e) {
      counters.increment(LinkCounter.INTERNAL_FAULT);
      log.fault("a batch that waited for the table was given up", e);
    }
  }

  /** Moves entries and marks; returns how many entries did not fit. */
  private int move(ConnTable old, ConnTable next) {
    boolean moved = false;
    try {
      marks.begin(next.handleLimit());
      int lost = old == null ? 0 : moveEntries(old, next);
      next.setChangeListener(listener);
      next.publish();
      moved = true;
      return lost;
    } finally {
      marks.end(moved);
      if (!moved) {
        // What was restored from the last process is there for the next attempt.
        end(next, old == null);
      }
    }
  }

  private int moveEntries(ConnTable old, ConnTable next) {
    ConnBatch piece = new ConnBatch(PIECE);
    int[] handles = new int[PIECE];
    long nowMs = clock.nowMs();
    int lost = 0;
    for (long cursor = 0; cursor >= 0; ) {
      piece.clear();
      cursor = old.entries(cursor, piece, nowMs);
      lost += next.adopt(piece, handles, nowMs);
      marks.carry(piece, handles);
    }
    return lost;
  }

  private void end(ConnTable gone, boolean contentStays) {
    try {
      if (contentStays) {
        gone.close();
      } else {
        gone.discard();
      }
    } catch (RuntimeException | LinkageError e) {
      log.fault("a table that is no longer used could not be closed; its memory may stay taken", e);
    }
  }

  /** Closes the table, when there is one; its content stays where its provider keeps any. */
  synchronized void close() {
    ConnTable last = table;
    backlog.open();
    long stamp = lock.writeLock();
    try {
      table = null;
      providerName = "";
      generation++;
    } finally {
      endWaiting(stamp);
    }
    if (last != null) {
      end(last, true);
    }
  }
}

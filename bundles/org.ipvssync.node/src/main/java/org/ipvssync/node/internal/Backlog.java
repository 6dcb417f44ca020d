package org.ipvssync.node.internal;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;

/**
 * What inbound links bring while the table is being exchanged, so that nobody stands on a socket.
 *
 * <p>Open from before the exchange waits for calls in flight until everything in it was applied,
 * which is before anyone else gets at the table. A link is one thread: while the backlog is open
 * all it brings comes here, and once it finds it closed what it brought before is applied. So its
 * order stays.
 *
 * <p>Bounded for each exchange as a whole, so that a drain ends however fast links bring more: once
 * full, a link waits for the end. Memory is taken only while it is open.
 */
final class Backlog {
  /** Most records of all links in one exchange: 16 MB, and two seconds of 65,000 updates each. */
  static final int CAPACITY = 1 << 17;

  /** Applies one batch to the table there is. */
  @FunctionalInterface
  interface Applier {
    /** See InboundLink.apply. */
    void apply(
        ConnBatch batch, MergeRule rule, ConnTimeouts timeouts, int horizon, LinkCounters counters);
  }

  /** One batch with everything that belongs to it. */
  private record Waiting(
      ConnBatch batch, MergeRule rule, ConnTimeouts timeouts, int horizon, LinkCounters counters) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private final Queue<Waiting> queue = new ArrayDeque<>();

  /** Written under the lock, read without: every batch looks at it. */
  private volatile boolean open;

  /** Records that came since it was opened. */
  private int records;

  /** True while batches are to come here. */
  boolean isOpen() {
    return open;
  }

  /** Batches come here from now on. */
  void open() {
    lock.lock();
    try {
      open = true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a copy of a batch; when there is no room, waits until the exchange is over.
   *
   * @return false when it is closed: the batch is to be applied to the table
   */
  boolean add(
      ConnBatch batch, MergeRule rule, ConnTimeouts timeouts, int horizon, LinkCounters counters) {
    int count = unskipped(batch);
    lock.lock();
    try {
      while (open && records + count > CAPACITY) {
        ended.awaitUninterruptibly();
      }
      if (open && count > 0) {
        queue.add(new Waiting(batch.compactCopy(), rule, timeouts, horizon, counters));
        records += count;
      }
      return open;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Applies everything in the order in which it came, and closes. Called while nobody else uses the
   * table; {@code applier} must not throw.
   *
   * @return records that waited
   */
  int drain(Applier applier) {
    while (true) {
      Waiting next;
      lock.lock();
      try {
        next = queue.poll();
        if (next == null) {
          int waited = records;
          records = 0;
          open = false;
          ended.signalAll();
          return waited;
        }
      } finally {
        lock.unlock();
      }
      applier.apply(next.batch, next.rule, next.timeouts, next.horizon, next.counters);
    }
  }

  /** Records that are not taken out by a check; those are counted already. */
  static int unskipped(ConnBatch batch) {
    int count = 0;
    for (int i = 0; i < batch.size(); i++) {
      count += batch.isSkipped(i) ? 0 : 1;
    }
    return count;
  }
}

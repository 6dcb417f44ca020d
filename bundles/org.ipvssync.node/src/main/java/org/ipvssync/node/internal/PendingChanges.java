package org.ipvssync.node.internal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;

/**
 * The entries that wait to be sent by one outbound link: marks, and a ring that knows their order.
 *
 * <p>The marks are the truth, one bit an entry, so nothing that waits is ever lost. What changes
 * while a walk has its word of marks in hand may come twice. The ring only saves the search: when
 * it overflows, the marks are walked instead.
 *
 * <p>{@link #mark} is called by the thread that holds the table's write lock, the rest by the
 * link's thread, except {@link #restore} and {@link #wakeUp}.
 */
final class PendingChanges {
  private final int handleLimit;
  private final HandleSet marks;
  private final HandleSet moved;
  private final HandleSet held;
  private final ChangeRing ring;
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicInteger heldCount = new AtomicInteger();

  /** Set by the producer when a mark found no place in the ring. */
  private volatile boolean overflowed;

  private volatile long overflowNanos;
  private volatile Thread waiter;
  private volatile int waitFor;
  private volatile boolean woken;

  // The consumer's own.
  /** The word that the walk over the marks takes next; -1 while there is no walk. */
  private int walkAt = -1;

  /** What the walk took out of the word before that, and {@link #next} has not brought yet. */
  private long walkBits;

  /** Brought since the last {@link #endTake}, and still counted as pending. */
  private int brought;

  // Written under the table's lock, collected by the consumer.
  private final AtomicLong changes = new AtomicLong();
  private final AtomicLong coalesced = new AtomicLong();
  private final AtomicLong overflows = new AtomicLong();
  private long changesCounted;
  private long coalescedCounted;
  private long overflowsCounted;

  /**
   * Nothing pending.
   *
   * @param handleLimit all handles are below it
   * @param ringCapacity changes whose order is known, a power of two
   */
  PendingChanges(int handleLimit, int ringCapacity) {
    this.handleLimit = handleLimit;
    ring = new ChangeRing(ringCapacity);
    marks = new HandleSet(handleLimit);
    moved = new HandleSet(handleLimit);
    held = new HandleSet(handleLimit);
  }

  /** All handles are below it. */
  int handleLimit() {
    return handleLimit;
  }

  /**
   * Producer: an entry changed.
   *
   * @param destinationChanged it replaced one with another real server
   */
  void mark(int handle, boolean destinationChanged, long now) {
    countOne(changes);
    if (destinationChanged) {
      moved.add(handle);
    }
    if (!marks.add(handle)) {
      countOne(coalesced);
      return;
    }
    int count = pending.incrementAndGet();
    if (!ring.offer(handle, now) && !overflowed) {
      overflowNanos = now;
      countOne(overflows);
      overflowed = true;
    }
    Thread sleeper = waiter;
    if (sleeper != null && count >= waitFor) {
      LockSupport.unpark(sleeper);
    }
  }

  /**
   * Consumer: the next entry that waits, no longer marked; -1 when none does. After the last one
   * comes {@link #endTake}.
   */
  int next() {
    while (true) {
      if (walkBits != 0) {
        int handle = (walkAt - 1 << 6) + Long.numberOfTrailingZeros(walkBits);
        walkBits &= walkBits - 1;
        brought++;
        return handle;
      }
      if (walkAt >= 0) {
        walk();
        continue;
      }
      int handle = ring.poll();
      if (handle >= 0) {
        if (marks.remove(handle)) {
          brought++;
          return handle;
        }
      } else if (overflowed) {
        // Cleared before the walk: a mark that comes during it either is met or flags again.
        overflowed = false;
        walkAt = 0;
      } else {
        return -1;
      }
    }
  }

  /** Takes the next word with marks in it; ends the walk when there is none. */
  private void walk() {
    while (walkAt < marks.words()) {
      walkBits = marks.removeWord(walkAt++);
      if (walkBits != 0) {
        return;
      }
    }
    walkAt = -1;
  }

  /** Consumer: no more for now. What a walk has taken out and not brought waits on. */
  void endTake() {
    int gone = brought;
    brought = 0;
    if (walkBits != 0) {
      walkAt--;
      // Marked and counted anew meanwhile.
      gone += Long.bitCount(marks.addWord(walkAt, walkBits));
      walkBits = 0;
    }
    if (gone != 0) {
      pending.addAndGet(-gone);
    }
  }

  /** Whether the entry has got another real server since it was taken last. */
  boolean isMoved(int handle) {
    return moved.contains(handle);
  }

  /** Consumer: whether the entry got another real server since it was taken last; asks once. */
  boolean takeMoved(int handle) {
    return moved.remove(handle);
  }

  /**
   * Any thread: puts an entry back that was taken and not sent, or that is to be sent again.
   *
   * <p>The ring has one producer, and it is not this thread: the walk over the marks will find it.
   */
  void restore(int handle, boolean wasMoved, long now) {
    if (wasMoved) {
      moved.add(handle);
    }
    if (marks.add(handle)) {
      pending.incrementAndGet();
      if (!overflowed) {
        overflowNanos = now;
        overflowed = true;
      }
    }
  }

  /** Consumer: puts a taken entry aside. */
  void hold(int handle) {
    if (held.add(handle)) {
      heldCount.incrementAndGet();
    }
  }

  /** Consumer: whether the entry was put aside. */
  boolean isHeld(int handle) {
    return heldCount.get() != 0 && held.contains(handle);
  }

  /** Consumer: the entry is put aside no more; it was taken anew. */
  void unhold(int handle) {
    if (held.remove(handle)) {
      heldCount.decrementAndGet();
    }
  }

  /** Consumer: makes what is held wait again. */
  void releaseHeld(long now) {
    for (int h = held.next(0); h >= 0; h = held.next(h + 1)) {
      unhold(h);
      restore(h, true, now);
    }
  }

  int held() {
    return heldCount.get();
  }

  /** True when nothing waits or is held. */
  boolean isEmpty() {
    return pending.get() == 0 && heldCount.get() == 0;
  }

  /**
   * Hands on whether an entry waits or is held to the changes of another table. Nobody uses either
   * table meanwhile.
   *
   * @param there the entry's handle in the other table
   * @param since when the oldest change of all came
   */
  void carry(int handle, PendingChanges other, int there, long since) {
    if (marks.contains(handle)) {
      other.restore(there, moved.contains(handle), since);
    }
    if (held.contains(handle)) {
      other.hold(there);
    }
  }

  /** What this has counted and nobody has collected yet is not lost with it. */
  void collectInto(PendingChanges other) {
    other.changes.lazySet(changes.get() - changesCounted);
    other.coalesced.lazySet(coalesced.get() - coalescedCounted);
    other.overflows.lazySet(overflows.get() - overflowsCounted);
  }

  int pending() {
    return pending.get();
  }

  long oldestNanos(long now) {
    long inRing = ring.oldestNanos(now);
    return overflowed || walkAt >= 0 ? Math.min(overflowNanos, inRing) : inRing;
  }

  /** Consumer: waits for {@code enough} pending entries, a wake-up, or the end of the time. */
  void await(int enough, long nanos) {
    long deadline = System.nanoTime() + nanos;
    Thread self = Thread.currentThread();
    waitFor = enough;
    waiter = self;
    try {
      long left = nanos;
      while (left > 0 && !woken && pending.get() < enough && !self.isInterrupted()) {
        LockSupport.parkNanos(this, left);
        left = deadline - System.nanoTime();
      }
    } finally {
      waiter = null;
      woken = false;
    }
  }

  void wakeUp() {
    woken = true;
    LockSupport.unpark(waiter);
  }

  /** Consumer: moves what was counted since the last call into the link's counters. */
  void collect(LinkCounters counters) {
    long c = changes.get();
    counters.add(LinkCounter.CHANGES, c - changesCounted);
    changesCounted = c;
    long j = coalesced.get();
    counters.add(LinkCounter.COALESCED, j - coalescedCounted);
    coalescedCounted = j;
    long o = overflows.get();
    counters.add(LinkCounter.RING_OVERFLOWS, o - overflowsCounted);
    overflowsCounted = o;
  }

  private static void countOne(AtomicLong counter) {
    // One producer at a time: no need for an atomic update.
    counter.lazySet(counter.getPlain() + 1);
  }
}

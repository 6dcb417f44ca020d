package org.ipvssync.node.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A bounded ring of entry handles and the times they were put in: one producer, one consumer.
 *
 * <p>The producer is whoever holds the table's write lock; that lock orders one after the other.
 */
final class ChangeRing {
  private static final VarHandle HEAD = field("head");
  private static final VarHandle TAIL = field("tail");

  private final int[] handles;
  private final long[] nanos;
  private final int mask;

  /** Next place to read; written by the consumer. */
  private long head;

  /** Next place to write; written by the producer. */
  private long tail;

  /**
   * An empty ring.
   *
   * @param capacity most handles, a power of two
   */
  ChangeRing(int capacity) {
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException("capacity must be a power of two, is " + capacity);
    }
    handles = new int[capacity];
    nanos = new long[capacity];
    mask = capacity - 1;
  }

  private static VarHandle field(String name) {
    try {
      return MethodHandles.lookup().findVarHandle(ChangeRing.class, name, long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Producer: puts a handle in; false when the ring is full. */
  boolean offer(int handle, long now) {
    long at = tail;
    if (at - (long) HEAD.getAcquire(this) > mask) {
      return false;
    }
    int place = (int) at & mask;
    handles[place] = handle;
    nanos[place] = now;
    TAIL.setRelease(this, at + 1);
    return true;
  }

  /** Consumer: takes the oldest handle out; -1 when the ring is empty. */
  int poll() {
    long at = head;
    if (at == (long) TAIL.getAcquire(this)) {
      return -1;
    }
    int handle = handles[(int) at & mask];
    HEAD.setRelease(this, at + 1);
    return handle;
  }

  /** Consumer: when the oldest handle was put in; {@code otherwise} when the ring is empty. */
  long oldestNanos(long otherwise) {
    long at = head;
    return at == (long) TAIL.getAcquire(this) ? otherwise : nanos[(int) at & mask];
  }
}

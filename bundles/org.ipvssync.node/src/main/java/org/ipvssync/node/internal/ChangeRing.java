package org.ipvssync.node.internal;

/**
 * A bounded ring of entry handles and the times they were put in: one producer, one consumer.
 *
 * <p>The producer is whoever holds the table's write lock; that lock orders one after the other.
 */
final class ChangeRing {
  private final int[] handles;
  private final long[] nanos;
  private final int mask;

  /** Next place to read; written by the consumer. */
  private volatile long head;

  /** Next place to write; written by the producer. */
  private volatile long tail;

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

  /** Producer: puts a handle in; false when the ring is full. */
  boolean offer(int handle, long now) {
    long at = tail;
    if (at - head > mask) {
      return false;
    }
    int place = (int) at & mask;
    handles[place] = handle;
    nanos[place] = now;
    tail = at + 1;
    return true;
  }

  /** Consumer: takes the oldest handle out; -1 when the ring is empty. */
  int poll() {
    long at = head;
    if (at == tail) {
      return -1;
    }
    int handle = handles[(int) at & mask];
    head = at + 1;
    return handle;
  }

  /** Consumer: when the oldest handle was put in; {@code otherwise} when the ring is empty. */
  long oldestNanos(long otherwise) {
    long at = head;
    return at == tail ? otherwise : nanos[(int) at & mask];
  }
}

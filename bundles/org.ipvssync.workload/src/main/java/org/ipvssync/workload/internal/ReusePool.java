package org.ipvssync.workload.internal;

/**
 * Ended connections whose client and port will be used again: first in, first out, bounded. One
 * that comes when it is full is forgotten.
 */
final class ReusePool {
  private static final int CAPACITY = 1024;

  private final long[] ids = new long[CAPACITY];
  private final int[] generations = new int[CAPACITY];
  private int first;
  private int size;

  /** Puts one in, unless the pool is full. */
  void offer(long id, int generation) {
    if (size < CAPACITY) {
      int at = (first + size) % CAPACITY;
      ids[at] = id;
      generations[at] = generation;
      size++;
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Number of the oldest. */
  long id() {
    return ids[first];
  }

  /** How often the oldest was used before. */
  int generation() {
    return generations[first];
  }

  /** Takes the oldest out. */
  void remove() {
    first = (first + 1) % CAPACITY;
    size--;
  }
}

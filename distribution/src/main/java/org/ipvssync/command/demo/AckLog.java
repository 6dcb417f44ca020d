package org.ipvssync.command.demo;

/**
 * When the master said how many messages it has taken: the last 65,536 times. Thread-safe.
 *
 * <p>A message counts as taken when the acknowledgement came in, so a little later than it was.
 */
final class AckLog {
  private static final int CAPACITY = 1 << 16;

  private final long[] counts = new long[CAPACITY];
  private final long[] nanos = new long[CAPACITY];
  private long size;

  /** An acknowledgement has come; counts and times never go back. */
  synchronized void add(long count, long nowNanos) {
    int at = (int) (size % CAPACITY);
    counts[at] = count;
    nanos[at] = nowNanos;
    size++;
  }

  /** How many messages had been taken at that time; 0 when it is longer ago than remembered. */
  synchronized long countAt(long atNanos) {
    long oldest = Math.max(0, size - CAPACITY);
    for (long i = size - 1; i >= oldest; i--) {
      int at = (int) (i % CAPACITY);
      if (nanos[at] - atNanos <= 0) {
        return counts[at];
      }
    }
    return 0;
  }
}

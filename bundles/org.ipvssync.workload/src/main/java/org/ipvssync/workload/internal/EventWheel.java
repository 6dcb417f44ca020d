package org.ipvssync.workload.internal;

import java.util.Arrays;

/**
 * What happens when, one event a slot: a calendar queue of milliseconds in primitive arrays.
 *
 * <p>Each millisecond has a bucket, a list through {@link #next}; one turn of the wheel is 65
 * seconds, and what is due later stays in its bucket for another turn. Events of one millisecond
 * come in the order in which they were scheduled. One thread.
 */
final class EventWheel {
  private static final int BUCKETS = 1 << 16;
  private static final int NONE = -1;

  private final int[] heads = new int[BUCKETS];
  private final int[] tails = new int[BUCKETS];
  private int[] next;
  private long[] due;
  private long tick;
  private int current = NONE;

  /** A wheel at tick -1 for slots 0 to {@code slots - 1}. */
  EventWheel(int slots) {
    Arrays.fill(heads, NONE);
    next = new int[slots];
    due = new long[slots];
    tick = -1;
  }

  /** Makes room for slots up to {@code slots - 1}. */
  void grow(int slots) {
    next = Arrays.copyOf(next, slots);
    due = Arrays.copyOf(due, slots);
  }

  /** The millisecond whose events {@link #peek} gives. */
  long tick() {
    return tick;
  }

  /** Goes on to the next millisecond; everything of this one must have been taken. */
  void nextTick() {
    tick++;
    int bucket = bucket(tick);
    current = heads[bucket];
    heads[bucket] = NONE;
  }

  /** Schedules the event of {@code slot}, which has none now, for a later millisecond. */
  void schedule(int slot, long atTick) {
    due[slot] = atTick;
    append(slot, bucket(atTick));
  }

  /** The slot whose event is due next in this millisecond, or -1. */
  int peek() {
    while (current != NONE && due[current] != tick) {
      int later = current;
      current = next[later];
      append(later, bucket(tick));
    }
    return current;
  }

  /** Takes what {@link #peek} gave. */
  void take() {
    current = next[current];
  }

  private void append(int slot, int bucket) {
    next[slot] = NONE;
    if (heads[bucket] == NONE) {
      heads[bucket] = slot;
    } else {
      next[tails[bucket]] = slot;
    }
    tails[bucket] = slot;
  }

  private static int bucket(long tick) {
    return (int) tick & (BUCKETS - 1);
  }
}

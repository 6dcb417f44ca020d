package org.ipvssync.table.segment;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * Which entries are due: a hierarchical timing wheel with ticks of one millisecond, its lists going
 * through the slots themselves.
 *
 * <p>Time is read as a number of five digits to the base 2048. An entry lies on the level of the
 * highest digit in which its due time differs from the wheel's, in the bucket of its own digit
 * there. When the wheel's time reaches a bucket of a higher level, what lies in it moves to lower
 * ones: a connection of 900 seconds is touched twice in its life, one of 2^32 seconds four times.
 * Five levels span a million years, so that no clock ever leaves them. Bits say which buckets hold
 * anything, so that a jump over hours costs no more than what is in between.
 *
 * <p>Lazy: an entry whose deadline moves later stays where it is and is filed again when its bucket
 * comes up; only a deadline that moves earlier moves the entry. So the many updates of a living
 * connection never touch the wheel.
 *
 * <p>One thread at a time.
 */
final class TimingWheel {
  /** What happens to an entry whose time is over. */
  @FunctionalInterface
  interface Expiry {
    /** The wheel has let go of the entry; its deadline is past. */
    void expired(int slot);
  }

  private static final int DIGIT_BITS = 11;
  private static final int RADIX = 1 << DIGIT_BITS;
  private static final int LEVELS = 5;

  /** All buckets of all levels. */
  static final int BUCKETS = LEVELS * RADIX;

  private static final int WORDS = RADIX / Long.SIZE;

  /** The last tick there is; the wheel's time stops before it. */
  static final long END = (1L << (LEVELS * DIGIT_BITS)) - 1;

  private final MemorySegment segment;
  private final SlotStore slots;

  TimingWheel(MemorySegment segment, SlotStore slots) {
    this.segment = segment;
    this.slots = slots;
  }

  /** Files a new entry by its deadline. */
  void add(int slot) {
    // What is already due goes to the tick that is swept next.
    long tick = tick();
    long due = Math.min(Math.max(slots.deadline(slot), tick), END);
    int level = levelOf(due ^ tick);
    link(slot, level * RADIX + digit(due, level));
  }

  /** Takes an entry out. */
  void remove(int slot) {
    int next = slots.wheelNext(slot);
    int prev = slots.wheelPrev(slot);
    if (next != 0) {
      slots.setWheelPrev(next - 1, prev);
    }
    if (prev > 0) {
      slots.setWheelNext(prev - 1, next);
    } else {
      setHead(bucketOf(prev), next);
    }
  }

  /** The deadline of an entry was changed from {@code before} to {@code after}. */
  void moved(int slot, long before, long after) {
    if (after < before) {
      remove(slot);
      add(slot);
    }
  }

  /**
   * Goes on to {@code now} and hands over every entry whose deadline is not after it.
   *
   * @param budget most entries to look at
   * @return true when nothing due is left
   */
  boolean advance(long now, int budget, Expiry expiry) {
    long until = Math.min(now, END - 1);
    long tick = tick();
    int left = budget;
    while (tick <= until) {
      left = sweep(tick, left, expiry);
      if (left < 0) {
        return false;
      }
      if (tick == until) {
        return true;
      }
      tick = Math.min(until, nextOccupied(tick));
      segment.set(JAVA_LONG_UNALIGNED, TableLayout.WHEEL_TICK, tick);
    }
    return true;
  }

  /** The time up to which everything is swept, but perhaps not this very millisecond. */
  long tick() {
    return segment.get(JAVA_LONG_UNALIGNED, TableLayout.WHEEL_TICK);
  }

  /**
   * Empties the buckets that {@code tick} has reached; returns what is left of the budget or -1.
   */
  private int sweep(long tick, int budget, Expiry expiry) {
    int left = budget;
    for (int level = LEVELS - 1; level >= 0; level--) {
      int bucket = level * RADIX + digit(tick, level);
      for (int link = head(bucket); link != 0; link = head(bucket)) {
        if (left-- == 0) {
          return -1;
        }
        int slot = link - 1;
        remove(slot);
        if (slots.deadline(slot) <= tick) {
          expiry.expired(slot);
        } else {
          add(slot);
        }
      }
    }
    return left;
  }

  /**
   * The first time after {@code tick}, which is swept, when there is a bucket to empty. A lower
   * level comes before a higher one: its buckets all lie within the present bucket of the higher.
   */
  private long nextOccupied(long tick) {
    for (int level = 0; level < LEVELS; level++) {
      int found = firstBit(level, digit(tick, level));
      if (found >= 0) {
        int shift = level * DIGIT_BITS;
        long above = tick >> (shift + DIGIT_BITS);
        return ((above << DIGIT_BITS) | found) << shift;
      }
    }
    return Long.MAX_VALUE;
  }

  /** The first bucket of a level that holds anything, or -1; all before {@code from} are empty. */
  private int firstBit(int level, int from) {
    for (int word = from / Long.SIZE; word < WORDS; word++) {
      long bits = segment.get(JAVA_LONG_UNALIGNED, bitsAt(level * RADIX + word * Long.SIZE));
      if (bits != 0) {
        return word * Long.SIZE + Long.numberOfTrailingZeros(bits);
      }
    }
    return -1;
  }

  private void link(int slot, int bucket) {
    int head = head(bucket);
    slots.setWheelNext(slot, head);
    slots.setWheelPrev(slot, markOf(bucket));
    if (head != 0) {
      slots.setWheelPrev(head - 1, slot + 1);
    }
    setHead(bucket, slot + 1);
  }

  private int head(int bucket) {
    return segment.get(JAVA_INT_UNALIGNED, TableLayout.WHEEL_HEADS + 4L * bucket);
  }

  private void setHead(int bucket, int link) {
    segment.set(JAVA_INT_UNALIGNED, TableLayout.WHEEL_HEADS + 4L * bucket, link);
    long bits = segment.get(JAVA_LONG_UNALIGNED, bitsAt(bucket));
    long bit = 1L << bucket;
    segment.set(JAVA_LONG_UNALIGNED, bitsAt(bucket), link != 0 ? bits | bit : bits & ~bit);
  }

  private static long bitsAt(int bucket) {
    return TableLayout.WHEEL_BITS + bucket / Long.SIZE * 8L;
  }

  /** The first entry of a bucket names the bucket instead of an entry before it. */
  private static int markOf(int bucket) {
    return -1 - bucket;
  }

  private static int bucketOf(int mark) {
    return -1 - mark;
  }

  private static int levelOf(long difference) {
    int highest = Long.SIZE - 1 - Long.numberOfLeadingZeros(difference | 1);
    return highest / DIGIT_BITS;
  }

  private static int digit(long time, int level) {
    return (int) (time >>> (level * DIGIT_BITS)) & (RADIX - 1);
  }
}

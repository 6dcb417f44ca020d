package org.ipvssync.api.count;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The numbers of one link; they only grow.
 *
 * <p>Any thread may add and read. Adding allocates nothing. A reader sees each number whole, but
 * not all numbers of one instant.
 */
public final class LinkCounters {
  private static final LinkCounter[] ALL = LinkCounter.values();

  private final AtomicLongArray values = new AtomicLongArray(ALL.length);

  /** Adds one. */
  public void increment(LinkCounter counter) {
    values.getAndIncrement(counter.ordinal());
  }

  /** Adds {@code n}, which may be 0. */
  public void add(LinkCounter counter, long n) {
    values.getAndAdd(counter.ordinal(), n);
  }

  /** The number now. */
  public long get(LinkCounter counter) {
    return values.get(counter.ordinal());
  }

  /** All numbers, zeros too. */
  public Map<LinkCounter, Long> snapshot() {
    Map<LinkCounter, Long> copy = new EnumMap<>(LinkCounter.class);
    for (LinkCounter counter : ALL) {
      copy.put(counter, get(counter));
    }
    return copy;
  }

  /** The sum of everything dropped. */
  public long drops() {
    return LinkCounter.drops(this::get);
  }
}

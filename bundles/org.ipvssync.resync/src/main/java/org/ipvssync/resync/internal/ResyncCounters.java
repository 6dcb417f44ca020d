package org.ipvssync.resync.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** The numbers of all resyncs of this node; they only grow. Any thread. */
public final class ResyncCounters {
  private static final ResyncCounter[] ALL = ResyncCounter.values();

  private final AtomicLongArray values = new AtomicLongArray(ALL.length);

  void increment(ResyncCounter counter) {
    values.getAndIncrement(counter.ordinal());
  }

  void add(ResyncCounter counter, long n) {
    values.getAndAdd(counter.ordinal(), n);
  }

  long get(ResyncCounter counter) {
    return values.get(counter.ordinal());
  }

  /** All numbers by their labels, zeros left out. */
  public Map<String, Long> snapshot() {
    Map<String, Long> copy = new LinkedHashMap<>();
    for (ResyncCounter counter : ALL) {
      if (get(counter) != 0) {
        copy.put(counter.label(), get(counter));
      }
    }
    return copy;
  }
}

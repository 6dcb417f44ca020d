package org.ipvssync.api.link;

import java.util.concurrent.TimeUnit;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.node.SyncRole;

/**
 * How long a link is without an end: tells the exchanges of its transport, and counts for a
 * receiver the time in which no socket was joined, since what was sent then is lost. Before the
 * first end nothing counts.
 *
 * <p>One thread.
 */
final class LinkGaps {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  private final boolean receives;
  private final String title;
  private final LinkCounters counters;
  private final SwapTimer swap;
  private final LinkLog log;

  private long changes;
  private boolean opened;
  private boolean lost;
  private long lostNanos;
  private long countedNanos;

  LinkGaps(SyncRole role, String title, LinkCounters counters, SwapLog swaps, LinkLog log) {
    this.receives = role == SyncRole.BACKUP;
    this.title = title;
    this.counters = counters;
    this.swap = new SwapTimer("transport", swaps::done);
    this.log = log;
  }

  /**
   * Before this link began, another one like it had ended: nobody has heard what was said since.
   */
  void before(long ms) {
    counters.increment(LinkCounter.GAPS);
    count(ms);
    tell(ms);
  }

  /** There is no end from now on. */
  void lost(long nowNanos) {
    if (opened && !lost) {
      lost = true;
      lostNanos = nowNanos;
      countedNanos = nowNanos;
      if (receives) {
        counters.increment(LinkCounter.GAPS);
      }
    }
  }

  /** Counts what has passed, so that status shows a gap while it lasts. */
  void look(long nowNanos) {
    if (lost) {
      long ms = (nowNanos - countedNanos) / MS;
      countedNanos += ms * MS;
      count(ms);
    }
  }

  /**
   * An end is open.
   *
   * @param transport its transport, for people
   * @param choice grows with each choice of a transport
   * @param leftNanos when the old end, if there was one, was used no more
   * @param waited updates that wait
   * @param isNews whether a line about a gap would not be one of many
   */
  void opened(
      String transport, long choice, long leftNanos, long nowNanos, long waited, boolean isNews) {
    long since = lost ? lostNanos : leftNanos;
    if (lost) {
      count(Math.ceilDiv(nowNanos - countedNanos, MS));
    }
    if (choice != changes) {
      swap.missed(since);
    }
    swap.resumed(transport, nowNanos, waited);
    if (lost && receives && (isNews || choice != changes)) {
      tell(Math.ceilDiv(nowNanos - since, MS));
    }
    opened = true;
    lost = false;
    changes = choice;
  }

  private void tell(long ms) {
    log.warn(
        title
            + ": no socket was joined for "
            + ms
            + " ms: what was sent meanwhile is lost here; the masters' next refresh mends it, or"
            + " ipvs-syncd resync --push there");
  }

  private void count(long ms) {
    if (receives) {
      counters.add(LinkCounter.UNJOINED_MS, ms);
    }
  }
}

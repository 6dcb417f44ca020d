package org.ipvssync.node.internal;

import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.table.ConnTable;

/**
 * What the own load balancer keeps alive stays as it is when a peer only tells what it remembers: a
 * director that was the master goes on refreshing what it knew, and knows less than its successor.
 *
 * <p>A peer's change is no copy, and is taken.
 *
 * <p>Thread-safe, but it looks before the table is changed: what the own load balancer says between
 * the two a copy may still overwrite, until it says it again.
 */
final class OwnWord {
  private final boolean[] own = new boolean[Horizons.MAX + 1];
  private final ConnBatch found = new ConnBatch(1);
  private volatile boolean anyOwn;

  /** Hears of every batch, and skips in a peer's the copies that say nothing here. */
  void hear(
      ConnTable table,
      ConnBatch batch,
      MergeRule rule,
      int horizon,
      long nowMs,
      LinkCounters counters) {
    if (rule == MergeRule.AUTHORITATIVE) {
      own[horizon] = true;
      anyOwn = true;
    } else if (rule == MergeRule.KERNEL_SYNC && anyOwn) {
      for (int i = 0; i < batch.size(); i++) {
        if (batch.isCopy(i) && !batch.isSkipped(i) && isKeptAlive(table, batch, i, nowMs)) {
          batch.skip(i);
          counters.increment(LinkCounter.KEPT);
        }
      }
    }
  }

  private synchronized boolean isKeptAlive(ConnTable table, ConnBatch key, int index, long nowMs) {
    found.clear();
    return table.find(key, index, found, nowMs) && !found.isCopy(0) && own[found.horizon(0)];
  }
}

package org.ipvssync.table.mapped.internal;

import java.util.SplittableRandom;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.RandomRecords;

/**
 * One batch after the other, of all kinds, with the time that has passed: the same in every process
 * that knows the seed.
 */
final class SeededFeed {
  static final int CAPACITY = 1_000;
  static final long WALL_AT_ZERO_MS = 1_700_000_000_000L;

  /** Few and near each other, so that much is updated and replaced, and much is over soon. */
  private static final int MOST_RECORDS = 32;

  private static final MergeRule[] RULES = {
    MergeRule.KERNEL_SYNC,
    MergeRule.AUTHORITATIVE,
    MergeRule.AUTHORITATIVE,
    MergeRule.INSERT_IF_ABSENT
  };

  private final SplittableRandom random;
  private final RandomRecords records;
  private final ConnBatch batch = new ConnBatch(MOST_RECORDS);
  private MergeRule rule;
  private int horizon;
  private int sweep;
  private long now;

  SeededFeed(long seed) {
    this.random = new SplittableRandom(seed);
    this.records = new RandomRecords(random, true);
    this.now = random.nextLong(-1L << 40, 1L << 40);
  }

  /** A batch with all that belongs to it, to be applied later. */
  record Step(ConnBatch batch, MergeRule rule, int horizon, int sweep, long nowMs) {
    void applyTo(ConnTable table, LinkCounters counters) {
      if (sweep > 0) {
        table.expire(nowMs, sweep);
      }
      table.apply(batch, rule, ConnTimeouts.KERNEL_DEFAULTS, horizon, nowMs, counters);
    }
  }

  /** Makes the next batch and keeps it. */
  Step step() {
    next();
    ConnBatch kept = new ConnBatch(batch.size());
    kept.setVersion(batch.version());
    for (int i = 0; i < batch.size(); i++) {
      kept.addCopy(batch, i);
    }
    return new Step(kept, rule, horizon, sweep, now);
  }

  /** Makes the next batch. */
  void next() {
    now += random.nextInt(4) == 0 ? random.nextInt(200) : 0;
    sweep = random.nextInt(8) == 0 ? random.nextInt(200) : 0;
    rule = RULES[random.nextInt(RULES.length)];
    horizon = random.nextInt(256);
    batch.clear();
    batch.setVersion(random.nextInt(4) == 0 ? 0 : 1);
    int size = 1 + random.nextInt(MOST_RECORDS);
    for (int i = 0; i < size; i++) {
      records.addTo(batch);
    }
  }

  ConnBatch batch() {
    return batch;
  }

  MergeRule rule() {
    return rule;
  }

  int horizon() {
    return horizon;
  }

  long nowMs() {
    return now;
  }

  long wallMs() {
    return WALL_AT_ZERO_MS + now;
  }
}

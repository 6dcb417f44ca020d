package org.ipvssync.benchmarks;

import org.ipvssync.api.conn.ConnBatch;

/**
 * A table in which in every step a thousand connections end and a thousand new ones come: lives are
 * spread evenly around their mean, so that what ends together did not begin together and lies
 * anywhere.
 */
public abstract class ConnChurn extends TableState {
  /** Connections that end, and that come, in a step. */
  static final int RECORDS = 1000;

  private static final int BATCHES = RECORDS / Traffic.BATCH;
  private static final int MAX_MEAN_LIFE_S = 1000;

  /** Has no common divisor with RECORDS: each record of a step gets another life. */
  private static final int SCATTER = 617;

  /** Entries that one call to expire looks at in a node. */
  private static final int EXPIRE_BUDGET = 2048;

  private final ConnBatch[] batches = new ConnBatch[BATCHES];
  private int stepMs;
  private int meanLifeS;
  private int number;
  private long steps;
  private int steadySize;

  /** Fills the table with what would be there had it always gone on like this. */
  @Override
  void prepare() {
    int lifeSteps = size / RECORDS;
    meanLifeS = Math.min(lifeSteps, MAX_MEAN_LIFE_S);
    stepMs = 1000 * meanLifeS / lifeSteps;
    for (int b = 0; b < BATCHES; b++) {
      batches[b] = new ConnBatch(Traffic.BATCH);
    }
    long startMs = nowMs + 2000L * meanLifeS;
    while (nowMs < startMs) {
      nowMs += stepMs;
      makeBatches(startMs);
      insertAll();
    }
    expireDue();
    steadySize = conns.size();
    steps = 0;
    Checks.require(steadySize >= size * 0.9, "only %d of %d", steadySize, size);
  }

  /** The time goes on by a step. */
  final void tick() {
    nowMs += stepMs;
    steps++;
  }

  /** Makes a thousand new connections; only those that live longer than {@code untilMs}. */
  final void makeBatches(long untilMs) {
    for (int b = 0; b < BATCHES; b++) {
      ConnBatch batch = batches[b];
      batch.clear();
      for (int r = 0; r < Traffic.BATCH; r++) {
        int lifeS = lifeS(b * Traffic.BATCH + r);
        number++;
        if (nowMs + 1000L * lifeS > untilMs) {
          int i = Conns.add(batch, number, false);
          batch.setTimeoutS(i, lifeS);
        }
      }
    }
  }

  private int lifeS(int record) {
    return meanLifeS / 2 + record * SCATTER % RECORDS * meanLifeS / RECORDS;
  }

  /** Applies the new connections. */
  final void insertAll() {
    for (ConnBatch batch : batches) {
      apply(batch);
    }
  }

  /** Sweeps what is due, as a node does. */
  final void expireDue() {
    while (!conns.expire(nowMs, EXPIRE_BUDGET)) {
      // The budget only says how long a writer waits.
    }
  }

  @Override
  void verify() {
    Checks.require(steps > 0, "nothing was done");
    Checks.require(updated() == 0, "%d were not new", updated());
  }

  final void requireAfterInsert() {
    Checks.require(conns.size() == steadySize, "%d after insert", conns.size());
  }

  final void requireAfterExpire() {
    Checks.require(conns.size() == steadySize - RECORDS, "%d after expire", conns.size());
  }
}

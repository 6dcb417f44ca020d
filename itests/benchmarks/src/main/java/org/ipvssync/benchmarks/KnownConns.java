package org.ipvssync.benchmarks;

import org.ipvssync.api.conn.ConnBatch;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;

/** Batches of connections that are in the table, decoded before the time is taken. */
public class KnownConns extends TrafficState {
  private static final int BATCHES = 25;

  /** Records that one invocation works on: long enough for the clock. */
  static final int RECORDS = BATCHES * Traffic.BATCH;

  private final ConnBatch[] batches = new ConnBatch[BATCHES];
  private long wanted;
  private long found;

  /** The next batches. */
  @Setup(Level.Invocation)
  public void decode() {
    for (int b = 0; b < BATCHES; b++) {
      if (batches[b] == null) {
        batches[b] = new ConnBatch();
      }
      receive(batches[b]);
    }
  }

  /** Applies them. */
  final void updateAll() {
    for (ConnBatch batch : batches) {
      update(batch);
    }
  }

  /** Looks each up. */
  final ConnBatch findAll() {
    for (ConnBatch batch : batches) {
      into.clear();
      wanted += batch.size();
      for (int i = 0; i < batch.size(); i++) {
        if (conns.find(batch, i, into, nowMs)) {
          found++;
        }
      }
    }
    return into;
  }

  @Override
  void verify() {
    super.verify();
    Checks.require(wanted > 0 || updated() > 0, "nothing was done");
    Checks.require(found == wanted, "%d found of %d", found, wanted);
    if (wanted > 0) {
      ConnBatch last = batches[BATCHES - 1];
      for (int i = 0; i < Traffic.BATCH; i++) {
        Checks.require(Conns.agree(last, i, into, i), "another than asked for was found");
      }
    }
  }
}

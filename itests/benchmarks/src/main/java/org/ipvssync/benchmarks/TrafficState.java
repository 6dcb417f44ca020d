package org.ipvssync.benchmarks;

import org.ipvssync.api.conn.ConnBatch;

/** A full table, and the traffic that updates it. */
public class TrafficState extends FullTable {
  /** At ten million records a second a millisecond has so many datagrams. */
  private static final int DATAGRAMS_PER_MS = 250;

  private Traffic traffic;
  private int received;
  private long updates;

  @Override
  void prepare() {
    super.prepare();
    traffic = new Traffic(size);
  }

  /** The next datagram becomes a batch, and the time goes on. */
  final void receive(ConnBatch batch) {
    if (++received % DATAGRAMS_PER_MS == 0) {
      nowMs++;
    }
    traffic.receive(batch, counters);
  }

  /** Applies a batch of known connections. */
  final void update(ConnBatch batch) {
    updates += batch.size();
    apply(batch);
  }

  @Override
  void verify() {
    super.verify();
    Checks.require(received > 0, "nothing was received");
    Checks.require(updated() == updates, "%d updated, not %d", updated(), updates);
    Checks.require(updates % Traffic.BATCH == 0, "%d updates: no whole batches", updates);
  }
}

package org.ipvssync.benchmarks;

import org.ipvssync.api.conn.ConnBatch;

/** A table that holds connections 0 to size - 1, and is full with them. */
public class FullTable extends TableState {
  final ConnBatch into = new ConnBatch();

  @Override
  void prepare() {
    Traffic.fill(size, this::apply);
    requireFull();
  }

  @Override
  void verify() {
    requireFull();
  }

  private void requireFull() {
    Checks.require(inserted() == size, "%d inserted, not %d", inserted(), size);
    Checks.require(conns.size() == size, "%d in the table, not %d", conns.size(), size);
  }
}

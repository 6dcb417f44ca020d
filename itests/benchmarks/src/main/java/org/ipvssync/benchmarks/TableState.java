package org.ipvssync.benchmarks;

import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.table.ConnTable;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A table, and its clock: the time is what the work says, as fast as in a node under such load. */
@State(Scope.Thread)
public abstract class TableState {
  /** Where the records come from. */
  private static final int HORIZON = 1;

  /** Entries that may be there; all that there is room for. */
  @Param({"10000", "100000", "1000000", "10000000"})
  public int size;

  @Param({Tables.MEMORY})
  public String table;

  final LinkCounters counters = new LinkCounters();
  ConnTable conns;
  long nowMs;

  /** Opens the table and brings it into the state that is measured. */
  @Setup
  public final void open() {
    conns = Tables.provider(table, size).open();
    nowMs = 1_000_000;
    prepare();
  }

  /** Fills the new table. */
  abstract void prepare();

  /** That the work was done, and only that. */
  abstract void verify();

  /** As a backup link applies what it received. */
  final void apply(ConnBatch batch) {
    conns.apply(
        batch, MergeRule.KERNEL_SYNC, ConnTimeouts.KERNEL_DEFAULTS, HORIZON, nowMs, counters);
  }

  /** Checks what was done. */
  @TearDown
  public final void close() {
    verify();
    Checks.require(counters.drops() == 0, "%d records were dropped", counters.drops());
    conns.close();
  }

  final long inserted() {
    return counters.get(LinkCounter.INSERTED);
  }

  final long updated() {
    return counters.get(LinkCounter.UPDATED);
  }
}

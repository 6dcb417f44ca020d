package org.ipvssync.api.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;

/** A table with a clock, counters and a listener, so that a test need only say what matters. */
public final class TableHarness implements AutoCloseable {
  /** What the listener heard. */
  public record Change(int handle, int horizon, boolean destinationChanged) {}

  private static final int FROM_PEER = 3;

  private final ConnTable table;
  private final List<Change> changes = new ArrayList<>();
  private final LinkCounters counters = new LinkCounters();

  // Nothing may depend on where the clock begins: it may well be negative.
  private long nowMs = -7_000_000_123L;

  /** Takes the table over; closes it at the end. */
  public TableHarness(ConnTable table) {
    this.table = table;
    table.setChangeListener((handle, from, moved) -> changes.add(new Change(handle, from, moved)));
  }

  /** The table itself. */
  public ConnTable table() {
    return table;
  }

  /** The time. */
  public long nowMs() {
    return nowMs;
  }

  /** Lets time pass. */
  public void pass(long ms) {
    nowMs += ms;
  }

  /** Applies records under KERNEL_SYNC as if from a version 1 message. */
  public void sync(Conn... conns) {
    apply(MergeRule.KERNEL_SYNC, conns);
  }

  /** Applies records under a rule as if from a version 1 message. */
  public void apply(MergeRule rule, Conn... conns) {
    apply(rule, FROM_PEER, batchOf(conns));
  }

  /** Applies a batch. */
  public void apply(MergeRule rule, int horizon, ConnBatch batch) {
    table.apply(batch, rule, ConnTimeouts.KERNEL_DEFAULTS, horizon, nowMs, counters);
  }

  /** A batch of these records. */
  public static ConnBatch batchOf(Conn... conns) {
    ConnBatch batch = new ConnBatch(Math.max(1, conns.length));
    for (Conn conn : conns) {
      conn.addTo(batch);
    }
    return batch;
  }

  /** What the record meets, as a batch of one, or of none. */
  public ConnBatch find(Conn key) {
    ConnBatch found = new ConnBatch(1);
    boolean there = table.find(batchOf(key), 0, found, nowMs);
    assertEquals(there ? 1 : 0, found.size(), "find appends exactly what it says");
    return found;
  }

  /** What the record must meet. */
  public ConnBatch mustFind(Conn key) {
    ConnBatch found = find(key);
    assertEquals(1, found.size(), "the record meets an entry");
    return found;
  }

  /** The handle of what the record must meet. */
  public int handleOf(Conn key) {
    return mustFind(key).handle(0);
  }

  /** True when the record meets something. */
  public boolean has(Conn key) {
    return find(key).size() == 1;
  }

  /** All entries, walked in pieces of this size. */
  public ConnBatch walk(int piece) {
    ConnBatch all = new ConnBatch(table.capacity() + 1);
    ConnBatch some = new ConnBatch(piece);
    long cursor = 0;
    for (int pieces = 0; cursor >= 0; pieces++) {
      assertTrue(pieces <= table.capacity() + 1, "a walk ends");
      some.clear();
      cursor = table.walk(cursor, some, nowMs);
      for (int i = 0; i < some.size(); i++) {
        all.addCopy(some, i);
      }
    }
    return all;
  }

  /** How many entries live. */
  public int living() {
    return walk(100).size();
  }

  /** Sweeps everything due. */
  public void expire() {
    for (int calls = 0; !table.expire(nowMs, 1000); calls++) {
      assertTrue(calls <= 10 + table.capacity(), "sweeping ends");
    }
  }

  /** What was counted so far. */
  public long count(LinkCounter counter) {
    return counters.get(counter);
  }

  /** What the listener heard since the last call. */
  public List<Change> takeChanges() {
    List<Change> taken = List.copyOf(changes);
    changes.clear();
    return taken;
  }

  @Override
  public void close() {
    table.close();
  }
}

package org.ipvssync.api.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.table.TableHarness.Change;
import org.ipvssync.api.table.TableModel.Entry;

/** Does the same to a table and to the model, and compares all that can be seen of them. */
final class ModelComparison {
  private static final LinkCounter[] COUNTED = {
    LinkCounter.INSERTED,
    LinkCounter.UPDATED,
    LinkCounter.REPLACED,
    LinkCounter.KEPT,
    LinkCounter.INACTIVE_ELSEWHERE,
    LinkCounter.ONE_PACKET,
    LinkCounter.TABLE_FULL
  };
  private static final MergeRule[] RULES = {
    MergeRule.KERNEL_SYNC,
    MergeRule.KERNEL_SYNC,
    MergeRule.AUTHORITATIVE,
    MergeRule.INSERT_IF_ABSENT
  };

  private final IntFunction<TableHarness> opener;
  private final TableModel model;
  private final long seed;
  private final SplittableRandom random;
  private final RandomRecords records;
  private final LinkCounters counters = new LinkCounters();
  private final ConnBatch batch = new ConnBatch(8);
  private final ConnBatch actual = new ConnBatch(64);
  private final ConnBatch expected = new ConnBatch(1);
  private final Map<Integer, Entry> byHandle = new HashMap<>();
  private TableHarness harness;
  private ConnTable table;
  private long now;
  private int operation;

  /** Of one table. */
  ModelComparison(TableHarness harness, int capacity, long seed) {
    this(harness, null, capacity, seed);
  }

  /** Of tables that follow each other, each with the content of the one before. */
  ModelComparison(IntFunction<TableHarness> opener, int capacity, long seed) {
    this(opener.apply(capacity), opener, capacity, seed);
  }

  private ModelComparison(
      TableHarness harness, IntFunction<TableHarness> opener, int capacity, long seed) {
    this.opener = opener;
    this.harness = harness;
    this.table = harness.table();
    this.model = new TableModel(capacity);
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.records = new RandomRecords(random, capacity >= 1000);
    this.now = random.nextLong(-1L << 50, 1L << 50);
  }

  /**
   * Does so many things (each record and each entry compared is one), and says at which one of
   * which seed they disagree.
   */
  void run(int operations) {
    try {
      while (operation < operations) {
        step();
      }
      compareAll();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "capacity " + table.capacity() + ", seed " + seed + "L, operation " + operation, e);
    }
  }

  private void step() {
    now += timeStep();
    int choice = random.nextInt(100);
    if (choice < 55) {
      apply();
    } else if (choice < 90) {
      find();
      operation++;
    } else if (choice < 94) {
      readSome();
      operation++;
    } else if (choice < 99) {
      expire();
      operation++;
    } else if (random.nextInt(4) == 0) {
      compareAll();
      operation += table.size();
    } else if (opener != null) {
      handOver();
      operation += table.size();
    }
  }

  /** All content moves to another table; the model goes on as if nothing had been. */
  private void handOver() {
    model.expire(now);
    TableHarness successor = opener.apply(table.capacity());
    Map<Integer, Entry> moved = new HashMap<>();
    ConnBatch piece = random.nextBoolean() ? actual : batch;
    int[] handles = new int[piece.capacity()];
    for (long cursor = 0; cursor >= 0; ) {
      piece.clear();
      cursor = table.entries(cursor, piece, now);
      assertEquals(0, successor.table().adopt(piece, handles, now), "all fits");
      for (int i = 0; i < piece.size(); i++) {
        Entry entry = byHandle.get(piece.handle(i));
        compare(entry, piece, i);
        assertNull(moved.put(handles[i], entry), "a handle once");
        entry.handle = handles[i];
      }
    }
    assertEquals(new HashSet<>(model.living()), new HashSet<>(moved.values()), "all is moved");
    byHandle.clear();
    byHandle.putAll(moved);
    harness.close();
    harness = successor;
    table = successor.table();
    compareAll();
  }

  /** Mostly within a second, often none at all, now and then hours, rarely beyond all timeouts. */
  private long timeStep() {
    int choice = random.nextInt(10_000);
    if (choice < 5_000) {
      return 0;
    }
    if (choice < 9_900) {
      return random.nextInt(300);
    }
    if (choice < 9_990) {
      return random.nextInt(60_000);
    }
    return choice < 9_999 ? random.nextInt(100_000_000) : 0xffff_ffffL * 1000;
  }

  private void apply() {
    batch.clear();
    batch.setVersion(random.nextInt(4) == 0 ? 0 : 1);
    int size = 1 + random.nextInt(batch.capacity());
    for (int i = 0; i < size; i++) {
      records.addTo(batch);
    }
    operation += size;
    MergeRule rule = RULES[random.nextInt(RULES.length)];
    int horizon = random.nextInt(256);
    model.apply(batch, rule, ConnTimeouts.KERNEL_DEFAULTS, horizon, now);
    table.apply(batch, rule, ConnTimeouts.KERNEL_DEFAULTS, horizon, now, counters);
    List<TableModel.Change> expectedChanges = model.takeChanges();
    List<Change> changes = harness.takeChanges();
    assertEquals(expectedChanges.size(), changes.size(), "changes announced");
    for (int i = 0; i < changes.size(); i++) {
      compareChange(expectedChanges.get(i), changes.get(i), horizon);
    }
    for (LinkCounter counter : COUNTED) {
      if (model.count(counter) != counters.get(counter)) {
        fail(counter + ": expected " + model.count(counter) + ", is " + counters.get(counter));
      }
    }
  }

  private void compareChange(TableModel.Change wanted, Change change, int horizon) {
    Entry entry = wanted.entry();
    if (entry.handle < 0) {
      entry.handle = change.handle();
      byHandle.put(change.handle(), entry);
    }
    assertEquals(entry.handle, change.handle(), "handle");
    assertEquals(horizon, change.horizon(), "horizon");
    assertEquals(wanted.destinationChanged(), change.destinationChanged());
  }

  private void find() {
    batch.clear();
    int key = records.addTo(batch);
    model.expire(now);
    Entry entry = model.find(batch, key);
    actual.clear();
    boolean found = table.find(batch, key, actual, now);
    if (entry == null) {
      assertTrue(!found && actual.size() == 0, "nothing is to be found");
    } else {
      assertTrue(found && actual.size() == 1, "an entry is to be found");
      compare(entry, 0);
    }
  }

  private void readSome() {
    model.expire(now);
    Set<Entry> living = new HashSet<>(model.living());
    int[] handles = new int[20];
    for (int i = 0; i < handles.length; i++) {
      handles[i] = random.nextInt(table.handleLimit());
    }
    actual.clear();
    table.read(handles, 0, handles.length, actual, now);
    int next = 0;
    for (int handle : handles) {
      Entry entry = byHandle.get(handle);
      if (entry != null && living.contains(entry)) {
        assertEquals(handle, actual.handle(next));
        compare(entry, next++);
      }
    }
    assertEquals(next, actual.size(), "only what lives is read");
  }

  private void expire() {
    int budget = random.nextInt(50);
    int before = table.size();
    boolean done = table.expire(now, budget);
    model.expire(now);
    assertTrue(before - table.size() <= budget, "no more than the budget");
    if (done) {
      assertEquals(model.living().size(), table.size(), "everything due is swept");
      assertEquals(model.templates(), table.templates(), "templates");
    }
  }

  private void compareAll() {
    model.expire(now);
    Set<Entry> seen = new HashSet<>();
    ConnBatch piece = random.nextBoolean() ? actual : batch;
    for (long cursor = 0; cursor >= 0; ) {
      piece.clear();
      cursor = table.walk(cursor, piece, now);
      for (int i = 0; i < piece.size(); i++) {
        Entry entry = byHandle.get(piece.handle(i));
        assertTrue(seen.add(entry), "walked once");
        compare(entry, piece, i);
      }
    }
    assertEquals(new HashSet<>(model.living()), seen, "walked all that lives");
  }

  private void compare(Entry entry, int index) {
    compare(entry, actual, index);
  }

  private void compare(Entry entry, ConnBatch read, int index) {
    assertSame(entry, byHandle.get(read.handle(index)), "handle");
    expected.clear();
    entry.addTo(expected, now);
    if (!ConnRecords.same(expected, 0, read, index)) {
      assertEquals(ConnRecords.text(expected, 0), ConnRecords.text(read, index));
      assertNull(entry, "records differ in what the text does not show");
    }
  }
}

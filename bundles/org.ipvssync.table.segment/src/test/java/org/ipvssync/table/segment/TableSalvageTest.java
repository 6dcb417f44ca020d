package org.ipvssync.table.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.table.ConnRecords;
import org.ipvssync.api.table.RandomRecords;
import org.ipvssync.api.table.TableModel;
import org.ipvssync.api.table.TableModel.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A writer that is stopped anywhere: its view of the memory is closed under its hands, so that no
 * further store is made, as if its process had been killed. What it leaves is compared with a model
 * that stops before each record of the batch in flight.
 */
@Timeout(120)
class TableSalvageTest {
  private static final int STOPS = Integer.getInteger("ipvssync.stops", 400);
  private static final int CAPACITY = 1_000;
  private static final int STEPS = 40;
  private static final int MOST_NANOS = 100_000;
  private static final TableLayout LAYOUT = new TableLayout(CAPACITY);
  private static final MergeRule[] RULES = MergeRule.values();

  private record Step(ConnBatch batch, MergeRule rule, int horizon, int sweep, long nowMs) {}

  /** The memory stays; the view of it can be closed. */
  private static final class Memory {
    final Arena arena = Arena.ofShared();
    final Arena view = Arena.ofShared();
    final MemorySegment bytes = arena.allocate(LAYOUT.bytes(), 64);
    final MemorySegment journal = arena.allocate(TableSalvage.JOURNAL_BYTES, 64);
    final OffHeapConnTable table =
        new OffHeapConnTable(
            viewed(bytes),
            LAYOUT,
            42,
            new TableBacking() {
              @Override
              public MemorySegment journal() {
                return viewed(journal);
              }

              @Override
              public void close() {
                throw new AssertionError("nobody closes it");
              }
            });

    @SuppressWarnings("restricted")
    private MemorySegment viewed(MemorySegment segment) {
      return segment.reinterpret(view, null);
    }
  }

  private final long seed = Long.getLong("ipvssync.seed", 20_261_122L);
  private final SplittableRandom random = new SplittableRandom(seed);
  private final RandomRecords records = new RandomRecords(random, true);
  private TableModel model = new TableModel(CAPACITY);
  private final LinkCounters counters = new LinkCounters();
  private final ConnBatch record = new ConnBatch(1);
  private final AtomicInteger done = new AtomicInteger();
  private long now = -1_000_000;
  private long base = now;
  private int within;
  private int lost;

  private Step step() {
    now += random.nextInt(4) == 0 ? random.nextInt(200) : 0;
    ConnBatch batch = new ConnBatch(1 + random.nextInt(16));
    batch.setVersion(random.nextInt(4) == 0 ? 0 : 1);
    while (!batch.isFull()) {
      records.addTo(batch);
    }
    int sweep = random.nextInt(8) == 0 ? random.nextInt(200) : 0;
    return new Step(batch, RULES[random.nextInt(RULES.length)], random.nextInt(256), sweep, now);
  }

  private void apply(OffHeapConnTable table, Step step) {
    if (step.sweep > 0) {
      table.expire(step.nowMs, step.sweep);
    }
    table.apply(
        step.batch, step.rule, ConnTimeouts.KERNEL_DEFAULTS, step.horizon, step.nowMs, counters);
  }

  private void applyToModel(ConnBatch batch, Step step) {
    model.apply(batch, step.rule, ConnTimeouts.KERNEL_DEFAULTS, step.horizon, step.nowMs);
  }

  @Test
  void shouldFindEveryEntryThatAStoppedWriterHasWritten() throws Exception {
    Memory memory = new Memory();
    memory.table.expire(now, 1); // its time begins
    try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
      // More of them where a busy machine happened to stop the writer between two batches only.
      for (int stop = 0; stop < STOPS || within + lost == 0 && stop < 20 * STOPS; stop++) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
          steps.add(step());
        }
        done.set(0);
        OffHeapConnTable table = memory.table;
        Future<?> writing = writer.submit(() -> write(table, steps));
        long end = System.nanoTime() + random.nextInt(MOST_NANOS);
        while (done.get() == 0 || System.nanoTime() < end) {
          Thread.onSpinWait();
        }
        memory.view.close();
        writing.get();
        memory = compare(memory, steps, "seed " + seed + "L, stop " + stop);
      }
    }
    memory.view.close();
    memory.arena.close();
    assertTrue(within + lost > 0, "some are stopped within a batch");
  }

  private void write(OffHeapConnTable table, List<Step> steps) {
    try {
      for (Step step : steps) {
        apply(table, step);
        done.incrementAndGet();
      }
    } catch (IllegalStateException e) {
      // The view is closed.
      assertTrue(e.getMessage().contains("closed"), e::toString);
    }
  }

  /** What is there is what the model has before some record; a table with just that. */
  private Memory compare(Memory left, List<Step> steps, String when) throws Exception {
    int whole = done.get();
    for (Step step : steps.subList(0, whole)) {
      applyToModel(step.batch, step);
    }
    Step inFlight = steps.get(Math.min(whole, STEPS - 1));
    boolean stopped = whole < STEPS;
    model.expire(inFlight.nowMs);
    TableSalvage salvage;
    try {
      salvage = new TableSalvage(left.bytes, LAYOUT, 42, left.journal);
    } catch (DamagedTableException e) {
      throw new AssertionError(when, e);
    }
    now = inFlight.nowMs;
    Memory next = new Memory();
    // The model goes on with what was found: of entries that one lookup could meet, one that was
    // stopped while it learned its client port may have become the newest.
    TableModel adopted = new TableModel(CAPACITY);
    Map<String, Integer> found = move(salvage, next.table, adopted);
    base = now;
    left.arena.close();
    for (int i = 0; ; i++) {
      Map<String, Integer> missing = new HashMap<>();
      model.living().forEach(entry -> missing.merge(text(entry), 1, Integer::sum));
      found.forEach((text, count) -> missing.merge(text, -count, Integer::sum));
      missing.values().removeIf(count -> count == 0);
      if (missing.isEmpty()) {
        within += i > 0 && i < inFlight.batch.size() ? 1 : 0;
        model = adopted;
        return next;
      }
      if (!stopped || i == inFlight.batch.size()) {
        assertEquals(Map.of(), missing, when);
      }
      Entry met = inFlight.batch.isSkipped(i) ? null : model.find(inFlight.batch, i);
      boolean onlyMet = met != null && missing.equals(Map.of(text(met), 1));
      record.clear();
      record.setVersion(inFlight.batch.version());
      record.addCopy(inFlight.batch, i);
      if (onlyMet) {
        // It was being replaced: the record once more, and both agree again.
        lost++;
        model = adopted;
      }
      applyToModel(record, inFlight);
      if (onlyMet) {
        apply(next.table, new Step(record, inFlight.rule, inFlight.horizon, 0, now));
        return next;
      }
    }
  }

  private Map<String, Integer> move(TableSalvage from, OffHeapConnTable to, TableModel adopted) {
    Map<String, Integer> texts = new HashMap<>();
    ConnBatch piece = new ConnBatch(64);
    int[] handles = new int[64];
    while (from.next(piece, now - base)) {
      assertEquals(0, to.adopt(piece, handles, now));
      for (int i = 0; i < piece.size(); i++) {
        texts.merge(ConnRecords.text(piece, i), 1, Integer::sum);
        adopted.adopt(piece, i, now);
      }
      piece.clear();
    }
    to.expire(now, 1); // its time has begun, though nothing may have come
    return texts;
  }

  private String text(Entry entry) {
    record.clear();
    entry.addTo(record, now);
    return ConnRecords.text(record, 0);
  }
}

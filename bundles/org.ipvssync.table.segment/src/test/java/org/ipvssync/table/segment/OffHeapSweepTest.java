package org.ipvssync.table.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.table.Conn;
import org.ipvssync.api.table.TableHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A sweep of many entries beside a writer that always waits for the lock. */
@Timeout(60)
class OffHeapSweepTest {
  private static final int DUE = 20_000;
  private static final int MOST_A_PIECE = 256;
  private static final long NOW = 1_000;

  private final TableLayout layout = new TableLayout(DUE + 1);
  private final Arena arena = Arena.ofShared();
  private final AtomicBoolean swept = new AtomicBoolean();
  private final Thread writer = Thread.ofPlatform().daemon().unstarted(this::write);
  private final Conn living = Conn.tcp().from("10.1.0.1", 1).timeoutS(900);
  private volatile Thread sweeper;
  private int pieces;

  /** How often the writer came between two pieces, with however many batches. */
  private int turns;

  private boolean cameIn;
  private final OffHeapConnTable table =
      new OffHeapConnTable(arena.allocate(layout.bytes(), 64), layout, 7, new Watch());

  /** Sees every writer that has the lock. */
  private final class Watch implements TableBacking {
    @Override
    public void at(long tableMs) {
      if (Thread.currentThread() == writer) {
        cameIn = true;
      } else if (Thread.currentThread() == sweeper) {
        pieces++;
        turns += cameIn ? 1 : 0;
        cameIn = false;
        // It does nothing but wait for the lock, which is ours.
        while (writer.getState() != Thread.State.WAITING) {
          if (!writer.isAlive() || Thread.currentThread().isInterrupted()) {
            throw new IllegalStateException("the writer does not wait: " + writer.getState());
          }
          Thread.onSpinWait();
        }
      }
    }

    @Override
    public void close() {
      arena.close();
    }
  }

  private void write() {
    ConnBatch batch = TableHarness.batchOf(living);
    LinkCounters counters = new LinkCounters();
    while (!swept.get()) {
      apply(batch, NOW + 60_000, counters);
    }
  }

  private void apply(ConnBatch batch, long now, LinkCounters counters) {
    table.apply(batch, MergeRule.KERNEL_SYNC, ConnTimeouts.KERNEL_DEFAULTS, 1, now, counters);
  }

  @Test
  void shouldLetWritersInBetweenThePieces() throws InterruptedException {
    LinkCounters counters = new LinkCounters();
    ConnBatch batch = new ConnBatch(1);
    for (int i = 0; i < DUE; i++) {
      batch.clear();
      Conn.tcp().from("10.0." + (i >> 8) + "." + (i & 255), 1).timeoutS(1).addTo(batch);
      apply(batch, NOW, counters);
    }
    assertEquals(DUE, table.size());

    sweeper = Thread.currentThread();
    writer.start();
    table.expire(NOW + 60_000, 2 * DUE);
    swept.set(true);
    writer.join();

    assertEquals(1, table.size());
    assertTrue(pieces >= DUE / MOST_A_PIECE, "pieces: " + pieces);
    // Hardly ever, if the sweeper took the lock again before the writer that it has woken is there.
    assertTrue(turns >= pieces / 10, turns + " turns of the writer between " + pieces + " pieces");
    table.close();
  }
}

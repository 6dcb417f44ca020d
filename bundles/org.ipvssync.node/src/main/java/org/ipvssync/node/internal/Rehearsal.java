package org.ipvssync.node.internal;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.ConnTableProvider;

/**
 * Runs the code of a table that nobody has used yet, before all links wait for it: the machine
 * compiles what runs often, and until then each entry takes many times as long. A new version of a
 * bundle is new code.
 *
 * <p>Done on a table that is thrown away, with entries of the table in use, while links go on. One
 * thread at a time.
 */
final class Rehearsal {
  /** Records that are enough for the compiler to have done its part. */
  private static final int ENOUGH = 60_000;

  private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(400);
  private static final int PIECE = 256;

  /** Does not keep the classes of a bundle that has gone. */
  private final Set<Class<?>> rehearsed = Collections.newSetFromMap(new WeakHashMap<>());

  private final SyncClock clock;

  Rehearsal(SyncClock clock) {
    this.clock = clock;
  }

  /**
   * Rehearses an exchange, unless that was done before.
   *
   * @param old the table in use
   * @param next what will take over, of {@code provider}; not touched
   */
  void before(ConnTable old, ConnTable next, ConnTableProvider provider) {
    if (old.getClass() == next.getClass() || !rehearsed.add(next.getClass())) {
      return;
    }
    ConnTable scratch;
    try {
      scratch = provider.open();
    } catch (RuntimeException | OutOfMemoryError e) {
      // No room for one more, perhaps: then the exchange takes longer.
      return;
    }
    try {
      run(old, scratch);
    } finally {
      scratch.discard();
    }
  }

  private void run(ConnTable old, ConnTable scratch) {
    ConnBatch piece = new ConnBatch(PIECE);
    int[] handles = new int[PIECE];
    LinkCounters counters = new LinkCounters();
    long end = clock.nanoTime() + LONGEST_NANOS;
    long cursor = 0;
    for (int done = 0; done < ENOUGH && clock.nanoTime() - end < 0; done += piece.size()) {
      piece.clear();
      cursor = Math.max(0, old.walk(cursor, piece, clock.nowMs()));
      if (piece.size() == 0 || scratch.size() + 2 * PIECE > scratch.capacity()) {
        return;
      }
      scratch.adopt(piece, handles, clock.nowMs());
      for (MergeRule rule : MergeRule.values()) {
        scratch.apply(piece, rule, ConnTimeouts.KERNEL_DEFAULTS, 1, clock.nowMs(), counters);
      }
    }
  }
}

package org.ipvssync.table.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.fake.Allocations;
import org.ipvssync.api.table.Conn;
import org.ipvssync.api.table.ConnTable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is allocated a record or a call, once the code is compiled. */
class OffHeapAllocationTest {
  private static final int ROUNDS = 2_000;

  private final LinkCounters counters = new LinkCounters();
  private final ConnBatch first = new ConnBatch();
  private final ConnBatch second = new ConnBatch();
  private final ConnBatch into = new ConnBatch();
  private final int[] handles = new int[200];
  private long now;

  private void fill(ConnBatch batch, int real) {
    for (int i = 1; i <= 40; i++) {
      Conn.tcp().from("10.0.0.1", i).by("10.1.0.1", real).timeoutS(5).addTo(batch);
      Conn.tcp6().from("2001:db8::1", i).seq(1, 2, 3, 4, 5, i).timeoutS(5).addTo(batch);
      Conn.sip("a-rather-long-call-id-that-takes-more-than-one-extension@host.example" + i)
          .addTo(batch);
      Conn.tcp().from("10.0.1." + i, 0).flags(ConnFlags.NO_CPORT).addTo(batch);
      Conn.tcp().from("10.0.1." + i, real).addTo(batch);
    }
  }

  private void round(ConnTable table, int round) {
    now += 700;
    ConnBatch batch = round % 2 == 0 ? first : second;
    MergeRule rule = round % 3 == 0 ? MergeRule.AUTHORITATIVE : MergeRule.KERNEL_SYNC;
    if (round % 10 < 5) {
      table.apply(batch, rule, ConnTimeouts.KERNEL_DEFAULTS, 1, now, counters);
    }
    into.clear();
    int found = 0;
    for (int i = 0; i < batch.size(); i += 5) {
      found += table.find(batch, i, into, now) ? 1 : 0;
    }
    for (int i = 0; i < found; i++) {
      handles[i] = into.handle(i);
    }
    into.clear();
    table.read(handles, 0, found, into, now);
    for (long cursor = 0; cursor >= 0; ) {
      into.clear();
      cursor = table.walk(cursor, into, now);
    }
    table.expire(now, 1_000);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldAllocateNothingOnceWarm(boolean withJournal) {
    fill(first, 8080);
    fill(second, 8081);
    TableLayout layout = new TableLayout(1_000);
    Arena arena = Arena.ofShared();
    MemorySegment segment = arena.allocate(layout.bytes(), 64);
    MemorySegment journal = arena.allocate(TableSalvage.JOURNAL_BYTES, 64);
    TableBacking backing =
        new TableBacking() {
          @Override
          public void close() {
            arena.close();
          }

          @Override
          public MemorySegment journal() {
            return withJournal ? journal : null;
          }
        };
    try (ConnTable table = new OffHeapConnTable(segment, layout, 1, backing)) {
      // Once the code is compiled a whole run allocates nothing; how long that takes is not known.
      long allocated =
          Allocations.leastOf(
              30,
              1,
              () -> {
                for (int i = 0; i < ROUNDS; i++) {
                  round(table, i);
                }
              });
      assertEquals(0, allocated, "bytes allocated in " + ROUNDS + " rounds");
      assertTrue(counters.get(LinkCounter.INSERTED) > 0 && counters.get(LinkCounter.REPLACED) > 0);
    }
  }
}

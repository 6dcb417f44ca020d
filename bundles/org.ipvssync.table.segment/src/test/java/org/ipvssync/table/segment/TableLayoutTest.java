package org.ipvssync.table.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.table.Conn;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.TableHarness;
import org.junit.jupiter.api.Test;

class TableLayoutTest {
  private static final int IPV4_BYTES = 72;

  @Test
  void shouldTakeSeventyTwoBytesForAnIpv4Connection() {
    TableLayout layout = new TableLayout(1_000_000);
    long withoutExtensions = layout.extension(0);
    assertTrue(withoutExtensions <= IPV4_BYTES * 1_000_000L + 64_000);
    assertEquals(layout.bytes(), layout.extension(layout.extensions()));
  }

  @Test
  void shouldAlignSlotsToCacheLines() {
    for (int capacity : new int[] {1, 2, 3, 1_000, 1_001, 50_000_000}) {
      TableLayout layout = new TableLayout(capacity);
      assertEquals(0, layout.slot(0) % 64);
      assertEquals(0, layout.extension(0) % 64);
      assertEquals(0, layout.bytes() % 64);
      assertTrue(layout.slot(0) >= TableLayout.BUCKETS + 4L * layout.buckets());
      assertTrue(layout.extension(0) >= layout.slot(capacity));
    }
  }

  @Test
  void shouldRefuseCapacitiesItCannotCount() {
    assertThrows(IllegalArgumentException.class, () -> new TableLayout(0));
    assertThrows(
        IllegalArgumentException.class, () -> new TableLayout(TableLayout.MAX_CAPACITY + 1));
    assertTrue(new TableLayout(TableLayout.MAX_CAPACITY).extensions() > 0);
  }

  @Test
  void shouldRefuseASegmentOfAnotherSize() {
    TableLayout layout = new TableLayout(10);
    MemorySegment segment = Arena.ofAuto().allocate(layout.bytes() - 64, 64);
    assertThrows(
        IllegalArgumentException.class, () -> new OffHeapConnTable(segment, layout, 1, () -> {}));
  }

  @Test
  void shouldKeepAllStateInTheSegment() {
    TableLayout layout = new TableLayout(100);
    MemorySegment segment = Arena.ofAuto().allocate(layout.bytes(), 64);
    TableHarness before = new TableHarness(new OffHeapConnTable(segment, layout, 9, () -> {}));
    Conn noCport = Conn.tcp().from("10.0.0.9", 0).flags(0x800);
    before.sync(Conn.tcp(), Conn.tcp6().timeoutS(5), Conn.sip("call").timeoutS(7), noCport);
    // Another table takes over a copy of the bytes, at another address.
    MemorySegment copy = Arena.ofAuto().allocate(layout.bytes(), 64).copyFrom(segment);
    TableHarness after = new TableHarness(new OffHeapConnTable(copy, layout, 9, () -> {}));
    assertEquals(4, after.table().size());
    assertEquals(1, after.table().templates());
    assertTrue(after.has(Conn.tcp()) && after.has(Conn.tcp6()) && after.has(Conn.sip("call")));
    assertTrue(after.has(Conn.tcp().from("10.0.0.9", 1234)));
    after.pass(6_000);
    after.expire();
    assertEquals(3, after.table().size());
    after.sync(Conn.tcp6());
    assertEquals(4, after.living());
  }

  @Test
  void shouldRefuseWhatNeedsExtensionsWhenTheyHaveRunOut() {
    TableLayout layout = new TableLayout(10);
    MemorySegment segment = Arena.ofAuto().allocate(layout.bytes(), 64);
    LinkCounters counters = new LinkCounters();
    try (ConnTable table = new OffHeapConnTable(segment, layout, 9, () -> {})) {
      TableHarness t = new TableHarness(table);
      String longest = "x".repeat(254);
      for (int i = 0; i < 4; i++) {
        t.sync(Conn.sip("").pe("sip", longest + i)); // five extensions each, all twenty
      }
      t.sync(Conn.tcp6());
      assertEquals(1, t.count(LinkCounter.TABLE_FULL));
      t.sync(Conn.tcp().timeoutS(3).state(1));
      assertEquals(5, table.size(), "IPv4 needs none");
      t.sync(Conn.tcp().timeoutS(100).state(4).seq(1, 2, 3, 4, 5, 6));
      assertEquals(2, t.count(LinkCounter.TABLE_FULL), "no room for sequence data");
      assertEquals(4, t.mustFind(Conn.tcp()).state(0), "the rest of the update counts");
      assertEquals(100_000, t.mustFind(Conn.tcp()).expiresMs(0));
      t.apply(MergeRule.AUTHORITATIVE, Conn.sip("").pe("sip", longest + 0).by("10.1.0.2", 5));
      assertEquals(1, t.count(LinkCounter.REPLACED), "the replaced entry gives its own back");
      t.pass(360_000);
      table.apply(
          TableHarness.batchOf(Conn.tcp6()),
          MergeRule.KERNEL_SYNC,
          ConnTimeouts.KERNEL_DEFAULTS,
          1,
          t.nowMs(),
          counters);
      assertEquals(1, counters.get(LinkCounter.INSERTED), "what is past its time makes room");
    }
  }
}

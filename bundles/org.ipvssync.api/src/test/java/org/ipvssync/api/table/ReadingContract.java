package org.ipvssync.api.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.junit.jupiter.api.Test;

/** Handles, reading by them, and walks. */
public interface ReadingContract extends TableOpener {
  private static Conn number(int i) {
    return (i % 3 == 0 ? Conn.tcp6().from("2001:db8::1", i) : Conn.tcp().from("10.0.0.1", i))
        .fwmark(i)
        .timeoutS(1000);
  }

  private static TableHarness filled(TableHarness t, int entries) {
    for (int i = 1; i <= entries; i++) {
      t.sync(number(i));
    }
    return t;
  }

  @Test
  default void shouldBeEmptyAtFirst() {
    TableHarness t = open(1000);
    assertEquals(1000, t.table().capacity());
    assertTrue(t.table().handleLimit() >= 1000);
    assertEquals(0, t.table().size());
    assertEquals(0, t.table().templates());
    assertFalse(t.has(Conn.tcp()));
    assertEquals(0, t.living());
    assertTrue(t.table().expire(t.nowMs(), 1));
    ConnBatch into = new ConnBatch(4);
    t.table().read(new int[] {0, 999}, 0, 2, into, t.nowMs());
    assertEquals(0, into.size());
  }

  @Test
  default void shouldCountEntriesAndTemplates() {
    TableHarness t = open();
    t.sync(Conn.tcp(), Conn.template(), Conn.template6(), Conn.sip("a").timeoutS(5));
    assertEquals(4, t.table().size());
    assertEquals(3, t.table().templates());
    t.pass(5_000);
    t.expire();
    assertEquals(2, t.table().templates());
  }

  @Test
  default void shouldAppendToWhatIsInTheBatch() {
    TableHarness t = filled(open(), 2);
    ConnBatch into = TableHarness.batchOf(Conn.tcp6(), number(1), number(2));
    into.removeLast();
    assertTrue(t.table().find(into, 1, into, t.nowMs()), "the key may be in the same batch");
    assertEquals(3, into.size());
    assertEquals(1, into.fwmark(2));
  }

  @Test
  default void shouldSayWhenTheBatchIsFull() {
    TableHarness t = filled(open(), 2);
    ConnBatch full = TableHarness.batchOf(number(1));
    int[] handles = {t.handleOf(number(1)), t.handleOf(number(2))};
    assertThrows(
        IllegalStateException.class, () -> t.table().find(full, 0, full, t.nowMs()), "find");
    ConnBatch one = new ConnBatch(1);
    assertThrows(
        IllegalStateException.class,
        () -> t.table().read(handles, 0, 2, one, t.nowMs()),
        "read needs room for all that live");
  }

  @Test
  default void shouldKeepTheHandleWhileAnEntryLives() {
    TableHarness t = filled(open(), 50);
    Map<Integer, Integer> handles = new HashMap<>();
    for (int i = 1; i <= 50; i++) {
      handles.put(i, t.handleOf(number(i)));
    }
    assertEquals(50, new HashSet<>(handles.values()).size());
    filled(t, 200);
    for (int i = 1; i <= 50; i++) {
      assertEquals(handles.get(i), t.handleOf(number(i)));
      assertTrue(handles.get(i) >= 0 && handles.get(i) < t.table().handleLimit());
    }
  }

  @Test
  default void shouldReadTheLivingAmongHandlesInTheirOrder() {
    TableHarness t = filled(open(), 20);
    t.sync(number(7).timeoutS(5));
    int[] handles = new int[20];
    for (int i = 0; i < 20; i++) {
      handles[i] = t.handleOf(number(20 - i));
    }
    t.pass(5_000);
    ConnBatch into = new ConnBatch(30);
    t.table().read(handles, 2, 18, into, t.nowMs());
    List<Integer> marks = new ArrayList<>();
    for (int i = 0; i < into.size(); i++) {
      marks.add(into.fwmark(i));
      assertEquals(handles[20 - into.fwmark(i)], into.handle(i));
      assertEquals(995_000, into.expiresMs(i));
      assertEquals(3, into.horizon(i));
    }
    assertEquals(List.of(18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 6, 5, 4, 3), marks);
  }

  @Test
  default void shouldReadNothingForHandlesOutsideTheTable() {
    TableHarness t = filled(open(), 3);
    ConnBatch into = new ConnBatch(4);
    int limit = t.table().handleLimit();
    int[] handles = {-1, Integer.MIN_VALUE, limit, Integer.MAX_VALUE};
    t.table().read(handles, 0, handles.length, into, t.nowMs());
    assertEquals(0, into.size());
  }

  @Test
  default void shouldWalkEveryEntryOnceWhateverThePiece() {
    TableHarness t = filled(open(), 333);
    for (int piece : new int[] {1, 2, 7, 100, 333, 334, 1000}) {
      assertEquals(marks(1, 333), marksOf(t.walk(piece)), "pieces of " + piece);
    }
  }

  @Test
  default void shouldEndAWalkFromAnyCursor() {
    TableHarness t = open(100);
    t.sync(Conn.tcp(), Conn.tcp6(), Conn.template());
    for (long from :
        new long[] {
          Long.MIN_VALUE,
          -2,
          -1,
          1,
          2,
          99,
          100,
          101,
          Integer.MAX_VALUE,
          1L << 31,
          1L << 32,
          1L << 62,
          Long.MAX_VALUE - 8192,
          Long.MAX_VALUE
        }) {
      ConnBatch some = new ConnBatch(2);
      long cursor = from;
      for (int pieces = 0; cursor >= 0; pieces++) {
        assertTrue(pieces <= 100, "a walk from " + from + " ends");
        some.clear();
        cursor = t.table().walk(cursor, some, t.nowMs());
      }
    }
  }

  @Test
  default void shouldWalkWhatStaysOnceWhileOthersComeAndGo() {
    TableHarness t = filled(open(2000), 300);
    for (int i = 1; i <= 300; i += 2) {
      t.sync(number(i).timeoutS(5));
    }
    t.pass(4_999);
    List<Integer> seen = new ArrayList<>();
    ConnBatch some = new ConnBatch(10);
    int extra = 1000;
    for (long cursor = 0; cursor >= 0; ) {
      some.clear();
      cursor = t.table().walk(cursor, some, t.nowMs());
      for (int i = 0; i < some.size(); i++) {
        seen.add(some.fwmark(i));
      }
      // The odd ones go after the first piece; others come, and those that stay are updated.
      t.pass(1);
      t.expire();
      for (int n = 0; n < 20; n++) {
        t.sync(number(++extra));
      }
      t.sync(number(2 + 2 * (extra % 149)));
    }
    List<Integer> stayed = seen.stream().filter(mark -> mark <= 300 && mark % 2 == 0).toList();
    assertEquals(150, stayed.size());
    assertEquals(150, new HashSet<>(stayed).size());
    assertEquals(seen.size(), new HashSet<>(seen).size(), "nothing comes twice");
  }

  @Test
  default void shouldWalkAGreatTableThatIsNearlyEmpty() {
    TableHarness t = open(60_000);
    ConnBatch batch = new ConnBatch(1000);
    LinkCounters counters = new LinkCounters();
    for (int i = 0; i < 60; i++) {
      batch.clear();
      for (int k = 0; k < 1000; k++) {
        boolean stays = k == 0 && i % 20 == 19;
        Conn.tcp()
            .from("10.0.0." + (i % 250), k + 1)
            .to("192.0.2.1", i)
            .timeoutS(stays ? 99 : 1)
            .addTo(batch);
      }
      t.table()
          .apply(
              batch, MergeRule.AUTHORITATIVE, ConnTimeouts.KERNEL_DEFAULTS, 1, t.nowMs(), counters);
    }
    t.pass(1_000);
    assertEquals(3, t.walk(255).size());
    while (!t.table().expire(t.nowMs(), 10_000)) {
      assertTrue(t.table().size() > 3);
    }
    assertEquals(3, t.walk(1).size());
    assertEquals(3, t.table().size());
  }

  private static Set<Integer> marks(int from, int to) {
    Set<Integer> marks = new HashSet<>();
    for (int i = from; i <= to; i++) {
      marks.add(i);
    }
    return marks;
  }

  private static Set<Integer> marksOf(ConnBatch batch) {
    Set<Integer> marks = new HashSet<>();
    for (int i = 0; i < batch.size(); i++) {
      assertTrue(marks.add(batch.fwmark(i)), "entry twice: " + batch.fwmark(i));
    }
    return marks;
  }
}

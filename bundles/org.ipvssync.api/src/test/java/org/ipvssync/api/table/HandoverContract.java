package org.ipvssync.api.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.junit.jupiter.api.Test;

/** What moves from a table to its successor: everything, as it was. */
public interface HandoverContract extends TableOpener {
  /** Of every kind one, in ways that they can be told apart. */
  private static Conn[] ofEveryKind() {
    return new Conn[] {
      Conn.tcp().timeoutS(100).fwmark(7),
      Conn.tcp().from("10.0.0.2", 2).inactive().state(4).seq(1, 2, 3, 4, 5, 6).timeoutS(11),
      Conn.tcp6().timeoutS(50),
      Conn.tcp6().from("2001:db8::2", 2).seq(6, 5, 4, 3, 2, 1),
      Conn.template().timeoutS(360),
      Conn.template6().timeoutS(-1),
      Conn.sip("a call with an identity that is longer than an entry has room for, by far"),
      Conn.template6().protocol(0).to("::1", 0).pe("sip", "x"),
      Conn.tcp().from("10.0.0.3", 0).flags(ConnFlags.NO_CPORT),
      Conn.tcp().from("10.0.0.4", 0), // that no lookup finds
      Conn.tcp().from("10.0.0.5", 5).flags(ConnFlags.NO_CPORT) // nor this
    };
  }

  /** Moves all content in pieces; the handles by those of before. */
  private static Map<Integer, Integer> move(TableHarness from, TableHarness to, int piece) {
    Map<Integer, Integer> handles = new HashMap<>();
    ConnBatch entries = new ConnBatch(piece);
    int[] adopted = new int[piece];
    for (long cursor = 0; cursor >= 0; ) {
      entries.clear();
      cursor = from.table().entries(cursor, entries, from.nowMs());
      Arrays.fill(adopted, -2);
      int misfits = to.table().adopt(entries, adopted, to.nowMs());
      for (int i = 0; i < entries.size(); i++) {
        assertNotEquals(-2, adopted[i], "every record gets a handle, or none");
        misfits -= adopted[i] < 0 ? 1 : 0;
        assertEquals(null, handles.put(entries.handle(i), adopted[i]), "each entry once");
      }
      assertEquals(0, misfits, "misfits are those without a handle");
    }
    return handles;
  }

  private static TableHarness moved(TableHarness from, TableHarness to) {
    move(from, to, 3);
    return to;
  }

  @Test
  default void shouldHandEveryEntryOverAsItWas() {
    for (int piece : new int[] {1, 2, 5, 100}) {
      TableHarness from = open();
      from.apply(MergeRule.KERNEL_SYNC, 9, TableHarness.batchOf(ofEveryKind()));
      from.pass(10_001);
      TableHarness to = open();
      to.pass(123_456_789); // its clock may stand elsewhere
      Map<Integer, Integer> handles = move(from, to, piece);
      assertEquals(ofEveryKind().length, to.table().size());
      assertEquals(from.table().templates(), to.table().templates());
      assertEquals(handles.size(), new HashSet<>(handles.values()).size());
      for (Map.Entry<Integer, Integer> each : handles.entrySet()) {
        ConnBatch before = new ConnBatch(1);
        ConnBatch after = new ConnBatch(1);
        from.table().read(new int[] {each.getKey()}, 0, 1, before, from.nowMs());
        to.table().read(new int[] {each.getValue()}, 0, 1, after, to.nowMs());
        assertEquals(1, after.size(), "its handle is what adopt said");
        assertTrue(
            ConnRecords.same(before, 0, after, 0), () -> ConnRecords.text(before, 0) + " is lost");
        assertEquals(9, after.horizon(0));
      }
    }
  }

  @Test
  default void shouldKeepTheMillisecond() {
    TableHarness from = open();
    from.sync(Conn.tcp().timeoutS(77), Conn.sip("a").timeoutS(78));
    from.pass(76_999);
    TableHarness to = moved(from, open());
    assertEquals(1, to.mustFind(Conn.tcp()).expiresMs(0));
    assertEquals(77, to.mustFind(Conn.tcp()).timeoutS(0));
    to.pass(1);
    to.expire();
    assertFalse(to.has(Conn.tcp()));
    assertEquals(1, to.table().size());
  }

  @Test
  default void shouldLeaveBehindWhatIsOver() {
    TableHarness from = open();
    from.sync(Conn.tcp().timeoutS(5), Conn.tcp6().timeoutS(6), Conn.tcp().from("10.0.0.4", 0));
    from.pass(5_000);
    TableHarness to = moved(from, open());
    assertEquals(2, to.table().size());
    assertFalse(to.has(Conn.tcp()));
    assertTrue(to.has(Conn.tcp6()));
  }

  @Test
  default void shouldHandOverNothingOfAnEmptyTable() {
    TableHarness from = open();
    assertEquals(Map.of(), move(from, open(), 3));
    from.sync(Conn.tcp().timeoutS(5));
    from.pass(5_000);
    assertEquals(Map.of(), move(from, open(), 3), "nor of one in which all is over");
  }

  @Test
  default void shouldKeepWhatIsUnconfirmedUnconfirmed() {
    TableHarness from = open();
    from.apply(MergeRule.INSERT_IF_ABSENT, Conn.tcp().by("10.1.0.9", 9), Conn.tcp6());
    from.sync(Conn.tcp6());
    TableHarness to = moved(from, open());
    assertTrue(to.mustFind(Conn.tcp()).isCopy(0));
    assertFalse(to.mustFind(Conn.tcp6()).isCopy(0));
    // A live record wins against a copy even where an inactive one would not be believed.
    to.sync(Conn.tcp().inactive().state(4));
    assertEquals(0, to.count(LinkCounter.INACTIVE_ELSEWHERE));
    assertEquals(8080, to.mustFind(Conn.tcp()).dport(0));
    assertFalse(to.mustFind(Conn.tcp()).isCopy(0));
  }

  @Test
  default void shouldKeepTheMarkOfAnEntryThatMoved() {
    TableHarness from = open();
    from.sync(Conn.tcp(), Conn.tcp6());
    from.apply(MergeRule.AUTHORITATIVE, Conn.tcp().by("10.1.0.2", 2));
    assertTrue(from.mustFind(Conn.tcp()).isMoved(0));
    TableHarness to = moved(from, open());
    assertTrue(to.mustFind(Conn.tcp()).isMoved(0));
    assertFalse(to.mustFind(Conn.tcp6()).isMoved(0));
  }

  @Test
  default void shouldAnnounceNothing() {
    TableHarness from = open();
    from.sync(ofEveryKind());
    from.takeChanges();
    TableHarness to = moved(from, open());
    assertEquals(List.of(), to.takeChanges());
    assertEquals(List.of(), from.takeChanges());
    to.sync(Conn.tcp());
    assertEquals(1, to.takeChanges().size(), "but what comes afterwards");
  }

  @Test
  default void shouldKeepTheOrderOfEntriesThatOneLookupCouldMeet() {
    Conn template = Conn.tcp().flags(ConnFlags.TEMPLATE);
    for (int piece : new int[] {1, 100}) {
      // A connection's record meets the newest, be it a template or not.
      TableHarness from = open();
      from.sync(Conn.tcp(), template);
      TableHarness to = open();
      move(from, to, piece);
      assertTrue(ConnFlags.isTemplate(to.mustFind(Conn.tcp()).flags(0)));
      // And once more, now that the older lies where the newer did.
      TableHarness third = open();
      move(to, third, piece);
      assertTrue(ConnFlags.isTemplate(third.mustFind(Conn.tcp()).flags(0)));
      assertEquals(2, third.living());
    }
  }

  @Test
  default void shouldFindTheOlderOfTwoThatMovedWhenTheNewerIsOver() {
    TableHarness from = open();
    from.sync(Conn.tcp().timeoutS(100), Conn.tcp().flags(ConnFlags.TEMPLATE).timeoutS(5));
    TableHarness to = moved(from, open());
    to.pass(5_000);
    assertFalse(ConnFlags.isTemplate(to.mustFind(Conn.tcp()).flags(0)));
  }

  @Test
  default void shouldLearnThePortOfAConnectionThatMoved() {
    TableHarness from = open();
    from.sync(Conn.tcp().from("10.0.0.1", 0).flags(ConnFlags.NO_CPORT));
    TableHarness to = moved(from, open());
    assertTrue(to.has(Conn.tcp()));
    to.apply(MergeRule.AUTHORITATIVE, Conn.tcp());
    assertEquals(40000, to.mustFind(Conn.tcp()).cport(0));
    assertEquals(1, to.count(LinkCounter.UPDATED));
  }

  @Test
  default void shouldSayWhatDidNotFit() {
    TableHarness from = open(100);
    for (int i = 1; i <= 100; i++) {
      from.sync(Conn.tcp().from("10.0.0.1", i));
    }
    TableHarness to = open(60);
    Map<Integer, Integer> handles = move(from, to, 7);
    assertEquals(100, handles.size());
    assertEquals(40, handles.values().stream().filter(handle -> handle < 0).count());
    assertEquals(60, to.living());
    Set<Integer> kept = new HashSet<>(handles.values());
    kept.remove(-1);
    assertEquals(60, kept.size());
  }

  @Test
  default void shouldBringItsEntriesIntoATableThatHasSome() {
    TableHarness from = open();
    from.sync(Conn.tcp());
    TableHarness to = open();
    to.sync(Conn.tcp6(), Conn.tcp().by("10.1.0.7", 7));
    moved(from, to);
    assertEquals(3, to.living());
    assertEquals(8080, to.mustFind(Conn.tcp()).dport(0), "the later wins");
  }

  @Test
  default void shouldGoOnAsTheModelAfterEachHandover() {
    long seed = Long.getLong("ipvssync.seed", 20_261_122L);
    for (int capacity : new int[] {5, 150, 1_000}) {
      new ModelComparison(this::open, capacity, seed + 31 * capacity).run(150_000);
    }
  }
}

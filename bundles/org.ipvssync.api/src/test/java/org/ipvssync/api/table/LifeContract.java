package org.ipvssync.api.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.junit.jupiter.api.Test;

/** How long an entry lives, and what is left of it afterwards. */
public interface LifeContract extends TableOpener {
  @Test
  default void shouldLiveForTheRecordsSecondsToTheMillisecond() {
    TableHarness t = open();
    t.sync(Conn.tcp().timeoutS(77));
    t.pass(76_999);
    assertEquals(1, t.mustFind(Conn.tcp()).expiresMs(0));
    t.pass(1);
    assertFalse(t.has(Conn.tcp()), "gone for readers, though nothing was swept");
    assertEquals(0, t.living());
    assertEquals(1, t.table().size());
    t.expire();
    assertEquals(0, t.table().size());
  }

  @Test
  default void shouldUseTheStatesTimeoutWhenTheRecordHasNone() {
    TableHarness t = open();
    ConnTimeouts timeouts = new ConnTimeouts(11, 22, 33);
    ConnBatch batch =
        TableHarness.batchOf(
            Conn.tcp().state(1),
            Conn.tcp().from("10.0.0.2", 1).state(4),
            Conn.tcp().from("10.0.0.3", 1).state(6),
            Conn.tcp().protocol(17).state(0),
            Conn.tcp().protocol(132).state(8),
            Conn.tcp().protocol(51).state(0),
            Conn.template().timeoutS(0));
    t.table().apply(batch, MergeRule.KERNEL_SYNC, timeouts, 1, t.nowMs(), new LinkCounters());
    long[] expected = {11, 22, 10, 33, 900, 180, 180};
    for (int i = 0; i < expected.length; i++) {
      ConnBatch found = new ConnBatch(1);
      assertTrue(t.table().find(batch, i, found, t.nowMs()));
      assertEquals(expected[i], found.timeoutS(0), "record " + i);
      assertEquals(1000 * expected[i], found.expiresMs(0), "record " + i);
    }
  }

  @Test
  default void shouldUseATemplatesTimeoutWhenAConnectionsRecordMeetsOne() {
    // The kernel asks the flags that the entry has after the update.
    TableHarness t = open();
    t.sync(Conn.tcp().flags(ConnFlags.TEMPLATE).timeoutS(360));
    t.sync(Conn.tcp().timeoutS(0));
    assertEquals(180, t.mustFind(Conn.tcp()).timeoutS(0));
  }

  @Test
  default void shouldTakeTheLongestTimeout() {
    TableHarness t = open();
    t.sync(Conn.tcp().timeoutS(-1));
    assertEquals(0xffff_ffffL * 1000, t.mustFind(Conn.tcp()).expiresMs(0));
    assertEquals(-1, t.mustFind(Conn.tcp()).timeoutS(0));
    t.pass(0xffff_ffffL * 1000 - 1);
    t.expire();
    assertEquals(1, t.mustFind(Conn.tcp()).expiresMs(0));
    t.pass(1);
    t.expire();
    assertEquals(0, t.table().size());
  }

  @Test
  default void shouldRestartTheTimerInFullWithEachUpdate() {
    TableHarness t = open();
    t.sync(Conn.tcp().timeoutS(100));
    for (int i = 0; i < 20; i++) {
      t.pass(90_000);
      t.expire();
      t.sync(Conn.tcp().timeoutS(100));
      assertEquals(100_000, t.mustFind(Conn.tcp()).expiresMs(0));
    }
    assertEquals(1, t.count(LinkCounter.INSERTED));
  }

  @Test
  default void shouldShortenALife() {
    TableHarness t = open();
    t.sync(Conn.tcp().timeoutS(100_000));
    t.sync(Conn.tcp().timeoutS(5));
    t.pass(4_999);
    t.expire();
    assertEquals(1, t.table().size());
    t.pass(1);
    t.expire();
    assertEquals(0, t.table().size());
  }

  @Test
  default void shouldLiveAsLongAsACopySaysAndKeepTheFullTimeout() {
    TableHarness t = open();
    t.apply(MergeRule.INSERT_IF_ABSENT, Conn.template().timeoutS(360).remainingS(7));
    ConnBatch entry = t.mustFind(Conn.template());
    assertEquals(360, entry.timeoutS(0));
    assertEquals(0, entry.remainingS(0), "an entry has expiresMs for that");
    assertEquals(7_000, entry.expiresMs(0));
    t.sync(Conn.template().timeoutS(360));
    assertEquals(360_000, t.mustFind(Conn.template()).expiresMs(0));
    t.sync(Conn.template().timeoutS(360).remainingS(3));
    assertEquals(3_000, t.mustFind(Conn.template()).expiresMs(0));
  }

  @Test
  default void shouldNotLengthenALifeByWhatRemains() {
    TableHarness t = open();
    t.sync(Conn.template().timeoutS(10).remainingS(-1));
    assertEquals(10_000, t.mustFind(Conn.template()).expiresMs(0));
    t.sync(Conn.template().timeoutS(0).remainingS(181));
    assertEquals(180_000, t.mustFind(Conn.template()).expiresMs(0));
    t.sync(Conn.template().timeoutS(-1).remainingS(-2));
    assertEquals(0xffff_fffeL * 1000, t.mustFind(Conn.template()).expiresMs(0));
  }

  @Test
  default void shouldTakeWhatIsPastItsTimeForAbsent() {
    TableHarness t = open();
    t.sync(Conn.tcp().timeoutS(10).flags(ConnFlags.TUNNEL));
    t.pass(10_000);
    t.sync(Conn.tcp().by("10.1.0.2", 1).inactive().state(4));
    assertEquals(2, t.count(LinkCounter.INSERTED), "no late word: there is nothing any more");
    assertEquals(0, t.mustFind(Conn.tcp()).flags(0) & ConnFlags.FWD_MASK);
    t.pass(1_000_000);
    t.apply(MergeRule.INSERT_IF_ABSENT, Conn.tcp());
    assertEquals(3, t.count(LinkCounter.INSERTED));
    assertEquals(0, t.count(LinkCounter.KEPT));
  }

  @Test
  default void shouldFindTheOlderWhenTheNewerIsPastItsTime() {
    TableHarness t = open();
    t.sync(Conn.tcp().timeoutS(100), Conn.tcp().flags(ConnFlags.TEMPLATE).timeoutS(5));
    assertTrue(ConnFlags.isTemplate(t.mustFind(Conn.tcp()).flags(0)));
    t.pass(5_000);
    assertFalse(ConnFlags.isTemplate(t.mustFind(Conn.tcp()).flags(0)));
  }

  @Test
  default void shouldForgetNoCportEntriesWithTheirTime() {
    TableHarness t = open();
    t.sync(Conn.tcp().from("10.0.0.1", 0).flags(ConnFlags.NO_CPORT).timeoutS(5));
    assertTrue(t.has(Conn.tcp()));
    t.pass(5_000);
    assertFalse(t.has(Conn.tcp()));
    t.expire();
    assertFalse(t.has(Conn.tcp()));
    t.sync(Conn.tcp());
    assertEquals(40000, t.mustFind(Conn.tcp()).cport(0));
  }

  @Test
  default void shouldSweepNoMoreThanTheBudget() {
    TableHarness t = open(1000);
    for (int i = 1; i <= 1000; i++) {
      t.sync(Conn.tcp().from("10.0.0.1", i).timeoutS(5));
    }
    t.pass(60_000);
    assertFalse(t.table().expire(t.nowMs(), 400));
    assertTrue(t.table().size() >= 600, "at most 400 are swept");
    assertEquals(0, t.living(), "and yet none lives");
    t.expire();
    assertEquals(0, t.table().size());
    assertTrue(t.table().expire(t.nowMs(), 1));
  }

  @Test
  default void shouldStayCorrectAfterLongSilence() {
    TableHarness t = open();
    for (int i = 1; i <= 500; i++) {
      t.sync(Conn.tcp().from("10.0.0.1", i).timeoutS(i * 100));
    }
    t.pass(25_000_000);
    assertEquals(250, t.living());
    t.expire();
    assertEquals(250, t.table().size());
    t.pass(24_999_999);
    t.expire();
    assertEquals(1, t.table().size());
    t.pass(1);
    t.expire();
    assertEquals(0, t.table().size());
    t.pass(300L * 365 * 24 * 3600 * 1000);
    t.sync(Conn.tcp().timeoutS(1));
    t.pass(999);
    t.expire();
    assertEquals(1, t.table().size());
    t.pass(1);
    t.expire();
    assertEquals(0, t.table().size());
  }

  @Test
  default void shouldNotAnnounceWhatExpires() {
    TableHarness t = open();
    t.sync(Conn.tcp().timeoutS(1));
    t.takeChanges();
    t.pass(1_000);
    t.expire();
    assertTrue(t.takeChanges().isEmpty());
  }
}

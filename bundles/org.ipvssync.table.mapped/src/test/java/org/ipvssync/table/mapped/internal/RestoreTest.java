package org.ipvssync.table.mapped.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.table.Conn;
import org.ipvssync.api.table.ConnRecords;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.TableHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestoreTest {
  private static final List<String> ONE_FILE = List.of("connections.table");

  @TempDir Path dir;
  private MappedFolder folder;

  @BeforeEach
  void folder() {
    folder = new MappedFolder(dir);
  }

  private void end(TableHarness table, boolean killed) {
    if (killed) {
      folder.kill(table);
    } else {
      table.close();
    }
  }

  private static Conn[] ofEveryKind() {
    return new Conn[] {
      Conn.tcp().timeoutS(100).fwmark(7).inactive(),
      Conn.tcp6().seq(6, 5, 4, 3, 2, 1).timeoutS(50),
      Conn.template().timeoutS(360),
      Conn.template6().timeoutS(-1),
      Conn.sip("a call with an identity that is longer than an entry has room for, by far"),
      Conn.tcp().from("10.0.0.3", 0).flags(ConnFlags.NO_CPORT),
      Conn.tcp().from("10.0.0.4", 0)
    };
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldBringEverythingBackAsCopiesOfNobodys(boolean killed) {
    TableHarness before = folder.restore();
    before.sync(ofEveryKind());
    folder.pass(before, 2_000);
    before.expire(); // as the node's sweeper does: the heartbeat
    ConnBatch wanted = before.walk(100);
    end(before, killed);
    folder.wallMs += 3_000;

    TableHarness after = folder.restore();
    assertEquals(ofEveryKind().length, after.living());
    assertEquals(List.of(), after.takeChanges());
    for (int i = 0; i < wanted.size(); i++) {
      ConnBatch found = after.walk(100);
      int at = find(found, wanted, i);
      assertTrue(found.isCopy(at));
      assertEquals(0, found.horizon(at));
      found.setHorizon(at, wanted.horizon(i));
      found.setExpiresMs(at, found.expiresMs(at) + 3_000);
      assertTrue(ConnRecords.same(wanted, i, found, at));
    }
    assertTrue(after.has(Conn.tcp()) && after.has(Conn.tcp6()) && after.has(Conn.template6()));
    // Anything live replaces a copy, even what is inactive elsewhere.
    after.sync(Conn.tcp().by("10.1.0.9", 9).inactive().state(4));
    assertEquals(9, after.mustFind(Conn.tcp()).dport(0));
    after.close();
    assertEquals(ONE_FILE, folder.names());
  }

  private static int find(ConnBatch in, ConnBatch wanted, int i) {
    for (int k = 0; k < in.size(); k++) {
      if (in.caddrWord(k, 0) == wanted.caddrWord(i, 0)
          && in.caddrWord(k, 3) == wanted.caddrWord(i, 3)
          && in.flags(k) == wanted.flags(i)
          && in.protocol(k) == wanted.protocol(i)
          && in.cport(k) == wanted.cport(i)) {
        return k;
      }
    }
    throw new AssertionError("not back: " + wanted.caddrWord(i, 0));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldLiveOnByTheWallClock(boolean killed) {
    TableHarness before = folder.restore();
    before.sync(Conn.tcp().timeoutS(100), Conn.tcp6().timeoutS(10));
    folder.pass(before, 4_000);
    before.expire();
    end(before, killed);
    folder.wallMs += 5_999;
    TableHarness after = folder.restore();
    assertEquals(90_001, after.mustFind(Conn.tcp()).expiresMs(0));
    assertEquals(100, after.mustFind(Conn.tcp()).timeoutS(0));
    assertEquals(1, after.mustFind(Conn.tcp6()).expiresMs(0));
    end(after, killed);
    folder.wallMs += 1;
    TableHarness third = folder.restore();
    assertFalse(third.has(Conn.tcp6()));
    assertEquals(1, third.table().size());
    third.close();
  }

  @Test
  void shouldPassNoTimeWhenTheClockWentBack() {
    TableHarness before = folder.restore();
    before.sync(Conn.tcp().timeoutS(100));
    folder.pass(before, 4_000);
    before.expire();
    before.close();
    folder.wallMs -= 1_000_000_000;
    TableHarness after = folder.restore();
    assertEquals(96_000, after.mustFind(Conn.tcp()).expiresMs(0));
    after.close();
  }

  @Test
  void shouldNeverLiveLongerThanTheTimeout() {
    TableHarness before = folder.restore();
    before.sync(Conn.tcp6()); // the heartbeat
    before.pass(TableFile.HEARTBEAT_MS - 1);
    before.sync(Conn.tcp().timeoutS(100)); // after it, and no other comes
    folder.kill(before);
    TableHarness after = folder.restore();
    assertEquals(100_000, after.mustFind(Conn.tcp()).expiresMs(0));
    after.close();
  }

  @Test
  void shouldForgetAllWhenTheClockJumpedFarAhead() {
    TableHarness before = folder.restore();
    before.sync(Conn.tcp(), Conn.template());
    before.close();
    folder.wallMs += 1_000_000_000;
    TableHarness after = folder.restore();
    assertEquals(0, after.table().size());
    after.close();
  }

  @Test
  void shouldTakeAnotherCapacity() {
    TableHarness before = folder.restore(100);
    for (int i = 1; i <= 100; i++) {
      before.sync(Conn.tcp().from("10.0.0.1", i));
    }
    before.close();
    TableHarness larger = folder.restore(5000);
    assertEquals(5000, larger.table().capacity());
    assertEquals(100, larger.living());
    larger.close();
    TableHarness smaller = folder.restore(60);
    assertEquals(60, smaller.living());
    smaller.close();
  }

  @Test
  void shouldKeepTheOrderOfEntriesThatOneLookupCouldMeet() {
    TableHarness before = folder.restore();
    before.sync(Conn.tcp(), Conn.tcp().flags(ConnFlags.TEMPLATE));
    before.close();
    for (int i = 0; i < 3; i++) {
      TableHarness after = folder.restore();
      assertEquals(2, after.living());
      assertTrue(ConnFlags.isTemplate(after.mustFind(Conn.tcp()).flags(0)));
      after.close();
    }
  }

  @Test
  void shouldLeaveTheOldFileUntilTheNewTableIsPublished() {
    TableHarness old = folder.restore();
    old.sync(Conn.tcp());
    TableHarness next = new TableHarness(folder.tables(500).open());
    next.sync(Conn.tcp6());
    assertEquals(2, folder.names().size());
    folder.kill(old);
    TableHarness back = folder.restore();
    assertTrue(back.has(Conn.tcp()));
    assertFalse(back.has(Conn.tcp6()));
    back.close();
    next.close();
    assertEquals(ONE_FILE, folder.names(), "what was not published goes with its table");
  }

  @Test
  void shouldTakeTheFilesPlaceWhenPublishedAndKeepItWhenTheOldOneIsDiscarded() {
    TableHarness old = folder.restore();
    old.sync(Conn.tcp());
    ConnTable next = folder.tables(500).open();
    TableHarness harness = new TableHarness(next);
    harness.sync(Conn.tcp6());
    next.publish();
    next.publish();
    old.table().discard();
    assertEquals(ONE_FILE, folder.names());
    harness.close();
    TableHarness back = folder.restore();
    assertTrue(back.has(Conn.tcp6()));
    back.close();
  }

  @Test
  void shouldReplaceWhatAnEarlierRunHasLeftOnlyWhenPublished() {
    TableHarness old = folder.restore();
    old.sync(Conn.tcp());
    old.close();
    folder.tables(500).open().discard();
    TableHarness back = folder.restore();
    assertTrue(back.has(Conn.tcp()), "nothing was published");
    back.close();
    TableHarness next = new TableHarness(folder.tables(500).open());
    next.sync(Conn.tcp6());
    next.table().publish();
    next.close();
    TableHarness after = folder.restore();
    assertTrue(after.has(Conn.tcp6()));
    assertFalse(after.has(Conn.tcp()));
    after.close();
    assertEquals(ONE_FILE, folder.names());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldFollowALinkAndLeaveIt(boolean relative) throws IOException {
    Path disk = dir.resolve("disk");
    Path real = disk.resolve("the.table");
    Files.createSymbolicLink(folder.file, relative ? dir.relativize(real) : real);
    TableHarness first = folder.restore(); // of what is not there yet
    first.sync(Conn.tcp());
    TableHarness second = new TableHarness(folder.tables(500).open());
    second.sync(Conn.tcp6());
    TableHarness third = folder.restore();
    assertEquals(0, third.table().size(), "it sees that the first one is in use");
    third.table().discard();
    second.table().publish();
    first.table().discard();
    folder.kill(second);
    TableHarness back = folder.restore();
    assertTrue(back.has(Conn.tcp6()));
    back.close();
    assertTrue(Files.isSymbolicLink(folder.file));
    assertEquals(List.of(real), files(disk));
    Files.write(real, new byte[100]);
    folder.restore().close();
    assertTrue(Files.isSymbolicLink(folder.file));
    assertEquals(2, files(disk).size(), "set aside beside the file");
  }

  private static List<Path> files(Path dir) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.toList();
    }
  }

  @Test
  void shouldForgetWhatHasMovedElsewhere() {
    TableHarness table = folder.restore();
    table.sync(Conn.tcp());
    table.table().discard();
    table.table().close();
    assertEquals(List.of(), folder.names());
  }

  @Test
  void shouldRemoveWhatAKilledProcessHasNotPublished() throws IOException {
    Path left = dir.resolve("connections.table.0123456789abcdef.new");
    Files.write(left, new byte[100]);
    folder.restore().close();
    assertEquals(ONE_FILE, folder.names());
  }

  @Test
  void shouldOpenBesideATableOfTheSameProcess() {
    TableHarness first = folder.restore();
    first.sync(Conn.tcp());
    TableHarness second = folder.restore();
    assertEquals(0, second.table().size(), "the first one's content is the node's to move");
    second.sync(Conn.tcp6());
    assertEquals(2, folder.names().size());
    second.table().publish();
    first.table().discard();
    second.close();
    TableHarness back = folder.restore();
    assertTrue(back.has(Conn.tcp6()));
    back.close();
  }

  @Test
  void shouldBeTheSameTableInPlaceOfNone() {
    TableHarness table = folder.restore();
    assertEquals(ONE_FILE, folder.names(), "published: an empty table is complete");
    assertEquals(0, table.table().size());
    table.close();
    assertThrows(IllegalStateException.class, () -> table.table().size());
    assertNotEquals(0, folder.file.toFile().length());
  }

  @Test
  void shouldKeepACopyACopyOverManyRestarts() {
    TableHarness table = folder.restore();
    table.apply(MergeRule.INSERT_IF_ABSENT, Conn.tcp());
    table.sync(Conn.tcp6());
    for (int i = 0; i < 3; i++) {
      table.close();
      table = folder.restore();
      assertTrue(table.mustFind(Conn.tcp()).isCopy(0) && table.mustFind(Conn.tcp6()).isCopy(0));
    }
    table.sync(Conn.tcp6());
    assertFalse(table.mustFind(Conn.tcp6()).isCopy(0));
    table.close();
  }

  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void shouldBringBackWhatAWriterThrewIn(boolean killed, boolean wroteOn) {
    TableHarness before = folder.restore();
    before.sync(Conn.tcp().timeoutS(100).fwmark(7), Conn.tcp6().timeoutS(50));
    failInTheMidst(before, MergeRule.AUTHORITATIVE, Conn.tcp().timeoutS(0).fwmark(8));
    failInTheMidst(before, MergeRule.KERNEL_SYNC, Conn.tcp6().from("2001:db8::77", 7).timeoutS(0));
    failInTheMidst(before, MergeRule.AUTHORITATIVE, Conn.tcp().timeoutS(0).fwmark(9));
    if (wroteOn) {
      before.sync(Conn.template(), Conn.tcp6().timeoutS(60));
    }
    end(before, killed);

    TableHarness after = folder.restore();
    assertEquals(ONE_FILE, folder.names(), "not set aside");
    assertEquals(wroteOn ? 3 : 2, after.living());
    // As it was before it was touched; when more was written, as that process went on with it.
    assertEquals(wroteOn ? 9 : 8, after.mustFind(Conn.tcp()).fwmark(0));
    assertEquals(100, after.mustFind(Conn.tcp()).timeoutS(0));
    assertEquals(wroteOn ? 60 : 50, after.mustFind(Conn.tcp6()).timeoutS(0));
    after.close();
  }

  /** Nobody says how long a record without a timeout lives: noticed with half of it written. */
  private static void failInTheMidst(TableHarness table, MergeRule rule, Conn conn) {
    LinkCounters counters = new LinkCounters();
    assertThrows(
        NullPointerException.class,
        () ->
            table
                .table()
                .apply(TableHarness.batchOf(conn), rule, null, 1, table.nowMs(), counters));
  }
}

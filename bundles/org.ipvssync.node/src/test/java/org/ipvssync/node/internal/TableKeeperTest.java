package org.ipvssync.node.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.fake.RecordedLog;
import org.ipvssync.api.table.ConnTableProvider;
import org.junit.jupiter.api.Test;

/** Providers come, go and fail; the node goes on with what it has. */
class TableKeeperTest {
  private static final String MISSING =
      "no table provider named mapped: start its bundle or set table in org.ipvssync.node";

  private final AtomicLong nanos = new AtomicLong();
  private final RecordedLog recorded = new RecordedLog();
  private final SyncNodeCore core = new SyncNodeCore(nanos::get, 1024, recorded.log);
  private final List<Runnable> later = new ArrayList<>();
  private final List<ConnTableProvider> used = new ArrayList<>();
  private final TableKeeper keeper =
      new TableKeeper(core, "mapped", recorded.log, later::add, used::add);
  private long serviceId;

  private FakeProvider provider(String name) {
    return new FakeProvider(name, () -> new FakeTable(100));
  }

  /** Fails while {@code why} holds a reason. */
  private static FakeProvider fragile(String name, String[] why) {
    Supplier<FakeTable> tables =
        () -> {
          if (why[0] != null) {
            throw new IllegalStateException(why[0]);
          }
          return new FakeTable(100);
        };
    return new FakeProvider(name, tables);
  }

  private void add(ConnTableProvider provider, String version) {
    keeper.add(provider, Map.of("service.id", ++serviceId), version);
  }

  private void fiveSecondsLater() {
    List<Runnable> due = List.copyOf(later);
    later.clear();
    due.forEach(Runnable::run);
  }

  private String inUse() {
    return core.table().provider();
  }

  private String detail() {
    return core.table().detail();
  }

  private void fill(int entries) {
    for (int i = 0; i < entries; i++) {
      connection(i);
    }
  }

  private void connection(int cport) {
    ConnBatch batch = new ConnBatch(1);
    FakeTable.record(batch, cport, 80, 0);
    core.openInbound("")
        .apply(batch, MergeRule.KERNEL_SYNC, ConnTimeouts.KERNEL_DEFAULTS, new LinkCounters());
  }

  @Test
  void shouldTakeTheConfiguredTableAndSayNothingElse() {
    keeper.start();
    assertEquals(MISSING, detail(), "status says it at once");
    add(provider("memory"), "1.0.0");
    assertEquals("", inUse());
    FakeProvider mapped = provider("mapped");
    add(mapped, "1.0.0");

    assertEquals("mapped", inUse());
    assertEquals("", detail());
    assertEquals(1, mapped.restored());
    fiveSecondsLater();
    assertEquals(List.of("info table mapped 1.0.0 with room for 100 connections"), recorded.lines);
  }

  @Test
  void shouldMoveToANewerBundleAndBackToTheOlder() {
    FakeProvider older = provider("mapped");
    add(older, "1.0.0");
    fill(7);
    FakeProvider newer = provider("mapped");
    add(newer, "1.1.0");
    assertEquals(1, newer.opened());
    keeper.remove(newer);
    assertEquals(1, older.opened());

    assertEquals(7, core.table().connections());
    assertEquals(2, core.table().swaps().count());
    assertEquals(List.of(older, newer, older), used);
    assertEquals(1, recorded.count("info node: table mapped 1.0.0 -> mapped 1.1.0, stood still"));
    assertEquals(1, recorded.count("info node: table mapped 1.1.0 -> mapped 1.0.0, stood still"));
    assertEquals("", detail());
  }

  @Test
  void shouldKeepTheTableOfAProviderThatGoesUntilItReturns() {
    FakeProvider before = provider("mapped");
    add(before, "1.0.0");
    add(provider("memory"), "1.0.0");
    fill(7);
    keeper.remove(before);
    assertEquals("mapped", inUse());
    assertEquals(MISSING, detail());
    fiveSecondsLater();
    assertEquals(
        1, recorded.count("warn " + MISSING + "; the node goes on with table mapped 1.0.0"));

    FakeProvider after = provider("mapped");
    add(after, "1.0.1");
    assertEquals(1, after.opened());
    assertEquals(7, core.table().connections());
    assertEquals("", detail());
  }

  @Test
  void shouldSayNothingOfAShortGap() {
    FakeProvider before = provider("mapped");
    add(before, "1.0.0");
    keeper.remove(before);
    FakeProvider between = provider("mapped");
    add(between, "1.0.1");
    keeper.remove(between);
    List<Runnable> ofTheFirstGap = List.copyOf(later.subList(0, 1));
    ofTheFirstGap.forEach(Runnable::run);
    assertEquals(0, recorded.count("warn"));
  }

  @Test
  void shouldTryEveryOtherProviderUntilOneCanMakeATable() {
    add(provider("plain"), "1.0.0");
    add(fragile("newer", new String[] {"no room"}), "2.0.0");
    add(fragile("mapped", new String[] {"no file"}), "1.0.0");
    assertEquals("plain", inUse());
    assertEquals(1, recorded.count("warn table newer 2.0.0 cannot be used: no room"));
  }

  @Test
  void shouldTakeAnotherTableWhenTheConfiguredOneFailsAtTheStart() {
    String[] why = {"cannot lock /x/table: another process uses it; end that one"};
    add(provider("memory"), "1.0.0");
    FakeProvider mapped = fragile("mapped", why);
    add(mapped, "1.0.0");

    String reason = "table mapped 1.0.0 cannot be used: " + why[0];
    assertEquals("memory", inUse());
    assertEquals(reason, detail());
    assertEquals(1, recorded.count("warn " + reason + "; meanwhile it is memory 1.0.0"));
    assertEquals(0, recorded.count("fault"));
    fill(7);

    add(provider("other"), "1.0.0");
    assertEquals(1, mapped.restored(), "it is not asked again by itself");
    assertEquals(reason, detail());
    why[0] = null;
    keeper.choose("mapped");
    assertEquals("mapped", inUse());
    assertEquals(7, core.table().connections());
    assertEquals("", detail());
    assertEquals(1, core.table().swaps().count());
  }

  @Test
  void shouldTakeAnotherTableAsSoonAsOneComes() {
    add(FakeProvider.failing("mapped", "disk full"), "1.0.0");
    assertEquals(1, recorded.count("disk full; connections are not kept"));
    add(provider("memory"), "1.0.0");
    assertEquals("memory", inUse());
    assertEquals("table mapped 1.0.0 cannot be used: disk full", detail());
    assertEquals(1, recorded.count("warn"), "it was said before");

    FakeProvider again = provider("mapped");
    add(again, "1.0.1");
    assertEquals("mapped", inUse());
    assertEquals("", detail());
  }

  @Test
  void shouldTakeAnotherTableWhenTheConfiguredOneIsNotThereForLong() {
    keeper.start();
    add(provider("memory"), "1.0.0");
    fiveSecondsLater();
    assertEquals("memory", inUse());
    assertEquals(MISSING, detail());
    assertEquals(1, recorded.count("warn " + MISSING + "; meanwhile it is memory 1.0.0"));
  }

  @Test
  void shouldStayWhenAnUnknownTableIsChosen() {
    add(provider("mapped"), "1.0.0");
    keeper.choose("mapd");
    assertEquals("mapped", inUse());
    assertTrue(detail().startsWith("no table provider named mapd: start"));
    keeper.choose("mapped");
    assertEquals("", detail());
    assertEquals(0, core.table().swaps().count());
  }

  @Test
  void shouldStayWhenTheChosenTableFails() {
    add(provider("mapped"), "1.0.0");
    fill(7);
    add(FakeProvider.failing("memory", "no memory"), "1.0.0");
    keeper.choose("memory");
    assertEquals("mapped", inUse());
    assertEquals(7, core.table().connections());
    assertEquals("table memory 1.0.0 cannot be used: no memory", detail());
    assertEquals(1, recorded.count("no memory; the node goes on with table mapped 1.0.0"));
    keeper.choose("mapped");
    assertEquals("", detail());
  }

  @Test
  void shouldNumberItsAnswersToWhoAsksForATable() {
    keeper.start();
    assertEquals(1, core.table().attempts());
    FakeProvider failing = FakeProvider.failing("mapped", "disk full");
    add(failing, "1.0.0");
    add(provider("memory"), "1.0.0");
    String reason = detail();
    assertEquals(1, core.table().attempts(), "nobody asked");

    keeper.choose("mapped");
    assertEquals(2, core.table().attempts());
    assertEquals(reason, detail());
    keeper.choose("memory");
    assertEquals(3, core.table().attempts());
    assertEquals("", detail());
  }

  @Test
  void shouldKeepATableInUseWhoseProviderCannotBeHandedOn() {
    TableKeeper other =
        new TableKeeper(
            core,
            "mapped",
            recorded.log,
            later::add,
            provider -> {
              throw new IllegalStateException("its bundle has gone");
            });
    other.add(provider("mapped"), Map.of("service.id", 1L), "1.0.0");
    assertEquals("mapped", inUse());
    assertEquals("", detail());
    assertEquals(1, recorded.count("warn table mapped 1.0.0 is in use, but"));
    assertEquals(1, recorded.count("info table mapped 1.0.0 with room for 100 connections"));
  }

  @Test
  void shouldTellAFaultOfAProviderWithItsTrace() {
    add(provider("mapped"), "1.0.0");
    add(
        new FakeProvider(
            "mapped",
            () -> {
              throw new IllegalArgumentException("a fault");
            }),
        "2.0.0");
    assertEquals("mapped", inUse());
    assertEquals(1, recorded.count("fault table mapped 2.0.0 failed"));
  }

  @Test
  void shouldSayHowManyDidNotFit() {
    add(provider("mapped"), "1.0.0");
    // The fake's handle is the client port: 4 finds room in a table of 5, 7 does not.
    connection(4);
    connection(7);
    add(new FakeProvider("mapped", () -> new FakeTable(5)), "2.0.0");
    assertEquals(1, recorded.count("warn 1 connections did not fit into table mapped 2.0.0 of 5"));
    assertEquals(1, core.table().refused());
  }

  @Test
  void shouldGoOnWithWhatItHasWhenTheNewTableIsTooSmall() {
    add(provider("mapped"), "1.0.0");
    fill(2);
    add(new FakeProvider("mapped", () -> new FakeTable(1)), "2.0.0");
    String reason =
        "table mapped 2.0.0 cannot be used: it has room for 1 connections, and 2 are there;"
            + " raise maxConnections";
    assertEquals(reason, detail());
    assertEquals(
        1, recorded.count("warn " + reason + "; the node goes on with table mapped 1.0.0"));
    assertEquals(2, core.table().connections());
  }

  @Test
  void shouldIgnoreAProviderThatCannotSayItsName() {
    add(new FakeProvider(null, () -> new FakeTable(100)), "1.0.0");
    keeper.start();
    fiveSecondsLater();
    assertEquals("", inUse());
    assertEquals(1, recorded.count("warn a table provider of bundle version 1.0.0 is no good"));
    assertEquals(1, recorded.count(MISSING + "; connections are not kept"));
  }

  @Test
  void shouldExchangeNothingOnceStopped() {
    keeper.stop();
    add(provider("mapped"), "1.0.0");
    assertEquals("", inUse());
  }
}

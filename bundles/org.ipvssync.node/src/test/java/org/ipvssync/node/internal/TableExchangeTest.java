package org.ipvssync.node.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.fake.Allocations;
import org.ipvssync.api.fake.Await;
import org.ipvssync.api.fake.RecordedLog;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.OutboundLink;
import org.ipvssync.api.node.SwapStats;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A table takes over from another: entries, marks, what comes meanwhile, and what may fail. */
class TableExchangeTest {
  private final AtomicLong nanos = new AtomicLong();
  private final RecordedLog recorded = new RecordedLog();
  private final SyncNodeCore node = new SyncNodeCore(nanos::get, 1024, recorded.log);
  private final LinkCounters counters = new LinkCounters();
  private final FakeTable first = new FakeTable(1000);
  private final FakeTable second = new FakeTable(1000, true);
  private final ConnBatch taken = new ConnBatch();
  private final InboundLink in = node.openInbound("kernel");
  private final OutboundLink out = node.openOutbound("eth0", "group");

  @BeforeEach
  void giveTheNodeATable() {
    use("first", first);
  }

  private int use(String name, FakeTable table) {
    return node.useTable(FakeTable.provider(name, table), name + " 1.0.0");
  }

  private void apply(int cport, int dport, int flags) {
    apply(MergeRule.KERNEL_SYNC, cport, dport, flags);
  }

  private void apply(MergeRule rule, int cport, int dport, int flags) {
    ConnBatch batch = new ConnBatch(2);
    FakeTable.record(batch, cport, dport, flags);
    FakeTable.record(batch, cport, 1, flags);
    batch.skip(1);
    in.apply(batch, rule, ConnTimeouts.KERNEL_DEFAULTS, counters);
  }

  private int take() {
    taken.clear();
    out.take(taken, counters);
    return taken.size();
  }

  private ConnBatch walk() {
    ConnBatch all = new ConnBatch(1000);
    node.walk(0, all);
    return all;
  }

  @Test
  void shouldRefuseATableThatIsTooSmallUnlessEnoughIsOver() {
    for (int cport = 1; cport <= 7; cport++) {
      apply(cport, 8080, 0);
    }
    FakeTable small = new FakeTable(5);
    String refusal =
        assertThrows(IllegalStateException.class, () -> use("small", small)).getMessage();
    assertEquals("it has room for 5 connections, and 7 are there; raise maxConnections", refusal);
    assertTrue(small.isDiscarded());
    assertEquals("first", node.table().provider());
    assertEquals(7, node.table().connections());

    nanos.addAndGet(101_000_000_000L);
    apply(1, 8080, 0);
    use("small", new FakeTable(5));
    assertEquals(1, node.table().connections());
  }

  @Test
  void shouldCarryWhatWaitsAndWhatIsHeldToOtherHandles() {
    apply(1, 80, 0);
    apply(2, 80, 0);
    assertEquals(2, take());
    out.hold(taken, 0);
    out.restore(taken, 1, 2);
    nanos.addAndGet(7_000_000);

    use("second", second);

    assertEquals(1, out.held());
    assertEquals(1, out.pending());
    assertEquals(0, out.oldestNanos(), "it waits as long as it has waited");
    assertEquals(1, take());
    assertEquals(2, taken.cport(0));
    out.releaseHeld();
    assertEquals(1, take());
    assertEquals(1, taken.cport(0));
    assertTrue(first.isDiscarded());
  }

  @Test
  void shouldFindWhatIsUnderWayAfterTwoExchangesWithoutALookup() {
    apply(1, 80, 0);
    apply(2, 80, 0);
    apply(3, 80, 0);
    take();
    use("second", second);
    use("third", new FakeTable(3));

    out.restore(taken, 0, 1);
    out.hold(taken, 1);
    out.restore(taken, 2, 3);
    assertEquals(1, out.pending(), "the third did not fit");
    assertEquals(1, out.held());
    assertEquals(1, node.table().refused());
    assertEquals(1, take());
    assertEquals(1, taken.cport(0));
  }

  @Test
  void shouldSendALeadWhenAMovedConnectionWasNotSentWhileItWasActive() {
    apply(1, 80, 0);
    take();
    apply(1, 81, 0);
    assertEquals(1, take());
    out.restore(taken, 0, 1);
    use("second", second);
    apply(1, 81, ConnFlags.INACTIVE);

    assertEquals(2, take());
    assertEquals(0, taken.flags(0) & ConnFlags.INACTIVE);
  }

  @Test
  void shouldKeepTheMarkOfACopyAndPushItOnlyWhenAsked() {
    apply(MergeRule.INSERT_IF_ABSENT, 1, 80, 0);
    apply(2, 80, 0);
    use("second", second);

    assertTrue(walk().isCopy(1));
    assertFalse(walk().isCopy(0));
    taken.clear();
    assertTrue(out.copies(taken, false));
    assertEquals(1, taken.size());
    assertEquals(2, taken.cport(0), "nothing live has confirmed the other");
    taken.clear();
    assertTrue(out.copies(taken, true));
    assertEquals(2, taken.size());

    apply(1, 80, 0);
    taken.clear();
    out.copies(taken, false);
    assertEquals(2, taken.size(), "now it is confirmed");
  }

  @Test
  void shouldApplyWhatComesMeanwhileInOrderBeforeAnyoneElseLooks() {
    apply(1, 80, 0);
    take();
    second.whenAdopting(
        () -> {
          apply(1, 81, 0);
          apply(1, 82, 0);
          apply(2000, 80, 0);
          assertEquals(0, counters.get(LinkCounter.TABLE_FULL), "waits");
        });
    nanos.addAndGet(5_000_000);
    use("second", second);

    assertEquals(82, walk().dport(0));
    assertEquals(1, counters.get(LinkCounter.TABLE_FULL));
    assertEquals(1, node.table().refused());
    assertEquals(1, take(), "its change is marked in the new table");
    SwapStats swaps = node.table().swaps();
    assertEquals(1, swaps.count(), "the first table was no swap");
    assertEquals(3, swaps.last().waited());
    assertEquals("first 1.0.0", swaps.last().from());
    assertEquals("second 1.0.0", swaps.last().to());
    assertEquals(1, recorded.count("table first 1.0.0 -> second 1.0.0"));
  }

  @Test
  void shouldStayAsItWasWhenTheNewTableFails() {
    apply(1, 80, 0);
    apply(2, 80, 0);
    take();
    out.hold(taken, 0);
    out.restore(taken, 1, 2);
    FakeTable bad =
        second
            .whenAdopting(() -> apply(3, 80, 0))
            .whenPublished(
                () -> {
                  throw new IllegalStateException("no space");
                });
    assertThrows(IllegalStateException.class, () -> use("second", bad));

    assertTrue(bad.isDiscarded());
    assertFalse(first.isClosed());
    assertEquals("first", node.table().provider());
    assertEquals(SwapStats.NONE, node.table().swaps());
    assertEquals(1, out.held());
    assertEquals(2, out.pending(), "what waited, and what came meanwhile");
    assertEquals(2, take());
    assertEquals(3, walk().size());
    out.restore(taken, 0, 2);
    assertEquals(2, out.pending(), "handles mean the same");
  }

  @Test
  void shouldStayAsItWasWhenEntriesCannotBeAdopted() {
    apply(1, 80, 0);
    FakeTable bad =
        second.whenAdopting(
            () -> {
              throw new IndexOutOfBoundsException("a fault");
            });
    assertThrows(IndexOutOfBoundsException.class, () -> use("second", bad));
    assertTrue(bad.isDiscarded());
    assertEquals(1, take());
    apply(1, 81, 0);
    assertEquals(1, take(), "nobody waits for ever");
  }

  @Test
  void shouldRestoreTheFirstTableAndOpenTheOthers() {
    SyncNodeCore bare = new SyncNodeCore(nanos::get, 1024);
    FakeTable outlived = new FakeTable(10);
    FakeProvider provider = new FakeProvider("mapped", () -> outlived);
    bare.useTable(provider);
    assertEquals(1, provider.restored());
    assertEquals(0, provider.opened());

    FakeProvider other = new FakeProvider("memory", () -> new FakeTable(10));
    bare.useTable(other);
    assertEquals(0, other.restored());
    assertEquals(1, other.opened());
    assertTrue(outlived.isDiscarded());
  }

  @Test
  void shouldKeepTheContentWhenItCloses() {
    node.close();
    assertTrue(first.isClosed());
    assertFalse(first.isDiscarded());
    apply(1, 80, 0);
    assertEquals(1, counters.get(LinkCounter.NO_TABLE));
  }

  @Test
  void shouldKeepWhatOutlivedTheProcessWhenTheFirstTableFails() {
    SyncNodeCore bare = new SyncNodeCore(nanos::get, 1024);
    InboundLink way = bare.openInbound("");
    FakeTable bad =
        new FakeTable(10)
            .whenPublished(
                () -> {
                  throw new IllegalStateException("no space");
                });
    assertThrows(
        IllegalStateException.class, () -> bare.useTable(FakeTable.provider("mapped", bad)));
    assertTrue(bad.isClosed());
    assertFalse(bad.isDiscarded());

    ConnBatch batch = new ConnBatch(1);
    FakeTable.record(batch, 1, 80, 0);
    FakeProvider failing =
        new FakeProvider(
            "mapped",
            () -> {
              way.apply(batch, MergeRule.KERNEL_SYNC, ConnTimeouts.KERNEL_DEFAULTS, counters);
              throw new IllegalStateException("locked");
            });
    assertThrows(IllegalStateException.class, () -> bare.useTable(failing));
    assertEquals(1, counters.get(LinkCounter.NO_TABLE), "it waited in vain");
  }

  @Test
  void shouldLetWhatComesWhileATableIsRestoredWaitForIt() {
    SyncNodeCore bare = new SyncNodeCore(nanos::get, 1024);
    InboundLink way = bare.openInbound("");
    ConnBatch batch = new ConnBatch(1);
    FakeTable.record(batch, 1, 80, 0);
    bare.useTable(
        new FakeProvider(
            "mapped",
            () -> {
              way.apply(batch, MergeRule.KERNEL_SYNC, ConnTimeouts.KERNEL_DEFAULTS, counters);
              return new FakeTable(10);
            }));
    assertEquals(1, bare.table().connections());
    assertEquals(0, counters.get(LinkCounter.NO_TABLE));
  }

  @Test
  void shouldGiveUpABatchThatCannotBeAppliedAndNoOther() {
    ConnBatch bad = new ConnBatch(1);
    FakeTable.record(bad, 5, 80, 0);
    second.whenAdopting(
        () -> {
          in.apply(bad, null, ConnTimeouts.KERNEL_DEFAULTS, counters);
          apply(6, 80, 0);
        });
    apply(1, 80, 0);
    use("second", second);
    assertEquals(1, counters.get(LinkCounter.INTERNAL_FAULT));
    assertEquals(1, recorded.count("fault a batch that waited"));
    assertEquals(6, walk().cport(0));
  }

  @Test
  @Timeout(60)
  void shouldMakeALinkWaitWhenTheBacklogIsFullAndKeepItsOrder() throws InterruptedException {
    apply(1, 80, 0);
    int batches = Backlog.CAPACITY / ConnBatch.MAX_MESSAGE_RECORDS + 3;
    Thread link = new Thread(() -> applyMany(batches));
    second.whenAdopting(
        () -> {
          link.start();
          Await.until(() -> link.getState() == Thread.State.WAITING);
        });
    use("second", second);
    link.join();

    int waited = (int) node.table().swaps().last().waited();
    assertTrue(waited > Backlog.CAPACITY - ConnBatch.MAX_MESSAGE_RECORDS, "waited " + waited);
    assertTrue(waited <= Backlog.CAPACITY, "waited " + waited);
    ConnBatch all = walk();
    assertEquals(ConnBatch.MAX_MESSAGE_RECORDS, all.size());
    for (int i = 0; i < all.size(); i++) {
      assertEquals(batches, all.dport(i), "the last word of port " + all.cport(i));
    }
  }

  private void applyMany(int batches) {
    ConnBatch batch = new ConnBatch();
    for (int n = 1; n <= batches; n++) {
      batch.clear();
      for (int cport = 1; cport <= ConnBatch.MAX_MESSAGE_RECORDS; cport++) {
        FakeTable.record(batch, cport, n, 0);
      }
      in.apply(batch, MergeRule.KERNEL_SYNC, ConnTimeouts.KERNEL_DEFAULTS, counters);
    }
  }

  @Test
  void shouldAllocateNothingToApplyWhileNothingIsExchanged() {
    ConnBatch batch = new ConnBatch(4);
    FakeTable.record(batch, 1, 80, 0);
    double bytes =
        Allocations.bytesPerRound(
            () -> in.apply(batch, MergeRule.KERNEL_SYNC, ConnTimeouts.KERNEL_DEFAULTS, counters));
    assertTrue(bytes < 1, bytes + " bytes a batch");
  }

  @Test
  void shouldHaveNoPassOfCopiesOverNothing() {
    node.close();
    assertFalse(out.copies(taken, true));
    assertEquals(0, taken.size());
  }
}

package org.ipvssync.node.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.node.DelayStats;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.OutboundLink;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SyncNodeCoreTest {
  private static final int INACTIVE = ConnFlags.INACTIVE;

  private final AtomicLong nanos = new AtomicLong();
  private final SyncNodeCore node = new SyncNodeCore(nanos::get, 1024);
  private final LinkCounters counters = new LinkCounters();
  private final FakeTable table = new FakeTable(1000);
  private final ConnBatch batch = new ConnBatch();
  private final ConnBatch taken = new ConnBatch();

  @BeforeEach
  void giveTheNodeATable() {
    node.useTable(FakeTable.provider("fake", table));
  }

  private static ConnBatch batchOf(int... cports) {
    ConnBatch keys = new ConnBatch();
    for (int cport : cports) {
      FakeTable.record(keys, cport, 8080, 0);
    }
    return keys;
  }

  private void apply(InboundLink link, int cport, int dport, int flags) {
    batch.clear();
    FakeTable.record(batch, cport, dport, flags);
    link.apply(batch, MergeRule.KERNEL_SYNC, ConnTimeouts.KERNEL_DEFAULTS, counters);
  }

  private ConnBatch take(OutboundLink link) {
    taken.clear();
    link.take(taken, counters);
    return taken;
  }

  @Test
  void shouldCarryAChangeFromAWayInToAWayOut() {
    OutboundLink out = node.openOutbound("a", "group");
    apply(node.openInbound("kernel"), 5, 8080, 0);

    assertEquals(1, out.pending());
    assertEquals(1, take(out).size());
    assertEquals(5, taken.cport(0));
    assertFalse(taken.isSkipped(0));
    assertEquals(0, out.pending());
    assertEquals(0, take(out).size());
  }

  @Test
  void shouldSendNothingBackToWhereItCameFrom() {
    OutboundLink out = node.openOutbound("a", "group");
    InboundLink group = node.openInbound("group");
    apply(group, 5, 8080, 0);
    assertEquals(0, out.pending());

    apply(node.openInbound("kernel"), 6, 8080, 0);
    apply(group, 6, 8080, 0);
    assertEquals(1, take(out).size());
    assertTrue(taken.isSkipped(0), "its latest update came from the link's own horizon");

    taken.clear();
    out.copies(taken, false);
    assertEquals(0, taken.size());
  }

  @Test
  void shouldSendWhatTheEntryHoldsWhenItIsTaken() {
    OutboundLink out = node.openOutbound("a", "group");
    InboundLink in = node.openInbound("");
    apply(in, 5, 8080, 0);
    apply(in, 5, 8080, INACTIVE);

    assertEquals(1, take(out).size());
    assertEquals(4, taken.state(0));
    assertEquals(1, counters.get(LinkCounter.COALESCED));
  }

  @Test
  void shouldSendAnActiveRecordAheadWhenAMovedConnectionIsInactiveAlready() {
    OutboundLink out = node.openOutbound("a", "group");
    InboundLink in = node.openInbound("");
    apply(in, 5, 8080, 0);
    take(out);
    apply(in, 5, 9090, 0);
    apply(in, 5, 9090, INACTIVE);

    assertEquals(2, take(out).size());
    assertEquals(9090, taken.dport(0));
    assertEquals(0, taken.flags(0) & INACTIVE);
    assertEquals(1, taken.state(0));
    assertEquals(INACTIVE, taken.flags(1) & INACTIVE);
    assertEquals(4, taken.state(1));
    assertEquals(1, counters.get(LinkCounter.LEADS));

    out.restore(taken, 0, 2);
    assertEquals(2, take(out).size(), "what was not sent goes with its lead again");
    out.restore(taken, 1, 2);
    assertEquals(1, take(out).size(), "a lead that went out is not sent again");
  }

  @Test
  void shouldNotSendALeadWhenTheMovedConnectionIsActive() {
    OutboundLink out = node.openOutbound("a", "group");
    InboundLink in = node.openInbound("");
    apply(in, 5, 8080, 0);
    apply(in, 5, 9090, 0);
    assertEquals(1, take(out).size());
  }

  @Test
  void shouldTakeNoMoreThanFitsAndSayThatThereIsMore() {
    OutboundLink out = node.openOutbound("a", "group");
    InboundLink in = node.openInbound("");
    for (int cport = 0; cport < 600; cport++) {
      apply(in, cport, 8080, 0);
    }
    int sum = 0;
    int calls = 0;
    boolean more = true;
    while (more) {
      taken.clear();
      more = out.take(taken, counters);
      sum += taken.size();
      calls++;
    }
    assertEquals(600, sum);
    assertTrue(calls >= 3);
  }

  @Test
  void shouldFillWhatItIsGiven() {
    OutboundLink out = node.openOutbound("a", "group");
    InboundLink in = node.openInbound("");
    for (int cport = 0; cport < 900; cport++) {
      apply(in, cport, 8080, 0);
    }
    ConnBatch large = new ConnBatch(801);
    assertTrue(out.take(large, counters));
    assertEquals(800, large.size());
    large.clear();
    assertFalse(out.take(large, counters));
    assertEquals(100, large.size());
  }

  @Test
  void shouldPassOverEntriesThatAreGone() {
    OutboundLink out = node.openOutbound("a", "group");
    apply(node.openInbound(""), 5, 8080, 0);
    nanos.addAndGet(101_000_000_000L);
    node.expire();
    assertEquals(0, take(out).size());
    assertEquals(0, out.pending());
  }

  @Test
  void shouldLimitTheLifeOfCopiesToWhatRemains() {
    OutboundLink out = node.openOutbound("a", "group");
    InboundLink in = node.openInbound("");
    apply(in, 5, 8080, 0);
    apply(in, 6, 8080, ConnFlags.TEMPLATE | INACTIVE);
    nanos.addAndGet(40_500_000_000L);

    taken.clear();
    assertTrue(out.copies(taken, false), "a small table is one piece");
    assertEquals(2, taken.size());
    assertEquals(59, taken.timeoutS(0), "rounded down");
    assertEquals(59, taken.remainingS(0));
    assertEquals(100, taken.timeoutS(1), "a template keeps its service's timeout");
    assertEquals(59, taken.remainingS(1));

    nanos.addAndGet(59_000_000_000L);
    taken.clear();
    out.copies(taken, false);
    assertEquals(0, taken.size(), "less than a second left: 0 would mean the default");
  }

  @Test
  void shouldLimitTheLifeOfAChangeThatIsACopyToWhatRemains() {
    OutboundLink out = node.openOutbound("a", "kernel");
    InboundLink in = node.openInbound("group");
    ConnBatch copies = new ConnBatch();
    FakeTable.record(copies, 5, 8080, 0);
    copies.setRemainingS(0, 41);
    in.apply(copies, MergeRule.INSERT_IF_ABSENT, ConnTimeouts.KERNEL_DEFAULTS, counters);
    assertEquals(1, take(out).size());
    assertEquals(41, taken.timeoutS(0));
    assertEquals(41, taken.remainingS(0));
    apply(in, 5, 8080, 0);
    assertEquals(1, take(out).size());
    assertEquals(100, taken.timeoutS(0), "something live has confirmed it");
    assertEquals(0, taken.remainingS(0));
  }

  @Test
  void shouldKeepWhatTheOwnKernelKeepsAliveFromAPeersCopy() {
    InboundLink own = node.openInbound("kernel");
    InboundLink peer = node.openInbound("group");
    apply(peer, 5, 8080, 0);
    apply(peer, 6, 8080, 0);
    batch.clear();
    FakeTable.record(batch, 5, 8080, 0);
    own.apply(batch, MergeRule.AUTHORITATIVE, ConnTimeouts.KERNEL_DEFAULTS, counters);
    ConnBatch copies = new ConnBatch();
    FakeTable.record(copies, 5, 9090, 0);
    FakeTable.record(copies, 6, 9090, 0);
    copies.setCopy(0, true);
    copies.setCopy(1, true);
    peer.apply(copies, MergeRule.KERNEL_SYNC, ConnTimeouts.KERNEL_DEFAULTS, counters);
    assertEquals(1, counters.get(LinkCounter.KEPT));
    ConnBatch found = new ConnBatch();
    node.find(batchOf(5, 6), found);
    assertEquals(8080, found.dport(0));
    assertEquals(9090, found.dport(1));

    apply(peer, 5, 9090, 0);
    found.clear();
    node.find(batchOf(5), found);
    assertEquals(9090, found.dport(0), "a change is no copy");
  }

  @Test
  void shouldSendAgainWhatWasLostThere() {
    OutboundLink out = node.openOutbound("a", "kernel");
    InboundLink in = node.openInbound("group");
    apply(in, 5, 8080, 0);
    apply(node.openInbound("kernel"), 6, 8080, 0);
    assertEquals(1, take(out).size());
    ConnBatch keys = new ConnBatch();
    FakeTable.record(keys, 5, 8080, 0);
    FakeTable.record(keys, 6, 8080, 0);
    FakeTable.record(keys, 7, 8080, 0);
    keys.skip(keys.addCopy(keys, 0));
    assertEquals(2, node.again("a", keys));
    assertEquals(1, out.pending(), "not what came from there");
    assertEquals(1, take(out).size());
    assertEquals(5, taken.cport(0));
    assertEquals(0, node.again("b", keys));
    nanos.addAndGet(40_500_000_000L);
    assertEquals(2, node.again("a", keys));
    assertEquals(1, take(out).size());
    assertEquals(59, taken.timeoutS(0), "no life is lengthened by that");
    assertEquals(0, taken.remainingS(0), "it is no copy");
  }

  @Test
  void shouldSendALeadAgainForWhatIsKnownThereWithAnotherRealServer() {
    OutboundLink out = node.openOutbound("a", "kernel");
    apply(node.openInbound("group"), 5, 8080, ConnFlags.INACTIVE);
    assertEquals(1, take(out).size());
    ConnBatch keys = new ConnBatch();
    FakeTable.record(keys, 5, 8080, 0);
    node.again("a", keys);
    assertEquals(1, take(out).size());
    keys.setMoved(0, true);

    node.again("a", keys);

    assertEquals(2, take(out).size());
    assertEquals(0, taken.flags(0) & ConnFlags.INACTIVE);
    assertEquals(ConnFlags.INACTIVE, taken.flags(1) & ConnFlags.INACTIVE);
  }

  @Test
  void shouldFindForEachKeyItsEntryOrNothing() {
    apply(node.openInbound("group"), 5, 8080, 0);
    ConnBatch keys = new ConnBatch();
    FakeTable.record(keys, 7, 8080, 0);
    FakeTable.record(keys, 5, 9090, 0);
    keys.skip(keys.addCopy(keys, 1));
    ConnBatch found = new ConnBatch();
    node.find(keys, found);
    assertEquals(3, found.size());
    assertTrue(found.isSkipped(0));
    assertEquals(8080, found.dport(1));
    assertEquals(100_000, found.expiresMs(1));
    assertTrue(found.isSkipped(2));
  }

  @Test
  void shouldSendALeadWithTheCopyOfAConnectionThatMoved() {
    OutboundLink out = node.openOutbound("a", "group");
    InboundLink in = node.openInbound("");
    apply(in, 5, 8080, 0);
    apply(in, 5, 9090, 0);
    apply(in, 5, 9090, INACTIVE);
    apply(in, 6, 8080, INACTIVE);
    take(out);

    taken.clear();
    out.copies(taken, false);
    assertEquals(3, taken.size());
    assertEquals(0, taken.flags(0) & INACTIVE);
    assertEquals(5, taken.cport(1));
    assertEquals(INACTIVE, taken.flags(1) & INACTIVE);
    assertEquals(6, taken.cport(2));
  }

  @Test
  void shouldWalkTheWholeTableInPiecesOfCopies() {
    OutboundLink out = node.openOutbound("a", "group");
    InboundLink in = node.openInbound("");
    for (int cport = 0; cport < 700; cport++) {
      apply(in, cport, 8080, 0);
    }
    int sum = 0;
    boolean last = false;
    while (!last) {
      taken.clear();
      last = out.copies(taken, false);
      sum += taken.size();
    }
    assertEquals(700, sum);
  }

  @Test
  void shouldMoveTheContentToAnotherTable() {
    InboundLink in = node.openInbound("kernel");
    OutboundLink out = node.openOutbound("a", "kernel");
    apply(in, 5, 8080, 0);
    apply(node.openInbound(""), 6, 8080, INACTIVE);
    nanos.addAndGet(40_000_000_000L);

    FakeTable next = new FakeTable(500);
    assertEquals(0, node.useTable(FakeTable.provider("next", next)));

    assertTrue(table.isClosed());
    assertEquals("next", node.table().provider());
    assertEquals(2, node.table().connections());
    taken.clear();
    node.walk(0, taken);
    assertEquals(60_000, taken.expiresMs(0));
    assertEquals(100, taken.timeoutS(0));
    taken.clear();
    out.copies(taken, false);
    assertEquals(1, taken.size());
    assertEquals(6, taken.cport(0), "the other one's horizon moved along");
    apply(node.openInbound(""), 7, 8080, 0);
    assertEquals(2, take(out).size(), "what waited before, and the change in the new table");
  }

  @Test
  void shouldLoseNothingThatWaitsWhenTheTableIsExchanged() {
    OutboundLink out = node.openOutbound("a", "group");
    InboundLink in = node.openInbound("");
    for (int cport = 1; cport <= 4; cport++) {
      apply(in, cport, 8080, 0);
    }
    take(out);
    out.hold(taken, 1);
    apply(in, 1, 9090, INACTIVE);
    apply(in, 3, 8080, INACTIVE);
    apply(in, 900, 8080, 0);

    assertEquals(1, node.useTable(FakeTable.provider("next", new FakeTable(500))));
    assertEquals(1, node.table().refused(), "what does not fit is counted");
    assertEquals(1, out.held());
    assertEquals(2, out.pending());
    out.restore(taken, 3, 4);
    assertEquals(3, out.pending(), "what was under way is found in the new table");

    List<Integer> cports = new ArrayList<>();
    take(out);
    for (int i = 0; i < taken.size(); i++) {
      cports.add(taken.cport(i));
    }
    Collections.sort(cports);
    assertEquals(List.of(1, 1, 3, 4), cports, "the moved one goes with its lead");
    out.releaseHeld();
    assertEquals(1, take(out).size());
    assertEquals(2, taken.cport(0));
  }

  @Test
  void shouldCountWhatIsRefusedAndWhatComesWithoutATable() {
    apply(node.openInbound(""), 2000, 8080, 0);
    assertEquals(1, node.table().refused());

    SyncNodeCore bare = new SyncNodeCore(nanos::get, 1024);
    apply(bare.openInbound(""), 5, 8080, 0);
    assertEquals(1, counters.get(LinkCounter.NO_TABLE));
    assertEquals(-1, bare.walk(0, taken));
    assertEquals("", bare.table().provider());
    OutboundLink out = bare.openOutbound("a", "group");
    assertFalse(out.take(taken, counters));
    assertFalse(out.copies(taken, false), "no pass over nothing");
  }

  @Test
  void shouldSayForHowLongNobodyHadAWayIn() {
    InboundLink first = node.openInbound("group");
    InboundLink second = node.openInbound("group");
    assertEquals(0, first.absentMs(), "there was never one before");
    first.close();
    first.close();
    nanos.addAndGet(5_000_000_000L);
    assertEquals(0, node.openInbound("elsewhere").absentMs());
    node.openInbound("group").close();
    second.close();
    nanos.addAndGet(7_000_000_000L);
    assertEquals(7_000, node.openInbound("group").absentMs());
    assertEquals(0, node.openInbound("group").absentMs());
  }

  @Test
  void shouldRefuseASecondWayOutOfTheSameNameUntilTheFirstCloses() {
    OutboundLink out = node.openOutbound("a", "group");
    assertThrows(IllegalArgumentException.class, () -> node.openOutbound("a", "other"));
    out.close();
    node.openOutbound("a", "other").close();
  }

  @Test
  void shouldReportDelaysAsPercentiles() {
    InboundLink in = node.openInbound("");
    assertEquals(DelayStats.NONE, in.delays().stats());
    in.delays().recordNanos(1_000_000, 99);
    in.delays().recordNanos(-5);
    DelayStats stats = in.delays().stats();
    assertEquals(100, stats.count());
    assertEquals(1000, stats.p50(), 10);
    assertEquals(1000, stats.p99(), 10);
  }
}

package org.ipvssync.node.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.fake.RecordedLog;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.OutboundLink;
import org.ipvssync.api.node.ParkedWay;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A way out that is left for a successor goes on marking. */
class ParkedWaysTest {
  private final AtomicLong nanos = new AtomicLong();
  private final RecordedLog recorded = new RecordedLog();
  private final SyncNodeCore node = new SyncNodeCore(nanos::get, 1024, recorded.log);
  private final LinkCounters counters = new LinkCounters();
  private final ConnBatch taken = new ConnBatch();
  private final InboundLink in = node.openInbound("kernel");

  @BeforeEach
  void giveTheNodeATable() {
    node.useTable(FakeTable.provider("first", new FakeTable(100)));
  }

  private void apply(InboundLink link, int cport) {
    ConnBatch batch = new ConnBatch(1);
    FakeTable.record(batch, cport, 80, 0);
    link.apply(batch, MergeRule.KERNEL_SYNC, ConnTimeouts.KERNEL_DEFAULTS, counters);
  }

  private int take(OutboundLink link) {
    taken.clear();
    link.take(taken, counters);
    return taken.size();
  }

  @Test
  void shouldGoOnWithWhatWaitedAndWhatChangedMeanwhile() {
    OutboundLink out = node.openOutbound("eth0", "group");
    apply(in, 1);
    apply(in, 2);
    apply(in, 3);
    take(out);
    out.hold(taken, 0);
    out.restore(taken, 1, 2);
    out.park();
    apply(in, 4);
    nanos.addAndGet(9_000_000);
    node.useTable(FakeTable.provider("second", new FakeTable(100, true)));
    apply(in, 5);
    assertEquals(List.of(new ParkedWay("eth0", 3, 1)), node.parked());

    OutboundLink next = node.openOutbound("eth0", "group");
    assertEquals(List.of(), node.parked());
    assertEquals(3, next.pending());
    assertEquals(1, next.held());
    assertEquals(0, next.oldestNanos());
    assertEquals(3, take(next));
    assertEquals(5, counters.get(LinkCounter.CHANGES), "its successor counts them");
    next.releaseHeld();
    assertEquals(1, take(next));
    assertEquals(1, taken.cport(0));
    assertEquals(1, recorded.count("outbound link eth0 is parked with 1 changes waiting, 1 held"));
    assertEquals(1, recorded.count("outbound link eth0 goes on with 3 changes waiting, 1 held"));
  }

  @Test
  void shouldKeepFromTheNewHorizonWhatCameFromThere() {
    OutboundLink out = node.openOutbound("eth0", "group");
    apply(in, 1);
    apply(node.openInbound("other"), 2);
    out.park();

    OutboundLink next = node.openOutbound("eth0", "other");
    apply(node.openInbound("group"), 3);
    apply(node.openInbound("other"), 4);
    assertEquals(3, next.pending());
    assertEquals(3, take(next));
    int sent = 0;
    for (int i = 0; i < taken.size(); i++) {
      sent += taken.isSkipped(i) ? 0 : 1;
    }
    assertEquals(2, sent, "the second came from the new horizon");
  }

  @Test
  void shouldForgetWhatWaitsWhenItIsClosed() {
    OutboundLink out = node.openOutbound("eth0", "group");
    apply(in, 1);
    out.close();
    apply(in, 2);
    assertEquals(0, node.openOutbound("eth0", "group").pending());
    assertEquals(0, recorded.count("parked"));
  }

  @Test
  void shouldNotBeDisturbedByThoseWhoLeftOrWereRefused() {
    OutboundLink out = node.openOutbound("eth0", "group");
    apply(in, 1);
    take(out);
    out.restore(taken, 0, 1);
    assertThrows(IllegalArgumentException.class, () -> node.openOutbound("eth0", "group"));
    out.park();
    out.park();
    out.close();

    OutboundLink next = node.openOutbound("eth0", "group");
    out.close();
    out.park();
    out.releaseHeld();
    taken.clear();
    assertFalse(out.take(taken, counters));
    assertFalse(out.copies(taken, true));
    assertEquals(0, taken.size());
    assertThrows(IllegalArgumentException.class, () -> node.openOutbound("eth0", "group"));
    apply(in, 2);
    assertEquals(2, take(next));
    out.restore(taken, 0, 2);
    out.hold(taken, 0);
    assertEquals(0, next.pending());
    assertEquals(0, next.held());
  }

  @Test
  void shouldForgetTheOneParkedLongestBeyondTheBoundAndSaySo() {
    for (int i = 0; i <= OutboundLinks.MOST_PARKED; i++) {
      node.openOutbound("eth" + i, "group").park();
      apply(in, i);
    }
    assertEquals(1, recorded.count("warn outbound link eth0 was parked longest"));
    assertEquals(0, node.openOutbound("eth0", "group").pending());
    assertEquals(OutboundLinks.MOST_PARKED, node.openOutbound("eth1", "group").pending());
  }

  @Test
  void shouldMarkInTheTableThatComesAfterIt() {
    SyncNodeCore bare = new SyncNodeCore(nanos::get, 1024);
    bare.openOutbound("eth0", "group").park();
    bare.useTable(FakeTable.provider("first", new FakeTable(100)));
    apply(bare.openInbound("kernel"), 1);
    assertEquals(1, bare.openOutbound("eth0", "group").pending());
  }
}

package org.ipvssync.node.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.fake.RecordedLog;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.OutboundLink;
import org.ipvssync.api.node.SyncClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real threads bring and take while one table follows the other. */
class ExchangeUnderLoadTest {
  private static final int LINKS = 2;
  private static final int PORTS_A_LINK = 200;
  private static final int PORTS = LINKS * PORTS_A_LINK;
  private static final int BATCHES = 8_000;
  private static final int RECORDS = 25;

  private final RecordedLog recorded = new RecordedLog();
  private final SyncNodeCore node = new SyncNodeCore(SyncClock.SYSTEM, 1024, recorded.log);
  private final LinkCounters counters = new LinkCounters();
  private final int[] last = new int[PORTS];

  @Test
  @Timeout(120)
  void shouldKeepTheOrderOfEachLinkAndLoseNoChange() throws Exception {
    node.useTable(FakeTable.provider("first", new FakeTable(PORTS)));
    OutboundLink first = node.openOutbound("out", "group");
    AtomicBoolean bringing = new AtomicBoolean(true);
    int exchanges = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(LINKS + 1)) {
      Future<int[]> sent = threads.submit(() -> takeWhile(bringing, first));
      List<Future<?>> links = new ArrayList<>();
      for (int link = 0; link < LINKS; link++) {
        links.add(threads.submit(bringer(link)));
      }
      while (!links.stream().allMatch(Future::isDone)) {
        exchange(exchanges++);
      }
      for (Future<?> link : links) {
        link.get();
      }
      bringing.set(false);
      compare(sent);
    }
    assertTrue(exchanges > 0);
    assertEquals(0, counters.get(LinkCounter.INTERNAL_FAULT), recorded.lines::toString);
    assertEquals(0, counters.get(LinkCounter.NO_TABLE));
  }

  private void compare(Future<int[]> sent) throws Exception {
    int[] heard = sent.get(60, TimeUnit.SECONDS);
    ConnBatch all = new ConnBatch(PORTS);
    node.walk(0, all);
    assertEquals(PORTS, all.size());
    for (int i = 0; i < PORTS; i++) {
      int port = all.cport(i);
      assertEquals(last[port], all.timeoutS(i), "in the table, port " + port);
      assertEquals(last[port], heard[port], "sent last, port " + port);
    }
  }

  private void exchange(int number) {
    FakeTable next = new FakeTable(PORTS, number % 2 == 0);
    if (number % 5 == 0) {
      next.whenPublished(
          () -> {
            throw new IllegalStateException("on purpose");
          });
      assertThrows(
          IllegalStateException.class, () -> node.useTable(FakeTable.provider("bad", next)));
    } else {
      assertEquals(0, node.useTable(FakeTable.provider("next", next)));
    }
  }

  /** Every version of a connection is told by its timeout. */
  private Callable<Void> bringer(int number) {
    return () -> {
      InboundLink in = node.openInbound("in" + number);
      ConnBatch batch = new ConnBatch(RECORDS);
      for (int n = 0; n < BATCHES; n++) {
        batch.clear();
        for (int r = 0; r < RECORDS; r++) {
          int port = number * PORTS_A_LINK + (n * RECORDS + r) % PORTS_A_LINK;
          last[port] = 100_000 + n;
          batch.setTimeoutS(FakeTable.record(batch, port, 80, 0), 100_000 + n);
        }
        in.apply(batch, MergeRule.KERNEL_SYNC, ConnTimeouts.KERNEL_DEFAULTS, counters);
      }
      return null;
    };
  }

  /** Takes, gives some of it back, and parks now and then; what it sent last of each port. */
  private int[] takeWhile(AtomicBoolean bringing, OutboundLink first) {
    int[] sent = new int[PORTS];
    LinkCounters own = new LinkCounters();
    ConnBatch taken = new ConnBatch();
    OutboundLink out = first;
    for (int round = 0; bringing.get() || out.pending() > 0; round++) {
      taken.clear();
      out.take(taken, own);
      int back = round % 3 == 0 ? taken.size() / 2 : 0;
      out.restore(taken, 0, back);
      for (int i = back; i < taken.size(); i++) {
        assertTrue(taken.timeoutS(i) >= sent[taken.cport(i)], "nothing older follows");
        sent[taken.cport(i)] = taken.timeoutS(i);
      }
      if (round % 100 == 0) {
        out.park();
        out = node.openOutbound("out", "group");
      }
    }
    return sent;
  }
}

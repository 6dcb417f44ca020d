package org.ipvssync.node.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.OutboundLink;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever happens in whatever order: a connection that changed and was not sent is pending or
 * held, exactly those, and the table is what was applied. Every version of a connection is told by
 * its timeout.
 */
class SwapModelTest {
  private static final int PORTS = 300;
  private static final int STEPS = 4_000;
  private static final String[] HORIZONS = {"kernel", "group"};

  private final AtomicLong nanos = new AtomicLong();
  private final SyncNodeCore node = new SyncNodeCore(nanos::get, 1024);
  private final LinkCounters counters = new LinkCounters();
  private final List<InboundLink> ins =
      List.of(node.openInbound(HORIZONS[0]), node.openInbound(HORIZONS[1]));
  private final int[] version = new int[PORTS];
  private final int[] from = new int[PORTS];
  private final int[] dport = new int[PORTS];
  private final boolean[] inactive = new boolean[PORTS];
  private final List<Way> ways = new ArrayList<>();
  private SplittableRandom random;
  private int versions;

  /** One outbound link, and what must wait for it. */
  private final class Way {
    private final String name;
    private final ConnBatch taken = new ConnBatch(60);
    private final Set<Integer> waiting = new TreeSet<>();
    private final Set<Integer> held = new TreeSet<>();

    /** Came from where the link goes and may have been passed over without a trace. */
    private final Set<Integer> perhaps = new TreeSet<>();

    /** Got another real server, and the one it goes to was not told while it was active. */
    private final Set<Integer> moved = new TreeSet<>();

    private int horizon;
    private OutboundLink link;
    private boolean unsettled;

    Way(String name, int horizon) {
      this.name = name;
      open(horizon);
    }

    void open(int towards) {
      horizon = towards;
      link = node.openOutbound(name, towards < 0 ? "" : HORIZONS[towards]);
    }

    void changed(int port, int source, boolean destinationChanged) {
      if (source != horizon) {
        waiting.add(port);
        perhaps.remove(port);
        if (destinationChanged) {
          moved.add(port);
        }
      }
    }

    void take() {
      taken.clear();
      link.take(taken, counters);
      unsettled = true;
      for (int i = 0; i < taken.size(); i++) {
        int port = taken.cport(i);
        if (!isLead(i)) {
          boolean own = from[port] == horizon;
          assertTrue(waiting.remove(port) | perhaps.remove(port), port + " did not wait");
          assertEquals(own, taken.isSkipped(i), "sent back to where it came from");
          assertEquals(version[port], taken.timeoutS(i), "an older version of port " + port);
          assertTrue(
              own || !moved.contains(port) || !inactive[port] || i > 0 && isLead(i - 1),
              "port " + port + " moved and has no lead");
          moved.remove(port);
          if (!own) {
            held.remove(port);
          }
        }
      }
      for (int port : waiting) {
        if (from[port] == horizon) {
          perhaps.add(port);
        }
      }
      waiting.removeAll(perhaps);
      moved.removeAll(perhaps);
    }

    private boolean isLead(int i) {
      return i + 1 < taken.size() && taken.cport(i) == taken.cport(i + 1);
    }

    /** Some of what was taken was sent, some cannot be carried, the rest was not sent. */
    void settle() {
      if (!unsettled) {
        return;
      }
      unsettled = false;
      int sent = random.nextInt(taken.size() + 1);
      for (int i = 0; i < sent; i++) {
        if (random.nextInt(5) == 0 && !taken.isSkipped(i)) {
          link.hold(taken, i);
          held.add(taken.cport(i));
        }
      }
      link.restore(taken, sent, taken.size());
      for (int i = sent; i < taken.size(); i++) {
        if (!taken.isSkipped(i)) {
          waiting.add(taken.cport(i));
          perhaps.remove(taken.cport(i));
          if (isLead(i)) {
            moved.add(taken.cport(i));
          }
        }
      }
    }

    void release() {
      link.releaseHeld();
      waiting.addAll(held);
      perhaps.removeAll(held);
      held.clear();
    }

    void compare() {
      assertTrue(waiting.size() <= link.pending(), "waiting: " + waiting);
      assertTrue(link.pending() <= waiting.size() + perhaps.size(), "waiting: " + waiting);
      assertEquals(held.size(), link.held(), "held: " + held);
    }

    void drain() {
      settle();
      release();
      while (link.pending() > 0) {
        take();
      }
      waiting.removeIf(port -> from[port] == horizon);
      assertEquals(Set.of(), waiting, "changed, not sent and forgotten");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 20_261_122})
  void shouldLoseNothingWhateverIsExchangedParkedHeldOrNotSent(long seed) {
    random = new SplittableRandom(seed);
    node.useTable(FakeTable.provider("first", new FakeTable(PORTS)));
    ways.add(new Way("a", 1));
    ways.add(new Way("b", -1));
    int step = 0;
    try {
      for (; step < STEPS; step++) {
        nanos.addAndGet(1_000_000);
        step();
        ways.forEach(Way::compare);
      }
      ways.forEach(Way::drain);
      compareTable();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + ", step " + step, e);
    }
  }

  private void step() {
    Way way = ways.get(random.nextInt(ways.size()));
    int choice = random.nextInt(100);
    if (choice < 50) {
      apply();
    } else if (choice < 65) {
      way.settle();
      way.take();
    } else if (choice < 80) {
      way.settle();
    } else if (choice < 85) {
      way.release();
    } else if (choice < 90) {
      way.settle();
      way.link.park();
      for (int i = random.nextInt(3); i > 0; i--) {
        applyOrExchange();
      }
      way.open(random.nextInt(3) - 1);
    } else {
      exchange();
    }
  }

  private void applyOrExchange() {
    if (random.nextBoolean()) {
      apply();
    } else {
      exchange();
    }
  }

  private void apply() {
    int source = random.nextInt(ins.size());
    ConnBatch batch = new ConnBatch(20);
    for (int n = 1 + random.nextInt(20); n > 0; n--) {
      int port = random.nextInt(PORTS);
      int before = dport[port];
      version[port] = 100_000 + ++versions;
      from[port] = source;
      inactive[port] = random.nextBoolean();
      dport[port] = before == 0 || random.nextInt(4) == 0 ? 8000 + random.nextInt(3) : before;
      int flags = inactive[port] ? ConnFlags.INACTIVE : 0;
      int i = FakeTable.record(batch, port, dport[port], flags);
      batch.setTimeoutS(i, version[port]);
      boolean destinationChanged = before != 0 && before != dport[port];
      ways.forEach(way -> way.changed(port, source, destinationChanged));
    }
    ins.get(source).apply(batch, MergeRule.KERNEL_SYNC, ConnTimeouts.KERNEL_DEFAULTS, counters);
  }

  /** Now and then it fails, and mostly something comes meanwhile. */
  private void exchange() {
    FakeTable next = new FakeTable(PORTS, random.nextBoolean());
    int meanwhile = random.nextInt(4);
    int fails = random.nextInt(6);
    next.whenAdopting(
        () -> {
          for (int i = 0; i < meanwhile; i++) {
            apply();
          }
          fail(fails == 0);
        });
    next.whenPublished(() -> fail(fails == 1));
    FakeProvider provider =
        new FakeProvider(
            "next",
            () -> {
              fail(fails == 2);
              return next;
            });
    if (fails < 3) {
      assertThrows(IllegalStateException.class, () -> node.useTable(provider));
    } else {
      assertEquals(0, node.useTable(provider));
    }
  }

  private static void fail(boolean now) {
    if (now) {
      throw new IllegalStateException("on purpose");
    }
  }

  private void compareTable() {
    ConnBatch all = new ConnBatch(PORTS);
    node.walk(0, all);
    int[] there = new int[PORTS];
    for (int i = 0; i < all.size(); i++) {
      there[all.cport(i)] = all.timeoutS(i);
      assertEquals(dport[all.cport(i)], all.dport(i));
    }
    for (int port = 0; port < PORTS; port++) {
      assertEquals(version[port], there[port], "port " + port);
    }
  }
}

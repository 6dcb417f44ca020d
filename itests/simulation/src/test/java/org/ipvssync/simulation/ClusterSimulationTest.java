package org.ipvssync.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.LinkSettings;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncSender;
import org.ipvssync.api.workload.Workload;
import org.ipvssync.api.workload.WorkloadProvider;
import org.ipvssync.api.workload.WorkloadSpec;
import org.ipvssync.role.backup.internal.BackupReceiver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole nodes and a network between them, on one simulated clock; a seed repeats any failure. */
class ClusterSimulationTest {
  private static final int MAX = 50_000;
  private static final long MS = 1_000_000;

  private final AtomicLong nanos = new AtomicLong();
  private final LinkCounters drops = new LinkCounters();

  /** A network that loses a share of the datagrams and delays each by up to a millisecond. */
  private static final class Network implements SyncSender {
    private final Queue<byte[]> underWay = new ArrayDeque<>();
    private final Random random;
    private final double loss;

    Network(long seed, double loss) {
      this.random = new Random(seed);
      this.loss = loss;
    }

    @Override
    public void send(Datagram datagram, int lane) {
      if (random.nextDouble() >= loss) {
        underWay.add(datagram.toBytes());
      }
    }

    void deliver(BackupReceiver to, long now) {
      for (byte[] next = underWay.poll(); next != null; next = underWay.poll()) {
        to.accept(Datagram.of(next), now);
      }
    }

    @Override
    public int defaultMaxLength() {
      return 1472;
    }

    @Override
    public boolean isUsable() {
      return true;
    }

    @Override
    public void close() {}
  }

  private SimNode node() {
    return new SimNode(nanos::get, MAX);
  }

  private BackupReceiver backup(SimNode node, String horizon) {
    return node.backup(
        SimNode.settings(7, horizon),
        MergeRule.KERNEL_SYNC,
        Datagram.MAX_BYTES,
        ConnTimeouts.KERNEL_DEFAULTS,
        drops,
        SimNode.codecs());
  }

  private static Workload workload(long seed) {
    return ServiceLoader.load(WorkloadProvider.class)
        .findFirst()
        .orElseThrow()
        .begin(new WorkloadSpec(seed, 500, 0, 3000));
  }

  /** Runs the workload into a node's table for so long, with {@code eachMs} after every step. */
  private void run(SimNode into, Workload workload, int fromMs, int toMs, Step eachMs)
      throws IOException {
    ConnBatch changes = new ConnBatch();
    InboundLink in = into.core().openInbound("");
    for (int ms = fromMs; ms < toMs; ms++) {
      nanos.set(ms * MS);
      boolean more = true;
      while (more) {
        changes.clear();
        more = workload.advance(ms, changes);
        in.apply(changes, MergeRule.AUTHORITATIVE, ConnTimeouts.KERNEL_DEFAULTS, drops);
      }
      into.core().expire();
      eachMs.run();
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  /** What must agree between a master's and a backup's table: all but origin and expiry. */
  private static TreeMap<String, Integer> content(SimNode node) {
    return content(node, 0);
  }

  /** The same of what lives at least so long. */
  private static TreeMap<String, Integer> content(SimNode node, long leastLifeMs) {
    TreeMap<String, Integer> content = new TreeMap<>();
    ConnBatch rows = node.rows();
    for (int i = 0; i < rows.size(); i++) {
      if (rows.expiresMs(i) >= leastLifeMs) {
        content.merge(
            key(rows, i) + " " + destination(rows, i) + " " + rows.state(i), 1, Integer::sum);
      }
    }
    return content;
  }

  private static String key(ConnBatch rows, int i) {
    return (ConnFlags.isTemplate(rows.flags(i)) ? "T " : "C ")
        + rows.protocol(i)
        + " "
        + ConnText.address(rows, i, ConnText.Address.CADDR)
        + ":"
        + rows.cport(i)
        + " "
        + ConnText.address(rows, i, ConnText.Address.VADDR)
        + ":"
        + rows.vport(i);
  }

  private static String destination(ConnBatch rows, int i) {
    return ConnText.address(rows, i, ConnText.Address.DADDR) + ":" + rows.dport(i);
  }

  private static Map<String, Long> lives(SimNode node) {
    Map<String, Long> lives = new HashMap<>();
    ConnBatch rows = node.rows();
    for (int i = 0; i < rows.size(); i++) {
      lives.put(key(rows, i), rows.expiresMs(i));
    }
    return lives;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void shouldHoldTheMastersTableOnTheBackup(long seed) throws IOException {
    try (SimNode a = node();
        SimNode b = node()) {
      Network network = new Network(seed, 0);
      SimMaster master = a.master(SimNode.settings(7, "peer"), "v1", 0, network);
      BackupReceiver receiver = backup(b, "peer");
      Step step =
          () -> {
            master.duty();
            network.deliver(receiver, nanos.get());
            b.core().expire();
          };
      run(a, workload(seed), 0, 20_000, step);
      nanos.addAndGet(20 * MS);
      step.run();

      assertTrue(a.core().table().connections() > 1000, "the workload made connections");
      assertEquals(content(a), content(b), "seed " + seed);
      assertEquals(0, drops.drops());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {13, 14})
  void shouldHoldTheMastersTableThoughBothExchangeTheirs(long seed) throws IOException {
    Random random = new Random(seed);
    try (SimNode a = node();
        SimNode b = node()) {
      Network network = new Network(seed, 0);
      SimMaster master = a.master(SimNode.settings(7, "peer"), "v1", 0, network);
      BackupReceiver receiver = backup(b, "peer");
      Step step =
          () -> {
            if (random.nextInt(50) == 0) {
              SimNode node = random.nextBoolean() ? a : b;
              assertEquals(0, node.exchangeTable(MAX + random.nextInt(2)));
            }
            master.duty();
            network.deliver(receiver, nanos.get());
            b.core().expire();
          };
      run(a, workload(seed), 0, 10_000, step);
      nanos.addAndGet(20 * MS);
      step.run();

      assertTrue(a.core().table().swaps().count() > 50, "tables were exchanged");
      assertTrue(a.core().table().connections() > 1000, "the workload made connections");
      assertEquals(content(a), content(b), "seed " + seed);
      assertEquals(0, drops.drops());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5})
  void shouldMendWhatTheNetworkLostWithTheNextPassOfCopies(long seed) throws IOException {
    try (SimNode a = node();
        SimNode b = node()) {
      Network lossy = new Network(seed, 0.2);
      SimMaster master = a.master(SimNode.settings(7, "peer"), "v1", 5, lossy);
      BackupReceiver receiver = backup(b, "peer");
      run(
          a,
          workload(seed),
          0,
          10_000,
          () -> {
            master.duty();
            lossy.deliver(receiver, nanos.get());
          });

      Network sound = new Network(seed, 0);
      SimMaster again = a.master(named("again"), "v1", 5, sound);
      for (int ms = 0; ms < 6_000; ms++) {
        nanos.addAndGet(MS);
        again.duty();
        sound.deliver(receiver, nanos.get());
      }
      // A copy's life is rounded down: what is in its last second may be over already.
      TreeMap<String, Integer> missing = content(a, 1_100);
      missing.keySet().removeAll(content(b).keySet());
      assertEquals(Map.of(), missing, "seed " + seed);
    }
  }

  private static LinkSettings named(String name) {
    return new LinkSettings(name, SimNode.ADDRESS, 7, 0, "none", "peer", 30);
  }

  @Test
  void shouldBringALateBackupUpByCopiesThatNeverLengthenALife() throws IOException {
    try (SimNode a = node();
        SimNode late = node()) {
      run(a, workload(6), 0, 8_000, () -> {});
      Network network = new Network(6, 0);
      SimMaster master = a.master(SimNode.settings(7, "peer"), "v1", 30, network);
      BackupReceiver receiver = backup(late, "peer");
      for (int ms = 0; ms < 3_000; ms++) {
        nanos.addAndGet(MS);
        master.duty();
        network.deliver(receiver, nanos.get());
      }
      a.core().expire();
      late.core().expire();

      Map<String, Long> masters = lives(a);
      Map<String, Long> copies = lives(late);
      assertTrue(masters.size() > 1000);
      for (Map.Entry<String, Long> entry : masters.entrySet()) {
        Long copy = copies.get(entry.getKey());
        if (copy == null) {
          assertTrue(entry.getValue() < 1000, entry + " has a second left and is missing");
        } else {
          assertTrue(copy <= entry.getValue(), entry + " lives longer as a copy: " + copy);
          assertTrue(copy > entry.getValue() - 1_100, entry + " lives much shorter: " + copy);
        }
      }
      assertEquals(1, master.counters().get(LinkCounter.PASSES));
    }
  }

  @Test
  void shouldLetEverythingExpireThoughTwoNodesRefreshEachOther() throws IOException {
    try (SimNode a = node();
        SimNode b = node()) {
      Network toB = new Network(7, 0);
      Network toA = new Network(8, 0);
      SimMaster fromA = a.master(SimNode.settings(7, "peer"), "v1", 2, toB);
      SimMaster fromB = b.master(SimNode.settings(7, "peer"), "v1", 2, toA);
      BackupReceiver intoA = backup(a, "peer");
      BackupReceiver intoB = backup(b, "peer");
      Step step =
          () -> {
            fromA.duty();
            fromB.duty();
            toB.deliver(intoB, nanos.get());
            toA.deliver(intoA, nanos.get());
          };
      run(a, workload(7), 0, 3_000, step);
      assertTrue(b.core().table().connections() > 500);

      // The longest timeout is 15 minutes; a node that lengthened lives would keep them for ever.
      for (int tenths = 0; tenths < 16 * 60 * 10; tenths++) {
        nanos.addAndGet(100 * MS);
        step.run();
        a.core().expire();
        b.core().expire();
      }
      assertEquals(0, a.core().table().connections());
      assertEquals(0, b.core().table().connections());
    }
  }

  @Test
  void shouldRelayWithoutEcho() throws IOException {
    try (SimNode source = node();
        SimNode relay = node();
        SimNode sink = node()) {
      Network first = new Network(9, 0);
      Network second = new Network(10, 0);
      SimMaster fromSource = source.master(SimNode.settings(7, "one"), "v1", 0, first);
      SimMaster fromRelay = relay.master(SimNode.settings(7, "two"), "v1", 0, second);
      Network echo = new Network(11, 0);
      SimMaster back =
          relay.master(
              new LinkSettings("back", SimNode.ADDRESS, 7, 0, "none", "one", 30), "v1", 1, echo);
      BackupReceiver intoRelay = backup(relay, "one");
      BackupReceiver intoSink = backup(sink, "two");
      Step step =
          () -> {
            fromSource.duty();
            first.deliver(intoRelay, nanos.get());
            fromRelay.duty();
            back.duty();
            second.deliver(intoSink, nanos.get());
          };
      run(source, workload(9), 0, 5_000, step);
      for (int ms = 0; ms < 40; ms++) {
        nanos.addAndGet(MS);
        step.run();
      }
      assertEquals(content(source), content(relay));
      assertEquals(content(source), content(sink));
      assertEquals(
          0, back.counters().get(LinkCounter.RECORDS), "nothing goes back where it came from");
    }
  }

  @Test
  void shouldHoldWhatVersion0CannotCarryUntilVersion1Returns() throws IOException {
    try (SimNode a = node();
        SimNode b = node()) {
      Network network = new Network(12, 0);
      SimMaster master = a.master(SimNode.settings(7, "peer"), "v0", 30, network);
      BackupReceiver receiver = backup(b, "peer");
      Step step =
          () -> {
            master.duty();
            network.deliver(receiver, nanos.get());
          };
      run(a, workload(12), 0, 3_000, step);
      nanos.addAndGet(20 * MS);
      step.run();
      assertTrue(master.outbound().held() > 0, "there is IPv6 in the workload");
      assertEquals(0, master.counters().get(LinkCounter.COPIES), "v0 sends no copies");
      List<String> there = new ArrayList<>(content(b).keySet());
      assertTrue(there.size() < content(a).size());

      master.choose("v1");
      for (int ms = 0; ms < 40; ms++) {
        nanos.addAndGet(MS);
        step.run();
      }
      assertEquals(0, master.outbound().held());
      a.core().expire();
      b.core().expire();
      TreeMap<String, Integer> missing = content(a);
      missing.keySet().removeAll(content(b).keySet());
      assertEquals(Map.of(), missing);
    }
  }
}

package org.ipvssync.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.TableResync.State;
import org.ipvssync.api.table.Conn;
import org.ipvssync.resync.internal.ResyncSettings;
import org.ipvssync.simulation.SimResyncNet.Member;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that ask each other for the whole table. */
class ResyncSimulationTest {
  private static final int TIMEOUT_MS = 5_000;
  private static final long LONG_MS = 400_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void shouldBringTheWholeTableWhateverTheNetworkDoes(long seed) {
    try (SimResyncNet net = new SimResyncNet(seed)) {
      net.lossPercent = net.random.nextInt(15);
      net.twicePercent = net.random.nextInt(20);
      net.longestWayMs = 1 + net.random.nextInt(15);
      Member peer = net.join();
      Member back = net.join();
      int count = 1 + net.random.nextInt(4_000);
      fill(peer, net.random, 0, count, 60, 2_000);
      // Some live here already, in another state: they stay.
      fill(back, net.random, 0, count / 10, 5_000, 6_000);
      Map<String, String> living = lives(back);
      back.ask(TIMEOUT_MS);
      net.run(LONG_MS);
      String how = "seed " + seed + ": " + back.status() + " " + back.counters.snapshot();
      assertEquals(State.DONE, back.status().state(), how);
      assertHasAll(peer, back, how);
      for (Map.Entry<String, String> one : living.entrySet()) {
        assertEquals(one.getValue(), lives(back).get(one.getKey()), how);
      }
    }
  }

  @Test
  void shouldLengthenNoLife() {
    try (SimResyncNet net = new SimResyncNet(21)) {
      net.longestWayMs = 20;
      Member peer = net.join();
      Member back = net.join();
      fill(peer, net.random, 0, 500, 2, 60);
      net.clock.advanceMs(1_500);
      back.ask(TIMEOUT_MS);
      net.run(LONG_MS);
      assertEquals(State.DONE, back.status().state());
      Map<String, Long> theirs = expiries(peer);
      Map<String, Long> ours = expiries(back);
      assertTrue(ours.size() > 400, "came: " + ours.size());
      ours.forEach(
          (key, ms) ->
              assertTrue(ms <= theirs.getOrDefault(key, 0L) + 20, key + " would live " + ms));
    }
  }

  @Test
  void shouldChooseTheCompleteOneThenTheFullest() {
    try (SimResyncNet net = new SimResyncNet(31)) {
      Member incomplete = net.join();
      Member few = net.join();
      Member many = net.join();
      Member back = net.join();
      incomplete.complete = false;
      fill(incomplete, net.random, 0, 900, 60, 2_000);
      fill(few, net.random, 1_000, 10, 60, 2_000);
      fill(many, net.random, 2_000, 100, 60, 2_000);
      back.ask(TIMEOUT_MS);
      long tookMs = net.run(LONG_MS);
      assertEquals(State.DONE, back.status().state());
      assertEquals(100, back.node.core().table().connections());
      assertEquals(100, back.status().received());
      assertTrue(tookMs < 1_000, "took " + tookMs + " ms");
    }
  }

  @Test
  void shouldSayThatNobodyAnswersAndEnd() {
    try (SimResyncNet net = new SimResyncNet(41)) {
      Member alone = net.join();
      alone.ask(TIMEOUT_MS);
      long tookMs = net.run(LONG_MS);
      assertEquals(State.NOBODY, alone.status().state());
      assertEquals(TIMEOUT_MS, tookMs, 50);
    }
  }

  @Test
  void shouldNotTakeItsOwnStandstillForSilence() {
    try (SimResyncNet net = new SimResyncNet(43)) {
      Member alone = net.join();
      alone.ask(TIMEOUT_MS);
      alone.standsStill = true;
      net.clock.advanceMs(2 * TIMEOUT_MS);
      alone.standsStill = false;
      Member peer = net.join();
      fill(peer, net.random, 0, 10, 60, 2_000);
      net.run(LONG_MS);
      assertEquals(State.DONE, alone.status().state());
      assertEquals(10, alone.status().received());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 400, 1_700, 2_600})
  void shouldLetTwoNodesBootTogether(int laterMs) {
    try (SimResyncNet net = new SimResyncNet(51 + laterMs)) {
      Member one = net.join();
      Member other = net.join();
      // Each kept something of its own, such as a table on a file.
      fill(one, net.random, 0, 300, 600, 2_000);
      fill(other, net.random, 200, 300, 600, 2_000);
      other.complete = false;
      one.ask(TIMEOUT_MS);
      net.clock.inMs(laterMs, () -> other.ask(TIMEOUT_MS));
      net.runUntil(laterMs + 1L, () -> false);
      long tookMs = net.run(LONG_MS);
      assertEquals(State.DONE, one.status().state());
      assertEquals(State.DONE, other.status().state());
      assertEquals(500, one.node.core().table().connections());
      assertEquals(500, other.node.core().table().connections());
      assertTrue(tookMs < TIMEOUT_MS, "took " + tookMs);
    }
  }

  @Test
  void shouldLetTwoEmptyNodesBootTogether() {
    try (SimResyncNet net = new SimResyncNet(61)) {
      Member one = net.join();
      Member other = net.join();
      one.ask(TIMEOUT_MS);
      other.ask(TIMEOUT_MS);
      long tookMs = net.run(LONG_MS);
      assertEquals(State.DONE, one.status().state());
      assertEquals(State.DONE, other.status().state());
      assertTrue(tookMs < TIMEOUT_MS, "took " + tookMs);
    }
  }

  @Test
  void shouldTakeTheNextPeerWhenOneDiesInTheMiddle() {
    try (SimResyncNet net = new SimResyncNet(71)) {
      Member first = net.join();
      Member second = net.join();
      Member back = net.join();
      fill(first, net.random, 0, 8_000, 600, 2_000);
      fill(second, net.random, 0, 7_900, 600, 2_000);
      back.ask(TIMEOUT_MS);
      net.runUntil(LONG_MS, () -> back.node.core().table().connections() > 2_000);
      first.die();
      net.run(LONG_MS);
      assertEquals(State.DONE, back.status().state());
      assertHasAll(second, back, "second peer");
    }
  }

  @Test
  void shouldAskOnceMoreThenFailWhenTheOnlyPeerDies() {
    try (SimResyncNet net = new SimResyncNet(81)) {
      Member peer = net.join();
      Member back = net.join();
      fill(peer, net.random, 0, 8_000, 600, 2_000);
      back.ask(TIMEOUT_MS);
      net.runUntil(LONG_MS, () -> back.node.core().table().connections() > 2_000);
      peer.die();
      long tookMs = net.run(LONG_MS);
      assertEquals(State.FAILED, back.status().state());
      assertTrue(back.node.core().table().connections() > 2_000, "what came stays");
      assertTrue(tookMs < 15_000, "took " + tookMs);
    }
  }

  @Test
  void shouldBeginAgainWhenThePeersTableIsExchanged() {
    try (SimResyncNet net = new SimResyncNet(91)) {
      Member peer = net.join();
      Member back = net.join();
      fill(peer, net.random, 0, 8_000, 600, 2_000);
      back.ask(TIMEOUT_MS);
      net.runUntil(LONG_MS, () -> back.node.core().table().connections() > 2_000);
      peer.node.exchangeTable(20_000);
      net.run(LONG_MS);
      assertEquals(State.DONE, back.status().state());
      assertEquals(8_000, back.status().received());
      assertHasAll(peer, back, "after the exchange");
    }
  }

  @Test
  void shouldGiveUpAPeerThatExchangesItsTableAgainAndAgain() {
    try (SimResyncNet net = new SimResyncNet(92)) {
      net.longestWayMs = 20;
      Member peer = net.join();
      Member back = net.join();
      fill(peer, net.random, 0, 20_000, 600, 2_000);
      back.ask(TIMEOUT_MS);
      Runnable[] swap = new Runnable[1];
      swap[0] =
          () -> {
            peer.node.exchangeTable(20_000);
            net.clock.inMs(3, swap[0]);
          };
      net.clock.inMs(210, swap[0]);
      net.run(LONG_MS);
      assertEquals(State.FAILED, back.status().state());
    }
  }

  @Test
  void shouldAskTheSourcesOfThePeerBeforeItAnswers() {
    try (SimResyncNet net = new SimResyncNet(101)) {
      AtomicInteger asked = new AtomicInteger();
      Member[] peer = new Member[1];
      peer[0] =
          net.join(
              ResyncSettings.DEFAULTS,
              () -> {
                asked.incrementAndGet();
                fill(peer[0], new Random(1), 0, 300, 600, 2_000);
              });
      Member back = net.join();
      Member alsoBack = net.join();
      alsoBack.complete = false;
      back.ask(TIMEOUT_MS);
      alsoBack.ask(TIMEOUT_MS);
      net.run(LONG_MS);
      assertEquals(State.DONE, back.status().state());
      assertEquals(300, back.node.core().table().connections());
      assertEquals(300, alsoBack.node.core().table().connections());
      assertEquals(1, asked.get());
    }
  }

  @Test
  void shouldKeepToItsLimitOfDatagramsASecond() {
    try (SimResyncNet net = new SimResyncNet(111)) {
      Member peer = net.join(new ResyncSettings(true, 5_000, Set.of(), 50, 8, 100), null);
      Member back = net.join();
      fill(peer, net.random, 0, 20_000, 600, 2_000);
      back.ask(TIMEOUT_MS);
      long tookMs = net.run(LONG_MS);
      assertEquals(State.DONE, back.status().state());
      assertHasAll(peer, back, "slowly");
      // Some 600 datagrams, of which the first second's come at once.
      assertTrue(tookMs > 3_000, "took " + tookMs);
    }
  }

  /** Entries {@code from} to {@code from + count - 1} of an endless list. */
  private static void fill(
      Member member, Random random, int from, int count, int leastS, int mostS) {
    ConnBatch batch = new ConnBatch(200);
    LinkCounters counters = new LinkCounters();
    try (InboundLink way = member.node.core().openInbound("kernel")) {
      for (int i = from; i < from + count; i++) {
        conn(i).timeoutS(leastS + random.nextInt(mostS - leastS)).addTo(batch);
        if (batch.isFull() || i == from + count - 1) {
          way.apply(batch, MergeRule.AUTHORITATIVE, ConnTimeouts.KERNEL_DEFAULTS, counters);
          batch.clear();
        }
      }
    }
  }

  private static Conn conn(int i) {
    String v4 = "10.1." + (i >> 8 & 0xff) + "." + (i & 0xff);
    return switch (i % 11) {
      case 3 -> Conn.tcp6().from("2001:db8::" + Integer.toHexString(1 + i), 1_000 + i % 5_000);
      case 5 -> Conn.template().from(v4, 0);
      case 7 -> Conn.sip("call-" + i).from(v4, 0);
      case 9 -> Conn.tcp().inactive().state(4).from(v4, 1_000 + i % 50_000);
      default -> Conn.tcp().fwmark(i % 3).from(v4, 1_000 + i % 50_000);
    };
  }

  private static void assertHasAll(Member peer, Member back, String how) {
    Map<String, String> theirs = rows(peer);
    Map<String, String> ours = rows(back);
    int living = 0;
    for (Map.Entry<String, String> one : theirs.entrySet()) {
      assertEquals(one.getValue(), ours.get(one.getKey()), how);
      living++;
    }
    assertTrue(living > 0, how);
  }

  /** What tells an entry apart, and what it says, its life left out. */
  private static Map<String, String> rows(Member member) {
    Map<String, String> rows = new HashMap<>();
    ConnBatch all = member.node.rows();
    for (int i = 0; i < all.size(); i++) {
      if (all.expiresMs(i) >= 3_000) {
        String value =
            all.state(i) + " " + all.flags(i) + " " + all.fwmark(i) + " " + all.daddrWord(i, 0);
        rows.put(key(all, i), value);
      }
    }
    return rows;
  }

  private static Map<String, String> lives(Member member) {
    Map<String, String> rows = new HashMap<>();
    ConnBatch all = member.node.rows();
    for (int i = 0; i < all.size(); i++) {
      if (!all.isCopy(i)) {
        rows.put(key(all, i), all.timeoutS(i) + " " + all.horizon(i));
      }
    }
    return rows;
  }

  private static Map<String, Long> expiries(Member member) {
    Map<String, Long> rows = new HashMap<>();
    ConnBatch all = member.node.rows();
    for (int i = 0; i < all.size(); i++) {
      rows.put(key(all, i), all.expiresMs(i));
    }
    return rows;
  }

  private static String key(ConnBatch all, int i) {
    StringBuilder key = new StringBuilder();
    for (int word = 0; word < 4; word++) {
      key.append(Integer.toHexString(all.caddrWord(i, word))).append(':');
    }
    key.append(all.cport(i)).append(' ').append(all.protocol(i)).append(' ');
    for (int b = 0; b < all.peDataLength(i); b++) {
      key.append(
          all.peArea()
              .get(java.lang.foreign.ValueLayout.JAVA_BYTE, all.peDataOffset(i) + (long) b));
    }
    return key.toString();
  }
}

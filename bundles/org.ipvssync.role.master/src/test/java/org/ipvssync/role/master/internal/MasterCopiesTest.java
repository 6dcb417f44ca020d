package org.ipvssync.role.master.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.ipvssync.api.count.LinkCounter;
import org.junit.jupiter.api.Test;

/** What a master sends besides changes: the refresh and what was pushed. */
class MasterCopiesTest extends SimulatedMaster {
  @Test
  void shouldSendTheWholeTableAtTheStartAndEveryPeriod() throws IOException {
    open(1000);
    run(20);
    adopt("refreshPeriodS", "30");
    run(25_000);
    assertEquals(1000, counters.get(LinkCounter.COPIES));
    assertEquals(1, counters.get(LinkCounter.PASSES));
    run(30_000);
    assertEquals(2000, counters.get(LinkCounter.COPIES));
    assertEquals(2, counters.get(LinkCounter.PASSES));
  }

  @Test
  void shouldKeepTheRefreshRate() throws IOException {
    open(4000);
    run(20);
    adopt("refreshPeriodS", "1", "refreshPerSecond", "1000");
    long before = counters.get(LinkCounter.COPIES);
    for (int second = 1; second <= 10; second++) {
      run(1000);
      long copies = counters.get(LinkCounter.COPIES) - before;
      assertTrue(copies <= second * 1000 + 64, copies + " in " + second + " s");
      assertTrue(copies >= second * 1000 - 64, copies + " in " + second + " s");
    }
  }

  @Test
  void shouldNotDelayChangesDuringARefresh() throws IOException {
    open(4000);
    run(20);
    adopt("refreshPeriodS", "1", "refreshPerSecond", "10000000");
    sender.sent.clear();
    for (int ms = 0; ms < 300; ms += 3) {
      clock.inMs(ms, () -> outbound.change(17, 4));
    }
    run(400);
    assertTrue(counters.get(LinkCounter.COPIES) >= 4000);
    assertTrue(outbound.delays().longestNanos() <= 10 * MS);
  }

  @Test
  void shouldSendDueChangesBeforeCopies() throws IOException {
    open(100);
    run(20);
    sender.sent.clear();
    outbound.change(50, 7);
    clock.advanceMs(10);
    adopt("refreshPeriodS", "30");
    master.duty(sender);
    assertEquals(List.of(51), ports(0));
    assertTrue(sender.sent.size() > 1);
  }

  @Test
  void shouldSendNoCopiesWithoutTimeouts() throws IOException {
    codecs.choose("v0");
    adopt("refreshPeriodS", "1");
    open(10);
    master.push();
    run(5000);
    assertEquals(10, counters.get(LinkCounter.RECORDS));
    assertEquals(0, counters.get(LinkCounter.COPIES));
    codecs.choose("v1");
    run(900);
    assertEquals(10, counters.get(LinkCounter.COPIES));
  }

  @Test
  void shouldPushAPassAtOnceWhenRefreshIsOff() throws IOException {
    open(1000);
    run(20);
    run(100_000);
    assertEquals(0, counters.get(LinkCounter.COPIES));
    master.push();
    run(1000);
    assertEquals(1000, counters.get(LinkCounter.COPIES));
    assertEquals(1, counters.get(LinkCounter.PASSES));
    assertEquals(1, outbound.restarts());
    run(100_000);
    assertEquals(1000, counters.get(LinkCounter.COPIES));
  }

  @Test
  void shouldNotTakeThePassThatWasRunningForTheOneThatWasPushed() throws IOException {
    open(100);
    run(20);
    sender.beforeSend = pushOnce();
    // One piece, in whose midst somebody asks.
    adopt("refreshPeriodS", "30");
    master.duty(sender);
    assertEquals(1, counters.get(LinkCounter.PASSES));
    assertEquals(0, counters.get(LinkCounter.PUSHED_PASSES));
    sender.beforeSend = pushOnce();
    run(1_000);
    // The same again, with one that was pushed itself.
    assertEquals(3, counters.get(LinkCounter.PASSES));
    assertEquals(1, counters.get(LinkCounter.PUSHED_PASSES));
    assertEquals(300, counters.get(LinkCounter.COPIES));
  }

  private Runnable pushOnce() {
    boolean[] pushed = {false};
    return () -> {
      if (!pushed[0]) {
        pushed[0] = true;
        master.push();
      }
    };
  }

  @Test
  void shouldPushAgainWhenWhatItSendsIsAnother() throws IOException {
    open(1000);
    run(20);
    master.push();
    master.duty(sender);
    assertEquals(0, counters.get(LinkCounter.PASSES));
    adopt("refreshPeriodS", "30");
    run(1_000);
    assertEquals(1, counters.get(LinkCounter.PUSHED_PASSES));
  }

  @Test
  void shouldBeginAPassAgainWhenItWasCutOff() throws IOException {
    open(1000);
    run(20);
    adopt("refreshPeriodS", "30");
    // The first piece is 200 records in four datagrams.
    sender.failAfter = 5;
    assertThrows(IOException.class, () -> run(1000));
    sender.failAfter = -1;
    assertEquals(0, outbound.pending(), "copies are not changes");
    long before = counters.get(LinkCounter.COPIES);
    assertEquals(200 + FULL, before);
    run(1000);
    assertEquals(1000, counters.get(LinkCounter.COPIES) - before);
    assertEquals(1, counters.get(LinkCounter.PASSES));
  }

  @Test
  void shouldSayInACopyWhatRemainsOfALife() throws IOException {
    int handle = outbound.open(1);
    run(20);
    outbound.entries.setExpiresMs(handle, 42_999);
    adopt("refreshPeriodS", "30");
    master.duty(sender);
    assertEquals(900, decode(0).timeoutS(0));
    assertEquals(42, decode(1).timeoutS(0));
  }
}

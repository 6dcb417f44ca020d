package org.ipvssync.role.master.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RefreshPaceTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  private final RefreshPace pace = new RefreshPace();
  private long now = 77 * MS;

  @Test
  void shouldMakeSmallPieces() {
    assertEquals(200, pieceAt(20_000));
    assertEquals(255, pieceAt(10_000_000));
    assertEquals(32, pieceAt(1));
  }

  @Test
  void shouldBeginAtOnceAndThenEveryPeriod() {
    start(30, 20_000);
    assertTrue(pace.isDue(now));
    assertTrue(pace.takeRestart());
    assertFalse(pace.takeRestart());
    pace.sent(10, true, now);
    assertFalse(pace.isDue(now));
    assertEquals(30_000 * MS, pace.nanosToNext(now));
    now += 30_000 * MS - 1;
    assertFalse(pace.isDue(now));
    now += 1;
    assertTrue(pace.isDue(now));
  }

  @Test
  void shouldBeginTheNextPassAtOnceWhenOneTookLongerThanThePeriod() {
    start(1, 100);
    assertTrue(pace.isDue(now));
    now += 5000 * MS;
    pace.sent(1, true, now);
    now += 1000 * MS;
    assertTrue(pace.isDue(now));
    assertTrue(pace.takeRestart());
  }

  @Test
  void shouldNeverBeginWhenOffButWhenPushed() {
    start(0, 20_000);
    assertFalse(pace.isDue(now));
    assertEquals(Long.MAX_VALUE, pace.nanosToNext(now));
    pace.push();
    assertEquals(0, pace.nanosToNext(now));
    assertTrue(pace.isDue(now));
    assertTrue(pace.takeRestart());
    pace.sent(200, false, now);
    assertFalse(pace.isDue(now));
    assertEquals(10 * MS, pace.nanosToNext(now));
    pace.push();
    assertFalse(pace.isDue(now), "a push does not break the rate");
    assertTrue(pace.takeRestart());
  }

  @Test
  void shouldBeginAgainFromTheStartWhenAPassWasCutOff() {
    start(30, 20_000);
    assertTrue(pace.isDue(now));
    pace.takeRestart();
    pace.sent(1, false, now);
    pace.cutOff();
    assertTrue(pace.takeRestart());
  }

  @Test
  void shouldNeverPassItsRateWhateverTheRounds() {
    Random random = new Random(7);
    for (int perSecond : new int[] {1, 32, 1000, 20_000, 1_000_000, 10_000_000}) {
      start(1, perSecond);
      // What one piece of the start and the time saved up for one round may add.
      long burst = 2L * pace.piece() + perSecond / 100 + 1;
      long begin = now;
      long sent = 0;
      for (int round = 0; round < 20_000; round++) {
        if (pace.isDue(now)) {
          int records = random.nextInt(pace.piece() + 1);
          sent += records;
          pace.sent(records, false, now);
        }
        now += random.nextLong(MS / 2);
        long allowed = (now - begin) * perSecond / TimeUnit.SECONDS.toNanos(1) + burst;
        assertTrue(sent <= allowed, perSecond + "/s: " + sent + " of " + allowed);
      }
    }
  }

  @Test
  void shouldReachItsRateWhenRoundsComeInTime() {
    start(1, 20_000);
    long sent = 0;
    for (int ms = 0; ms < 10_000; ms += 5) {
      if (pace.isDue(now)) {
        sent += pace.piece();
        pace.sent(pace.piece(), false, now);
      }
      now += 5 * MS;
    }
    assertTrue(sent >= 200_000 - 400, sent + " in 10 s");
  }

  private int pieceAt(int perSecond) {
    start(30, perSecond);
    return pace.piece();
  }

  private void start(int periodS, int perSecond) {
    pace.configure(periodS, perSecond, 255);
    pace.startOver(now);
  }
}

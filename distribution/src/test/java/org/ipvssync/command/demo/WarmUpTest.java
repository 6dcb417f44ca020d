package org.ipvssync.command.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ipvssync.command.child.Delays;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  private static final Delays CALM = new Delays(100, 1_000, 50_000, 90_000);
  private static final Delays SLOW = new Delays(100, 1_000, 50_001, 90_000);

  private final WarmUp warmUp = new WarmUp(50_000);

  @Test
  void shouldLookNowAndThen() {
    assertFalse(warmUp.isLookDue(249));
    assertTrue(warmUp.isLookDue(250));
    assertFalse(warmUp.look(260, CALM));
    assertFalse(warmUp.isLookDue(509));
    assertTrue(warmUp.isLookDue(510));
  }

  @Test
  void shouldTakeASecondHoweverCalm() {
    assertEquals(1_000, overAfter(CALM));
  }

  @Test
  void shouldNotTakeForEver() {
    assertEquals(10_000, overAfter(SLOW));
  }

  @Test
  void shouldNotTakeNothingForCalm() {
    assertEquals(10_000, overAfter(Delays.NONE));
  }

  @Test
  void shouldWaitForThreeCalmLooksInARow() {
    assertFalse(warmUp.look(1_000, CALM));
    assertFalse(warmUp.look(1_250, CALM));
    assertFalse(warmUp.look(1_500, SLOW));
    assertFalse(warmUp.look(1_750, CALM));
    assertFalse(warmUp.look(2_000, Delays.NONE));
    assertFalse(warmUp.look(2_250, CALM));
    assertTrue(warmUp.look(2_500, CALM));
  }

  private long overAfter(Delays delays) {
    long elapsedMs = 250;
    while (!warmUp.look(elapsedMs, delays)) {
      elapsedMs += 250;
    }
    return elapsedMs;
  }
}

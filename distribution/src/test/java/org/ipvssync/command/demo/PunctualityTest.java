package org.ipvssync.command.demo;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PunctualityTest {
  private final Punctuality punctuality = new Punctuality(10, 100, 1_000);

  @Test
  void shouldBeOnTimeAfterTheWholeSpanOnly() {
    rounds(1_000, 1_099);
    assertFalse(punctuality.isOnTime(1_099));
    assertTrue(punctuality.isOnTime(1_100));
  }

  @Test
  void shouldBeLateForASpanAfterOneLateRound() {
    rounds(1_000, 1_200);
    punctuality.round(1_211);
    assertFalse(punctuality.isOnTime(1_211));
    rounds(1_211, 1_310);
    assertFalse(punctuality.isOnTime(1_310));
    assertTrue(punctuality.isOnTime(1_311));
  }

  @Test
  void shouldBeLateWhenItStoodStillBetweenTheRoundAndTheQuestion() {
    rounds(1_000, 1_200);
    assertFalse(punctuality.isOnTime(1_211));
  }

  @Test
  void shouldBearARoundThatTakesAsLongAsAllowed() {
    rounds(1_000, 1_100);
    assertTrue(punctuality.isOnTime(1_110));
  }

  private void rounds(long from, long to) {
    for (long now = from; now <= to; now++) {
      punctuality.round(now);
    }
  }
}

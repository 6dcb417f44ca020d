package org.ipvssync.api.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.ipvssync.api.node.Swap;
import org.junit.jupiter.api.Test;

class SwapTimerTest {
  private final List<Swap> told = new ArrayList<>();
  private final SwapTimer timer = new SwapTimer("codec", told::add);

  @Test
  void shouldNotTellTheFirstUse() {
    timer.missed(1000);
    timer.resumed("v1 1.0.0", 5000, 7);
    timer.resumed("v1 1.0.0", 6000, 7);
    assertEquals(List.of(), told);
  }

  @Test
  void shouldTellASwapWithThePauseSinceTheFirstMiss() {
    timer.resumed("v1 1.0.0", 0, 0);
    timer.missed(10_000);
    timer.missed(20_000);
    timer.resumed("v1 1.0.1", 2_010_000, 7);
    assertEquals(List.of(new Swap("codec", "v1 1.0.0", "v1 1.0.1", 2000, 7)), told);
  }

  @Test
  void shouldTellTheSameOneAgainAfterItWasMissed() {
    timer.resumed("v1 1.0.0", 0, 0);
    timer.missed(1000);
    timer.resumed("v1 1.0.0", 9000, 0);
    timer.missed(10_000);
    timer.resumed("v0 1.0.0", 10_000, 3);
    assertEquals(
        List.of(
            new Swap("codec", "v1 1.0.0", "v1 1.0.0", 8, 0),
            new Swap("codec", "v1 1.0.0", "v0 1.0.0", 0, 3)),
        told);
  }
}

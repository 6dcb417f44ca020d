package org.ipvssync.command.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchOptionsTest {
  @Test
  void shouldTakeWhatIsAllowed() {
    assertEquals(1_000, of(1_000, 100).connections());
    assertEquals(600_000, of(10_000_000, 600_000).millis());
  }

  @Test
  void shouldRefuseWhatIsNotAllowed() {
    for (int connections : new int[] {0, 999, 10_000_001}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> of(connections, 100)).getMessage();
      assertEquals(
          "--connections " + connections + " is not allowed; allowed: 1000 to 10000000", message);
    }
    for (long millis : new long[] {0, 99, 600_001}) {
      assertThrows(IllegalArgumentException.class, () -> of(1_000, millis));
    }
  }

  @Test
  void shouldKnowRowsByTheirWords() {
    assertEquals(EnumSet.allOf(Work.class), Work.of(List.of()));
    assertEquals(EnumSet.of(Work.DELAY, Work.WIRE_TABLE), Work.of(List.of("delay", "wire-table")));
    String message =
        assertThrows(IllegalArgumentException.class, () -> Work.of(List.of("dealy"))).getMessage();
    assertTrue(message.startsWith("--only dealy is not allowed; allowed: wire-table, "), message);
  }

  private static BenchOptions of(int connections, long millis) {
    return new BenchOptions(
        "lo", connections, millis, EnumSet.allOf(Work.class), false, false, false);
  }
}

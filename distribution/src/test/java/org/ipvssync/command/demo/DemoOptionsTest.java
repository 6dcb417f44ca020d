package org.ipvssync.command.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class DemoOptionsTest {
  @Test
  void shouldRefuseWhatIsOutOfRange() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new DemoOptions(0, 0, 10, 50, 1, false, false, false));
    assertEquals("--rate 0 is not allowed; allowed: 1 to 1000000", refused.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> new DemoOptions(-1, 1, 10, 50, 1, false, false, false));
    assertThrows(
        IllegalArgumentException.class, () -> new DemoOptions(0, 1, 0, 50, 1, false, false, false));
    assertThrows(
        IllegalArgumentException.class, () -> new DemoOptions(0, 1, 10, 1, 1, false, false, false));
  }

  @Test
  void shouldGiveTheTablesRoomForTheRun() {
    assertEquals(
        200_000, new DemoOptions(0, 5_000, 10, 50, 1, false, false, false).tableCapacity());
    assertEquals(
        50_000 + 320 * 5_000,
        new DemoOptions(0, 5_000, 3_600, 50, 1, false, false, false).tableCapacity());
    assertEquals(
        50_000 + 40 * 1_000,
        new DemoOptions(20_000, 1_000, 1, 50, 1, false, false, false).tableCapacity());
    assertEquals(
        50_000_000,
        new DemoOptions(0, 1_000_000, 3_600, 50, 1, false, false, false).tableCapacity());
  }
}

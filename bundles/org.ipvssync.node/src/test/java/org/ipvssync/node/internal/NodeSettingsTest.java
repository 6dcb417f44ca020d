package org.ipvssync.node.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.ipvssync.api.link.ConfigException;
import org.junit.jupiter.api.Test;

class NodeSettingsTest {
  private static final Map<String, ?> WRITTEN =
      Map.of("service.pid", "org.ipvssync.node", "sweepIntervalMs", "fast");

  @Test
  void shouldRoundTheRingDownToAPowerOfTwo() {
    assertEquals(
        new NodeSettings("memory", 50, 1 << 16),
        NodeSettings.of("memory", () -> 50, () -> 100_000, WRITTEN));
  }

  @Test
  void shouldShowWhatWasWrittenInPlaceOfANumber() {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () ->
                NodeSettings.of("memory", () -> Integer.parseInt("fast"), () -> 1 << 16, WRITTEN));
    assertEquals(
        "org.ipvssync.node: sweepIntervalMs=fast is not allowed; allowed: 10 to 10000",
        e.getMessage());
  }

  @Test
  void shouldRefuseARingThatWouldNotFitTheHeap() {
    assertThrows(
        ConfigException.class, () -> NodeSettings.of("memory", () -> 50, () -> 1 << 24, WRITTEN));
  }
}

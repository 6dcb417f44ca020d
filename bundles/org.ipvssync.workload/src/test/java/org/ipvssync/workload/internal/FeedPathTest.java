package org.ipvssync.workload.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.ipvssync.api.link.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeedPathTest {
  @Test
  void shouldTakeAnAbsolutePath() {
    assertEquals(Path.of("/tmp/feed.sock"), FeedPath.of(" /tmp/feed.sock "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "feed.sock",
        "/no/such/directory/feed.sock",
        "/tmp/0123456789012345678901234567890123456789012345678901234567890123456789"
            + "012345678901234567890123456789",
        "/"
      })
  void shouldRefuseWhatCannotBeListenedOn(String configured) {
    ConfigException refused = assertThrows(ConfigException.class, () -> FeedPath.of(configured));
    assertTrue(
        refused.getMessage().startsWith("org.ipvssync.workload.feed: socket=" + configured),
        refused.getMessage());
  }
}

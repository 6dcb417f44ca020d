package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.annotation.Annotation;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShellLimitsTest {
  private static final Map<String, Object> WRITTEN = Map.of("service.pid", "org.ipvssync.shell");

  @Test
  void shouldTakeWhatIsConfiguredAndItsChange() {
    ShellLimits limits = new ShellLimits(new Given(1, 300, 0), WRITTEN);
    assertEquals(1, limits.sessions());
    assertEquals(300_000, limits.upTimeoutMs());
    limits.modified(new Given(256, 1, 86_400), WRITTEN);
    assertEquals(256, limits.sessions());
    assertEquals(1_000, limits.upTimeoutMs());
    assertEquals(86_400_000, limits.trackTimeoutMs());
  }

  @ParameterizedTest
  @CsvSource({"0, 10, 5", "257, 10, 5", "16, 0, 5", "16, 301, 5", "16, 10, -1", "16, 10, 86401"})
  void shouldHoldToTheDefaultsWhenAValueIsNotAllowed(
      int sessions, int upTimeoutS, int trackTimeoutS) {
    ShellLimits limits = new ShellLimits(new Given(sessions, upTimeoutS, trackTimeoutS), WRITTEN);
    assertEquals(16, limits.sessions());
    assertEquals(10_000, limits.upTimeoutMs());
    assertEquals(120_000, limits.trackTimeoutMs());
  }

  @SuppressWarnings("ClassExplicitlyAnnotation")
  private record Given(int maxSessions, int upTimeoutS, int trackTimeoutS) implements ShellConfig {
    @Override
    public Class<? extends Annotation> annotationType() {
      return ShellConfig.class;
    }
  }
}

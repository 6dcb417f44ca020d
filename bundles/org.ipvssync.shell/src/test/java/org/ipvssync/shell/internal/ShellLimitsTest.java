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
    ShellLimits limits = new ShellLimits(new Given(1, 300), WRITTEN);
    assertEquals(1, limits.sessions());
    assertEquals(300_000, limits.upTimeoutMs());
    limits.modified(new Given(256, 1), WRITTEN);
    assertEquals(256, limits.sessions());
    assertEquals(1_000, limits.upTimeoutMs());
  }

  @ParameterizedTest
  @CsvSource({"0, 10", "257, 10", "16, 0", "16, 301", "-1, -1"})
  void shouldHoldToTheDefaultsWhenAValueIsNotAllowed(int sessions, int upTimeoutS) {
    ShellLimits limits = new ShellLimits(new Given(sessions, upTimeoutS), WRITTEN);
    assertEquals(16, limits.sessions());
    assertEquals(10_000, limits.upTimeoutMs());
  }

  @SuppressWarnings("ClassExplicitlyAnnotation")
  private record Given(int maxSessions, int upTimeoutS) implements ShellConfig {
    @Override
    public Class<? extends Annotation> annotationType() {
      return ShellConfig.class;
    }
  }
}

package org.ipvssync.role.master.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ipvssync.api.link.ConfigException;
import org.junit.jupiter.api.Test;

class MasterSettingsTest {
  @Test
  void shouldHaveTheKernelsDefaults() {
    MasterSettings settings = TestSettings.of();
    assertEquals("eth0", settings.link().name());
    assertEquals("224.0.0.81", settings.link().address().group().getHostAddress());
    assertEquals(8848, settings.link().address().port());
    assertEquals(1, settings.link().address().syncPorts());
    assertEquals(1, settings.link().address().ttl());
    assertFalse(settings.link().address().loopback());
    assertEquals(0, settings.link().syncMaxLen());
    assertEquals("224.0.0.81:8848%eth0", settings.link().horizon());
    assertEquals("v1", settings.codec());
    assertEquals(10, settings.flushIntervalMs());
    assertEquals(30, settings.refreshPeriodS());
    assertEquals(20_000, settings.refreshPerSecond());
    assertEquals(0, settings.changesPerSecond());
  }

  @Test
  void shouldTakeWhatIsWritten() {
    MasterSettings settings =
        TestSettings.of("loopback", "true", "mcastTtl", "4", "codec", "v0", "syncMaxLen", "64");
    assertTrue(settings.link().address().loopback());
    assertEquals(4, settings.link().address().ttl());
    assertEquals("v0", settings.codec());
    assertEquals(64, settings.link().syncMaxLen());
  }

  @Test
  void shouldRefuseEachValueThatIsNotAllowed() {
    assertRefused("mcastInterface", "", "the name of an interface, such as eth0");
    assertRefused("mcastPort", "65536", "1 to 65535");
    assertRefused("mcastTtl", "0", "1 to 255");
    assertRefused("syncPorts", "0", "1 to 64");
    assertRefused("syncId", "seven", "0 to 255");
    assertRefused("syncMaxLen", "63", "0, 64 to 65507");
    assertRefused("codec", "", "the name of a codec, such as v1");
    assertRefused("transport", "", "the name of a transport, such as multicast");
    assertRefused("loopback", "yes", "true, false");
    assertRefused("flushIntervalMs", "0", "1 to 10000");
    assertRefused("flushIntervalMs", "10001", "1 to 10000");
    assertRefused("refreshPeriodS", "86401", "0 to 86400");
    assertRefused("refreshPerSecond", "0", "1 to 10000000");
    assertRefused("changesPerSecond", "-1", "0 to 10000000");
    assertRefused("retryMaxS", "3601", "1 to 3600");
  }

  private static void assertRefused(String key, String value, String allowed) {
    ConfigException refusal =
        assertThrows(ConfigException.class, () -> TestSettings.of(key, value), key);
    assertEquals(
        TestSettings.PID + ": " + key + "=" + value + " is not allowed; allowed: " + allowed,
        refusal.getMessage());
  }
}

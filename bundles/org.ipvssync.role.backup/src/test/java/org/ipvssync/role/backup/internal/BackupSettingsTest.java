package org.ipvssync.role.backup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Set;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.link.ConfigException;
import org.junit.jupiter.api.Test;

class BackupSettingsTest {
  @Test
  void shouldHaveTheKernelsDefaults() {
    BackupSettings settings = TestSettings.of();
    assertEquals("eth0", settings.link().name());
    assertEquals("224.0.0.81", settings.link().address().group().getHostAddress());
    assertEquals(8848, settings.link().address().port());
    assertEquals(1, settings.link().address().syncPorts());
    assertEquals(4 << 20, settings.link().address().socketBufferBytes());
    assertEquals(0, settings.link().syncId());
    assertEquals(0, settings.link().syncMaxLen());
    assertEquals("multicast", settings.link().transport());
    assertEquals("224.0.0.81:8848%eth0", settings.link().horizon());
    assertEquals(30, settings.link().retryMaxS());
    assertEquals(List.of("v0", "v1"), settings.codecs());
    assertEquals(MergeRule.KERNEL_SYNC, settings.rule());
    assertEquals(900, settings.timeouts().secondsOf(6, 0, 1));
    assertEquals(120, settings.timeouts().secondsOf(6, 0, 4));
    assertEquals(300, settings.timeouts().secondsOf(17, 0, 0));
    assertEquals(Set.of("sip"), settings.persistenceEngines());
  }

  @Test
  void shouldTakeWhatIsWritten() {
    BackupSettings settings =
        TestSettings.of(
            "codecs", " v1 , dense,v1,", "rule", "AUTHORITATIVE", "persistenceEngines", "");
    assertEquals(List.of("v1", "dense"), settings.codecs());
    assertEquals(MergeRule.AUTHORITATIVE, settings.rule());
    assertEquals(Set.of(), settings.persistenceEngines());
  }

  @Test
  void shouldRefuseEachValueThatIsNotAllowed() {
    assertRefused("mcastInterface", " ", "the name of an interface, such as eth0");
    assertRefused("mcastPort", "0", "1 to 65535");
    assertRefused("mcastPort", "http", "1 to 65535");
    assertRefused("syncPorts", "65", "1 to 64");
    assertRefused("syncId", "256", "0 to 255");
    assertRefused("syncId", "-1", "0 to 255");
    assertRefused("syncMaxLen", "1023", "0, 1024 to 65507");
    assertRefused("syncMaxLen", "65508", "0 to 65507");
    assertRefused("codecs", " , ", "1 to 8 names of codecs, separated by commas");
    assertRefused("transport", "", "the name of a transport, such as multicast");
    assertRefused("rule", "INSERT_IF_ABSENT", "AUTHORITATIVE, KERNEL_SYNC");
    assertRefused("socketBufferBytes", "-1", "0 to 1073741824");
    assertRefused("timeoutTcpS", "0", "1 to 2147483");
    assertRefused("timeoutTcpFinS", "0", "1 to 2147483");
    assertRefused("timeoutUdpS", "2147484", "1 to 2147483");
    assertRefused("retryMaxS", "0", "1 to 3600");
  }

  private static void assertRefused(String key, String value, String allowed) {
    ConfigException refusal =
        assertThrows(ConfigException.class, () -> TestSettings.of(key, value), key);
    assertEquals(
        TestSettings.PID
            + ": "
            + key
            + "="
            + value.strip()
            + " is not allowed; allowed: "
            + allowed,
        refusal.getMessage().replace("= ,  is", "=, is"));
  }
}

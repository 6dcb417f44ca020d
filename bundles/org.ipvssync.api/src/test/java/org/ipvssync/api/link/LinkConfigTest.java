package org.ipvssync.api.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.ipvssync.api.wire.LinkAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class LinkConfigTest {
  private static final String PID = "org.ipvssync.role.backup~eth0";

  private final ConfigCheck check =
      new ConfigCheck(
          Map.of("service.pid", PID, "mcastPort", "88o8", "loopback", "ja", "tidy", "TRUE"));

  @Test
  void shouldNameConfigurationKeyValueAndRange() {
    assertRefused(
        PID + ": mcastTtl=300 is not allowed; allowed: 1 to 255",
        () -> check.range("mcastTtl", () -> 300, 1, 255));
  }

  @Test
  void shouldShowWhatWasWrittenWhenItIsNoNumber() {
    assertRefused(
        PID + ": mcastPort=88o8 is not allowed; allowed: 1 to 65535",
        () -> check.range("mcastPort", LinkConfigTest::notANumber, 1, 65535));
  }

  @Test
  void shouldRefuseAFlagThatIsNeitherTrueNorFalse() {
    assertRefused(
        PID + ": loopback=ja is not allowed; allowed: true, false",
        () -> check.flag("loopback", false));
    assertTrue(check.flag("tidy", true));
    assertFalse(check.flag("absent", false));
  }

  @Test
  void shouldMakeAnAddressOfTheSettings() {
    LinkAddress address =
        check.address(" eth0 ", "ff02::5a", () -> 8849, () -> 4, () -> 2, () -> 0, true);
    assertEquals("eth0", address.mcastInterface());
    assertEquals("ff02:0:0:0:0:0:0:5a", address.group().getHostAddress());
    assertEquals(8849, address.port());
    assertEquals(4, address.syncPorts());
    assertEquals(2, address.ttl());
    assertTrue(address.loopback());
  }

  @Test
  void shouldRefuseAnAddressThatCannotBe() {
    assertRefused(
        PID + ": mcastInterface= is not allowed; allowed: the name of an interface, such as eth0",
        () -> check.address(null, "224.0.0.81", () -> 8848, () -> 1, () -> 1, () -> 0, false));
    assertRefused(
        PID
            + ": mcastGroup=10.0.0.1 is not allowed; allowed: a multicast address, 224.0.0.0 to"
            + " 239.255.255.255 or ff00::/8, such as 224.0.0.81",
        () -> check.address("eth0", "10.0.0.1", () -> 8848, () -> 1, () -> 1, () -> 0, false));
    assertRefused(
        PID + ": syncPorts=3 is not allowed; allowed: 1 to 2",
        () -> check.address("eth0", "224.0.0.81", () -> 65534, () -> 3, () -> 1, () -> 0, false));
  }

  @Test
  void shouldMakeLinkSettings() {
    LinkSettings settings = settings(0, "");
    assertEquals("224.0.0.81:8848%eth0", settings.horizon());
    assertEquals("kernel", settings(1024, " kernel ").horizon());
    assertRefused(
        PID + ": syncMaxLen=1023 is not allowed; allowed: 0, 1024 to 65507",
        () -> settings(1023, ""));
    assertRefused(
        PID + ": syncMaxLen=65508 is not allowed; allowed: 0 to 65507", () -> settings(65508, ""));
  }

  @Test
  void shouldNameALinkByItsPid() {
    assertEquals("eth0", LinkSettings.nameOf(PID));
    assertEquals("default", LinkSettings.nameOf("org.ipvssync.role.backup"));
    assertEquals("default", LinkSettings.nameOf("org.ipvssync.role.backup~"));
  }

  private LinkSettings settings(int maxLen, String horizon) {
    LinkAddress address =
        check.address("eth0", "224.0.0.81", () -> 8848, () -> 1, () -> 1, () -> 0, false);
    return LinkSettings.of(
        check, "eth0", address, () -> 7, () -> maxLen, 1024, "multicast", horizon, () -> 30);
  }

  private static int notANumber() {
    throw new IllegalStateException("as a framework does");
  }

  private static void assertRefused(String line, Executable action) {
    assertEquals(line, assertThrows(ConfigException.class, action).getMessage());
  }
}

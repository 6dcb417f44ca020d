package org.ipvssync.api.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigCheckTest {
  private final ConfigCheck check = new ConfigCheck("org.ipvssync.role.backup~eth0");

  @Test
  void shouldLetGoodValuesThrough() {
    assertEquals(1, check.range("ttl", 1, 1, 255));
    assertEquals(255, check.range("ttl", 255, 1, 255));
    assertEquals("v0", check.oneOf("codec", "v0", Set.of("v0", "v1")));
    assertEquals("eth0", check.required("mcastInterface", " eth0 ", "a name"));
  }

  @ParameterizedTest
  @CsvSource({"0", "256", "-2147483648"})
  void shouldNameKeyValueAndRangeInOneLine(int value) {
    ConfigException refused =
        assertThrows(ConfigException.class, () -> check.range("ttl", value, 1, 255));
    assertEquals(
        "org.ipvssync.role.backup~eth0: ttl=" + value + " is not allowed; allowed: 1 to 255",
        refused.getMessage());
  }

  @Test
  void shouldListWhatIsAllowedInOrder() {
    ConfigException refused =
        assertThrows(
            ConfigException.class, () -> check.oneOf("codec", "v2", Set.of("v1", "v0", "v9")));
    assertTrue(refused.getMessage().endsWith("codec=v2 is not allowed; allowed: v0, v1, v9"));
  }

  @Test
  void shouldRequireWhatMustBeThere() {
    for (String missing : new String[] {null, "", "  "}) {
      ConfigException refused =
          assertThrows(ConfigException.class, () -> check.required("name", missing, "a name"));
      assertTrue(refused.getMessage().endsWith("name= is not allowed; allowed: a name"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"224.0.0.81", " 239.1.2.3 ", "ff02::5a", "ff05::1"})
  void shouldReadMulticastGroups(String spelled) {
    assertTrue(check.group("mcastGroup", spelled).isMulticastAddress());
  }

  @Test
  void shouldReadAGroupAsItIsSpelled() {
    assertArrayEquals(
        new byte[] {(byte) 224, 0, 0, 81}, check.group("mcastGroup", "224.0.0.81").getAddress());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.1",
        "fe80::1",
        "localhost",
        "example.net",
        "224.0.81",
        "224.0.0.081",
        "ff02"
      })
  void shouldRefuseWhatIsNoMulticastGroup(String spelled) {
    ConfigException refused =
        assertThrows(ConfigException.class, () -> check.group("mcastGroup", spelled));
    assertTrue(refused.getMessage().contains("mcastGroup=" + spelled + " is not allowed"));
    assertTrue(refused.getMessage().contains("such as 224.0.0.81"));
  }
}

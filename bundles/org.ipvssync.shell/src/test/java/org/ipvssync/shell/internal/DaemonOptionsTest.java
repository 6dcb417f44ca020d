package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.Map;
import org.ipvssync.api.node.SyncRole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DaemonOptionsTest {
  private static final String GROUPS =
      "a multicast address, 224.0.0.0 to 239.255.255.255 or ff00::/8, such as 224.0.0.81";

  @Test
  void shouldLeaveToTheRoleWhatWasNotGiven() {
    RoleConfig config = options("--mcast-interface", "eth0").config(SyncRole.BACKUP);
    assertEquals(
        new RoleConfig(SyncRole.BACKUP, "command", true, Map.of("mcastInterface", "eth0")), config);
  }

  @Test
  void shouldTakeEveryOption() {
    RoleConfig config =
        new DaemonOptions("eth1", "255", "1024", "ff02::5a", "9900", "4", "8", "0", "east", true)
            .config(SyncRole.MASTER);
    assertEquals("east", config.name());
    assertEquals(
        Map.of(
            "mcastInterface", "eth1",
            "syncId", 255,
            "syncMaxLen", 1024,
            "mcastGroup", "ff02::5a",
            "mcastPort", 9900,
            "mcastTtl", 4,
            "syncPorts", 8,
            "codec", "v0",
            "kernel", false),
        config.settings());
  }

  @Test
  void shouldAskForTheInterface() {
    assertEquals(
        "startDaemon: --mcast-interface is missing; name the network interface that sync messages"
            + " use, such as --mcast-interface eth0 (it has no default, unlike ipvsadm's)",
        usage(options("--syncid", "7")));
  }

  @ParameterizedTest
  @CsvSource({
    "--syncid, 256, 0 to 255",
    "--syncid, -1, 0 to 255",
    "--syncid, seven, 0 to 255",
    "--syncid, 99999999999, 0 to 255",
    "--sync-maxlen, 63, 64 to 65507",
    "--sync-maxlen, 65508, 64 to 65507",
    "--mcast-port, 0, 1 to 65535",
    "--mcast-port, 65536, 1 to 65535",
    "--mcast-ttl, 0, 1 to 255",
    "--mcast-ttl, 256, 1 to 255",
    "--sync-ports, 0, 1 to 64",
    "--sync-ports, 65, 1 to 64",
    "--version, 2, '0, 1'",
    "--name, ../x, 'letters, digits, ''_'', ''.'' and ''-'', at most 64, such as eth0'",
  })
  void shouldNameOptionValueAndRange(String option, String value, String allowed) {
    assertEquals(
        "startDaemon: " + option + "=" + value + " is not allowed; allowed: " + allowed,
        usage(options("--mcast-interface", "lo", option, value)));
  }

  @Test
  void shouldAskMoreOfABackupsMessages() {
    DaemonOptions options = options("--mcast-interface", "lo", "--sync-maxlen", "1023");
    CommandFailure failure =
        assertThrows(CommandFailure.class, () -> options.config(SyncRole.BACKUP));
    assertEquals(CommandFailure.USAGE, failure.exit());
    assertEquals(
        "startDaemon: --sync-maxlen=1023 is not allowed; allowed: 1024 to 65507",
        failure.getMessage());
    assertEquals(1023, options.config(SyncRole.MASTER).settings().get("syncMaxLen"));
  }

  @ParameterizedTest
  @CsvSource({"192.0.2.1", "fe80::1", "example.org", "224.0.0.0.1"})
  void shouldRefuseWhatIsNoGroup(String group) {
    assertEquals(
        "startDaemon: --mcast-group=" + group + " is not allowed; allowed: " + GROUPS,
        usage(options("--mcast-interface", "lo", "--mcast-group", group)));
  }

  @Test
  void shouldRefusePortsBeyondTheLast() {
    assertEquals(
        "startDaemon: --mcast-port=65533 is not allowed; allowed: 1 to 65532 with 4 sync ports",
        usage(options("--mcast-interface", "lo", "--mcast-port", "65533", "--sync-ports", "4")));
  }

  private static String usage(DaemonOptions options) {
    CommandFailure failure =
        assertThrows(CommandFailure.class, () -> options.config(SyncRole.MASTER));
    assertEquals(CommandFailure.USAGE, failure.exit());
    return failure.getMessage();
  }

  private static DaemonOptions options(String... given) {
    Map<String, String> words = new HashMap<>();
    for (int i = 0; i < given.length; i += 2) {
      words.put(given[i], given[i + 1]);
    }
    return new DaemonOptions(
        words.getOrDefault("--mcast-interface", Arguments.ABSENT),
        words.getOrDefault("--syncid", Arguments.ABSENT),
        words.getOrDefault("--sync-maxlen", Arguments.ABSENT),
        words.getOrDefault("--mcast-group", Arguments.ABSENT),
        words.getOrDefault("--mcast-port", Arguments.ABSENT),
        words.getOrDefault("--mcast-ttl", Arguments.ABSENT),
        words.getOrDefault("--sync-ports", Arguments.ABSENT),
        words.getOrDefault("--version", Arguments.ABSENT),
        words.getOrDefault("--name", Arguments.ABSENT),
        false);
  }
}

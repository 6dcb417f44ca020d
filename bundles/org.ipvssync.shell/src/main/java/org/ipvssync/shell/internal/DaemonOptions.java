package org.ipvssync.shell.internal;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.api.wire.LinkAddress;

/**
 * The words of startDaemon, as they were typed; {@link Arguments#ABSENT} for those not given.
 *
 * <p>Only what was given is put into the configuration, so that the roles' own defaults hold for
 * the rest. A backup also remembers time to live and version: promote needs them.
 */
record DaemonOptions(
    String mcastInterface,
    String syncId,
    String syncMaxLen,
    String mcastGroup,
    String mcastPort,
    String mcastTtl,
    String syncPorts,
    String version,
    String name,
    boolean noKernel) {
  /** Name of a link that was given none. */
  static final String DEFAULT_NAME = "command";

  private static final int MAX_PORT = 65535;
  private static final int MAX_SYNC_PORTS = 64;

  /** Longest payload of a UDP datagram over IPv4: 65535 - 20 - 8, as in ipvsadm. */
  private static final int MAX_SYNC_LEN = 65507;

  /** A kernel takes less for a master, and then sends nothing. */
  private static final int MIN_SYNC_LEN_MASTER = 64;

  /** Least that the kernel takes for a backup. */
  private static final int MIN_SYNC_LEN_BACKUP = 1024;

  private static final Arguments CHECK = new Arguments("startDaemon");

  /** The configuration that the options ask for; fails with one line when they are not allowed. */
  RoleConfig config(SyncRole role) {
    Map<String, Object> settings = new TreeMap<>();
    if (mcastInterface.isBlank()) {
      throw CommandFailure.usage(
          "startDaemon: --mcast-interface is missing; name the network interface that sync messages"
              + " use, such as --mcast-interface eth0 (it has no default, unlike ipvsadm's)");
    }
    settings.put("mcastInterface", mcastInterface.strip());
    number(settings, "syncId", "--syncid", syncId, 0, 255);
    int minSyncLen = role == SyncRole.MASTER ? MIN_SYNC_LEN_MASTER : MIN_SYNC_LEN_BACKUP;
    number(settings, "syncMaxLen", "--sync-maxlen", syncMaxLen, minSyncLen, MAX_SYNC_LEN);
    number(settings, "mcastPort", "--mcast-port", mcastPort, 1, MAX_PORT);
    number(settings, "mcastTtl", "--mcast-ttl", mcastTtl, 1, 255);
    number(settings, "syncPorts", "--sync-ports", syncPorts, 1, MAX_SYNC_PORTS);
    checkLastPort(settings);
    if (isGiven(mcastGroup)) {
      settings.put("mcastGroup", CHECK.group("--mcast-group", mcastGroup));
    }
    if (isGiven(version)) {
      settings.put("codec", "v" + CHECK.oneOf("--version", version, Set.of("0", "1")));
    }
    if (noKernel) {
      settings.put(SyncLink.KERNEL_PROPERTY, false);
    }
    return new RoleConfig(role, checkedName(), true, settings);
  }

  private String checkedName() {
    String chosen = isGiven(name) ? name : DEFAULT_NAME;
    if (!chosen.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")) {
      throw CHECK.failure(
          "--name", chosen, "letters, digits, '_', '.' and '-', at most 64, such as eth0");
    }
    return chosen;
  }

  private static void checkLastPort(Map<String, Object> settings) {
    int first = (int) settings.getOrDefault("mcastPort", LinkAddress.DEFAULT_PORT);
    int ports = (int) settings.getOrDefault("syncPorts", 1);
    if (first + ports - 1 > MAX_PORT) {
      throw CHECK.failure(
          "--mcast-port",
          Integer.toString(first),
          "1 to " + (MAX_PORT - ports + 1) + " with " + ports + " sync ports");
    }
  }

  private static void number(
      Map<String, Object> settings, String key, String option, String value, int min, int max) {
    if (isGiven(value)) {
      settings.put(key, CHECK.number(option, value, min, max));
    }
  }

  private static boolean isGiven(String value) {
    return !Arguments.ABSENT.equals(value);
  }
}

package org.ipvssync.shell.internal;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ipvssync.api.wire.LinkAddress;

/**
 * Horizons of the links that come by command.
 *
 * <p>A master never sends back what came from its own horizon, and by default a master and a backup
 * on one address share one. So a backup that simply became a master would never send what it had
 * received, and a director that returns would never get it. Promotion therefore gives the address a
 * new horizon; links that start there later share it, so that nothing echoes.
 *
 * <p>The node keeps every horizon's name for good and tells 255 apart, so the names come around
 * again: what nobody has updated for so many promotions counts as the peers' again.
 */
final class CommandHorizons {
  /** The roles' key; absent for the address's first horizon, which the roles name themselves. */
  static final String KEY = "horizon";

  private static final int NAMES = 7;

  private CommandHorizons() {}

  /** A configuration that is to start, with the horizon of the links by command on its address. */
  static RoleConfig joining(RoleConfig starting, List<RoleConfig> running) {
    String address = address(starting);
    return running.stream()
        .filter(c -> c.byCommand() && address(c).equals(address))
        .findFirst()
        .map(c -> with(starting, c.settings().get(KEY)))
        .orElse(starting);
  }

  /**
   * The configuration of a master that takes the place of a backup.
   *
   * @param running all links; where another one uses the address too, the horizon stays: the two
   *     would else send each other's records around
   */
  static RoleConfig promoted(RoleConfig master, RoleConfig backup, List<RoleConfig> running) {
    String address = address(backup);
    boolean shared =
        running.stream().anyMatch(c -> !c.equals(backup) && address(c).equals(address));
    if (shared) {
      return master;
    }
    String before = String.valueOf(backup.settings().get(KEY));
    int number = before.startsWith(address + "#") ? numberOf(before) : 0;
    return with(master, address + "#" + (number % NAMES + 1));
  }

  private static int numberOf(String horizon) {
    return Integer.parseInt(horizon.substring(horizon.lastIndexOf('#') + 1));
  }

  private static RoleConfig with(RoleConfig config, Object horizon) {
    Map<String, Object> settings = new HashMap<>(config.settings());
    if (horizon == null) {
      settings.remove(KEY);
    } else {
      settings.put(KEY, horizon);
    }
    return new RoleConfig(config.role(), config.name(), config.byCommand(), settings);
  }

  /** Where a link speaks, however its file spells it. */
  static String address(RoleConfig config) {
    Map<String, Object> settings = config.settings();
    String group = text(settings.get("mcastGroup"), LinkAddress.DEFAULT_GROUP);
    String port = text(settings.get("mcastPort"), Integer.toString(LinkAddress.DEFAULT_PORT));
    return canonical(group) + ":" + port + "%" + text(settings.get("mcastInterface"), "");
  }

  private static String text(Object setting, String otherwise) {
    return setting == null ? otherwise : setting.toString().strip();
  }

  private static String canonical(String group) {
    try {
      return InetAddress.ofLiteral(group).getHostAddress();
    } catch (IllegalArgumentException e) {
      return group; // a file's mistake: the role refuses it
    }
  }
}

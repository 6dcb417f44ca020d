package org.ipvssync.shell.internal;

import java.util.Map;
import org.ipvssync.api.link.LinkSettings;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncRole;

/**
 * The configuration of one link.
 *
 * @param role what the link does
 * @param name its name, unique within the role
 * @param byCommand true when startDaemon made it, false when it came from a file or elsewhere
 * @param settings the role's own keys
 */
record RoleConfig(SyncRole role, String name, boolean byCommand, Map<String, Object> settings) {
  RoleConfig {
    settings = Map.copyOf(settings);
  }

  /** True when a bundle made it for the node, such as for a link to the own kernel. */
  boolean isAutomatic() {
    return isTrue(settings.get(SyncLink.AUTOMATIC_PROPERTY));
  }

  /** What the link calls itself: a PID that the framework chose holds no name. */
  String linkName() {
    return name.startsWith(CmRoleConfigs.PID_PREFIX) ? LinkSettings.nameOf(name) : name;
  }

  /** True for true, also as a text: what a file says is one. */
  static boolean isTrue(Object setting) {
    return setting != null && Boolean.parseBoolean(setting.toString().strip());
  }
}

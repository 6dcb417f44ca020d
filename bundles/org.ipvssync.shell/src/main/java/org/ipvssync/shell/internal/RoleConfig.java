package org.ipvssync.shell.internal;

import java.util.Map;
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
}

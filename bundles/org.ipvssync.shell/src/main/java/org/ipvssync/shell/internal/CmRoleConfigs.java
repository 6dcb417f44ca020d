package org.ipvssync.shell.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.ipvssync.api.node.SyncRole;
import org.osgi.framework.Constants;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** The links' configurations in ConfigurationAdmin, as factory configurations of the roles. */
final class CmRoleConfigs implements RoleConfigs {
  /** Key that marks what startDaemon made; the roles do not look at it. */
  static final String BY_COMMAND = "startedByCommand";

  /** What the PIDs of all roles begin with. */
  static final String PID_PREFIX = "org.ipvssync.role.";

  private final ConfigurationAdmin admin;

  CmRoleConfigs(ConfigurationAdmin admin) {
    this.admin = admin;
  }

  @Override
  public List<RoleConfig> list() throws IOException {
    List<RoleConfig> all = new ArrayList<>();
    for (SyncRole role : SyncRole.values()) {
      for (Configuration configuration : configurations(role)) {
        try {
          all.add(roleConfig(role, configuration));
        } catch (IllegalStateException e) {
          // Deleted since it was found: the links to the own kernel go by themselves.
          continue;
        }
      }
    }
    return all;
  }

  @Override
  public void create(RoleConfig config) throws IOException {
    Dictionary<String, Object> properties = new Hashtable<>(config.settings());
    properties.put(BY_COMMAND, true);
    admin
        .getFactoryConfiguration(
            factoryPid(config.role()), config.name(), CmConfigurations.ANY_LOCATION)
        .update(properties);
  }

  @Override
  public void delete(SyncRole role, String name) throws IOException {
    for (Configuration configuration : configurations(role)) {
      try {
        if (name(role, configuration).equals(name)) {
          configuration.delete();
        }
      } catch (IllegalStateException e) {
        // Somebody else was faster, see above.
        continue;
      }
    }
  }

  private List<Configuration> configurations(SyncRole role) throws IOException {
    return CmConfigurations.find(admin, "(service.factoryPid=" + factoryPid(role) + ")");
  }

  private static RoleConfig roleConfig(SyncRole role, Configuration configuration) {
    Map<String, Object> settings = new HashMap<>();
    Dictionary<String, Object> properties = configuration.getProperties();
    if (properties != null) {
      for (String key : Collections.list(properties.keys())) {
        settings.put(key, properties.get(key));
      }
    }
    settings.remove(Constants.SERVICE_PID);
    settings.remove(ConfigurationAdmin.SERVICE_FACTORYPID);
    settings.remove(ConfigurationAdmin.SERVICE_BUNDLELOCATION);
    boolean byCommand = Boolean.TRUE.equals(settings.remove(BY_COMMAND));
    return new RoleConfig(role, name(role, configuration), byCommand, settings);
  }

  /** What follows the tilde of the PID; all of the PID where the framework chose it. */
  private static String name(SyncRole role, Configuration configuration) {
    String pid = configuration.getPid();
    String prefix = factoryPid(role) + "~";
    return pid.startsWith(prefix) ? pid.substring(prefix.length()) : pid;
  }

  private static String factoryPid(SyncRole role) {
    return PID_PREFIX + role.label();
  }
}

package org.ipvssync.kernel.internal;

import java.io.IOException;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncRole;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** The links as factory configurations of the roles. */
final class CmOwnLinks implements OwnLinks {
  private static final String PID_PREFIX = "org.ipvssync.role.";

  /** Any bundle may receive the configuration, wherever it was installed from. */
  private static final String ANY_LOCATION = "?";

  private final ConfigurationAdmin admin;

  CmOwnLinks(ConfigurationAdmin admin) {
    this.admin = admin;
  }

  @Override
  public void make(int syncPorts, KernelSettings settings) throws IOException, KernelRefusal {
    for (SyncRole role : SyncRole.values()) {
      Configuration there = find(role);
      if (there != null && !isOurs(there)) {
        throw KernelRefusal.of(
            there.getPid() + " is the name of the link to the own kernel: rename that link");
      }
    }
    create(
        SyncRole.BACKUP,
        Map.of("mcastPort", KernelDaemon.MASTER_PORT, "rule", "AUTHORITATIVE"),
        syncPorts,
        settings);
    create(
        SyncRole.MASTER,
        Map.of(
            "mcastPort",
            KernelDaemon.BACKUP_PORT,
            "loopback",
            true,
            "refreshPeriodS",
            0,
            "changesPerSecond",
            settings.changesPerSecond()),
        syncPorts,
        settings);
  }

  private void create(
      SyncRole role, Map<String, Object> own, int syncPorts, KernelSettings settings)
      throws IOException {
    Dictionary<String, Object> properties = new Hashtable<>(own);
    properties.put("mcastInterface", KernelDaemon.LOOPBACK);
    properties.put("horizon", NAME);
    properties.put("syncId", settings.syncId());
    properties.put("syncPorts", syncPorts);
    properties.put(SyncLink.AUTOMATIC_PROPERTY, true);
    admin.getFactoryConfiguration(PID_PREFIX + role.label(), NAME, ANY_LOCATION).update(properties);
  }

  @Override
  public void remove() throws IOException {
    for (SyncRole role : List.of(SyncRole.MASTER, SyncRole.BACKUP)) {
      Configuration there = find(role);
      if (there != null && isOurs(there)) {
        there.delete();
      }
    }
  }

  private Configuration find(SyncRole role) throws IOException {
    try {
      Configuration[] found =
          admin.listConfigurations("(service.pid=" + PID_PREFIX + role.label() + "~" + NAME + ")");
      return found == null ? null : found[0];
    } catch (InvalidSyntaxException e) {
      throw new AssertionError("a filter without input is right or wrong for ever", e);
    }
  }

  private static boolean isOurs(Configuration configuration) {
    Dictionary<String, Object> properties = configuration.getProperties();
    // None: somebody asked for it a moment ago and has not filled it in, or a stop came between.
    return properties == null
        || Boolean.parseBoolean(String.valueOf(properties.get(SyncLink.AUTOMATIC_PROPERTY)));
  }
}

package org.ipvssync.shell.internal;

import java.io.IOException;
import java.util.List;
import org.ipvssync.api.node.SyncRole;

/** The links' configurations: the little of ConfigurationAdmin that the commands need. */
interface RoleConfigs {
  /** All of both roles, wherever they came from. */
  List<RoleConfig> list() throws IOException;

  /** Makes a configuration, marked as made by command, for as long as the node runs. */
  void create(RoleConfig config) throws IOException;

  /** Removes the configuration of that role and name. */
  void delete(SyncRole role, String name) throws IOException;
}

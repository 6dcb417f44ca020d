package org.ipvssync.shell.internal;

import java.io.IOException;
import java.util.List;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** What all who look into ConfigurationAdmin do alike. */
final class CmConfigurations {
  /** Any bundle may receive the configuration, wherever it was installed from. */
  static final String ANY_LOCATION = "?";

  private CmConfigurations() {}

  /** The configurations that a filter finds, which is written here and not by people. */
  static List<Configuration> find(ConfigurationAdmin admin, String filter) throws IOException {
    try {
      Configuration[] found = admin.listConfigurations(filter);
      return found == null ? List.of() : List.of(found);
    } catch (InvalidSyntaxException e) {
      throw new AssertionError("a filter without input is right or wrong for ever", e);
    }
  }
}

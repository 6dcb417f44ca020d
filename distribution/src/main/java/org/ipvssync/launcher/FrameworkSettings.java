package org.ipvssync.launcher;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.felix.framework.util.FelixConstants;
import org.osgi.framework.Constants;
import org.slf4j.Logger;

/** The properties that the framework starts with. */
public final class FrameworkSettings {
  /** Start level of bundles that come through the deploy folder. */
  static final int DEPLOYED_START_LEVEL = 10;

  /** How often the configuration and deploy folders are looked at, milliseconds. */
  static final int POLL_MS = 1000;

  /** Framework or system property: {@link #KERNEL_OFF} keeps a node from the own kernel. */
  public static final String KERNEL = "ipvssync.kernel";

  /** Whatever the links say. */
  public static final String KERNEL_OFF = "off";

  private FrameworkSettings() {}

  /**
   * What the launcher's class path lends to the bundles: logging, so that the first line of the
   * first bundle is in the log.
   */
  public static String systemPackages() {
    String slf4j = Logger.class.getPackage().getImplementationVersion();
    String version = ";version=" + (slf4j == null ? "2.0" : slf4j);
    return String.join(
        ",",
        "org.slf4j" + version,
        "org.slf4j.event" + version,
        "org.slf4j.helpers" + version,
        "org.slf4j.spi" + version,
        "org.osgi.service.log;version=1.5");
  }

  /** The properties for one node. */
  static Map<String, Object> of(NodeOptions options, int startLevel) {
    InstanceDir instance = options.instance();
    Map<String, Object> settings = new HashMap<>();
    settings.put(Constants.FRAMEWORK_STORAGE, cache(instance).toString());
    settings.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
    settings.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, Integer.toString(startLevel));
    settings.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, systemPackages());
    settings.put(FelixConstants.LOG_LOGGER_PROP, new FelixLog());
    settings.put(FelixConstants.LOG_LEVEL_PROP, "2"); // warnings; it names no level
    settings.put("felix.shutdown.hook", "false"); // NodeProcess has its own
    // Handing the few bundles' work to threads takes longer than the work.
    settings.put(FelixConstants.RESOLVER_PARALLELISM, "1");

    settings.put("ipvssync.instance", instance.name());
    settings.put("ipvssync.version", Home.version());
    settings.put("ipvssync.run.dir", instance.root().toString());
    settings.put("ipvssync.data.dir", instance.dataDir().toString());
    settings.put("ipvssync.conf.dir", options.conf().toString());
    if (!options.kernel()) {
      settings.put(KERNEL, KERNEL_OFF);
    }

    settings.put("felix.fileinstall.dir", options.conf() + "," + options.deploy());
    settings.put("felix.fileinstall.filter", ".*\\.(cfg|config|jar)");
    settings.put("felix.fileinstall.tmpdir", instance.dataDir().resolve("deploy").toString());
    settings.put("felix.fileinstall.poll", Integer.toString(POLL_MS));
    settings.put("felix.fileinstall.noInitialDelay", "true");
    settings.put("felix.fileinstall.enableConfigSave", "false");
    settings.put("felix.fileinstall.subdir.mode", "skip");
    settings.put("felix.fileinstall.start.level", Integer.toString(DEPLOYED_START_LEVEL));
    settings.put("felix.fileinstall.bundles.startTransient", "true");
    settings.put("felix.fileinstall.bundles.startActivationPolicy", "true");
    settings.put("felix.fileinstall.log.level", "2"); // warnings; more only repeats each poll
    return settings;
  }

  private static Path cache(InstanceDir instance) {
    return instance.dataDir().resolve("felix-cache");
  }
}

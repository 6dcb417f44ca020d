package org.ipvssync.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Installs the distribution's bundles, each folder at the start level that it is named by. */
final class BundleInstaller {
  private static final Logger LOG = LoggerFactory.getLogger(BundleInstaller.class);

  private BundleInstaller() {}

  /** The start level that a folder's name says. */
  static int startLevel(Path folder) {
    try {
      return Integer.parseInt(folder.getFileName().toString());
    } catch (NumberFormatException e) {
      throw new LaunchException(folder + ": a folder of bundles is named by its start level", e);
    }
  }

  /**
   * Installs all, and marks them to be started; one that cannot be installed is logged and passed
   * over.
   *
   * <p>The framework copies the jars: the distribution may be built or unpacked anew while the node
   * runs.
   *
   * @param folders of {@link Home#bundleFolders}
   */
  static List<Bundle> install(BundleContext context, List<Path> folders) {
    List<Bundle> installed = new ArrayList<>();
    Bundle system = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION);
    FrameworkStartLevel levels = system.adapt(FrameworkStartLevel.class);
    int usual = levels.getInitialBundleStartLevel();
    for (Path folder : folders) {
      // Each bundle's own would be written to disk once more.
      levels.setInitialBundleStartLevel(startLevel(folder));
      for (Path jar : Home.jars(folder)) {
        try (InputStream bytes = Files.newInputStream(jar)) {
          Bundle bundle = context.installBundle(jar.toUri().toString(), bytes);
          bundle.start(Bundle.START_ACTIVATION_POLICY);
          installed.add(bundle);
        } catch (BundleException | IOException e) {
          LOG.error("{} cannot be installed: {}", jar, Reason.deepest(e));
        }
      }
    }
    levels.setInitialBundleStartLevel(usual);
    // All at once costs a fraction of one after the other; what is missing is told at the start.
    system.adapt(FrameworkWiring.class).resolveBundles(installed);
    return installed;
  }
}

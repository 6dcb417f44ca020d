package org.ipvssync.shell.internal;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs, updates and removes the bundles of the deploy folder, which FileInstall watches; it
 * waits until a file has stopped growing.
 *
 * <p>FileInstall itself passes over what is no bundle in silence, tells some failures twice, and
 * lets a jar take the place of a shipped bundle, which is then gone with the jar. Here each jar
 * gets one line, and one that is of no use changes nothing: as a second role or a second node,
 * which would do the work of the first once more.
 */
@Component(service = ArtifactInstaller.class)
public final class DeployFolder implements ArtifactInstaller {
  private static final Logger LOG = LoggerFactory.getLogger(DeployFolder.class);
  private static final int STARTED = Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY;

  private final BundleContext context;
  private final Path copies;
  private final BundleUpdate update;

  /** Numbers of the bundles that did not start: another that comes may be what they lack. */
  private final Set<Long> failed = ConcurrentHashMap.newKeySet();

  /** For the bundles of the framework. */
  @Activate
  public DeployFolder(BundleContext context) {
    this(context, Patience.system(), BundleCommands.folder(context));
  }

  DeployFolder(BundleContext context, Patience patience, Path copies) {
    this.context = context;
    this.copies = copies;
    this.update = new BundleUpdate(patience, copies);
  }

  @Override
  public boolean canHandle(File file) {
    return file.getName().endsWith(".jar");
  }

  @Override
  public void install(File file) throws InterruptedException {
    guarded(file, this::take);
  }

  @Override
  public void update(File file) throws InterruptedException {
    guarded(file, this::take);
  }

  @Override
  public void uninstall(File file) throws InterruptedException {
    guarded(file, this::remove);
  }

  /** What is done with a file. */
  @FunctionalInterface
  private interface Step {
    void run(File file) throws Exception;
  }

  private void guarded(File file, Step step) throws InterruptedException {
    try {
      step.run(file);
    } catch (InterruptedException e) {
      throw e;
    } catch (CommandFailure e) {
      LOG.warn("deploy: {}", e.getMessage());
    } catch (BundleException e) {
      LOG.warn("deploy: {}: {}", file, BundleWords.reason(e));
    } catch (Exception e) {
      LOG.warn("deploy: {}: {}", file, e.toString());
    }
    retryFailed();
    refresh();
  }

  private void take(File file) throws Exception {
    String location = location(file);
    Bundle there = context.getBundle(location);
    try (BundleJar jar = BundleJar.read(file.getPath(), copies)) {
      for (Bundle same : BundleWords.find(context, jar.name())) {
        if (same != there) {
          checkBeside(same, jar, file);
        }
      }
      if (there != null && !jar.name().equals(there.getSymbolicName())) {
        remove(file);
        there = null;
      }
      if (there == null) {
        install(jar, location, file);
      } else {
        String before = BundleWords.label(there);
        update.run(there, jar);
        if (start(there, file)) {
          LOG.info("deploy: {}: {} took the place of {}", file, BundleWords.label(there), before);
        }
      }
    }
  }

  /** Refuses what cannot run beside an installed bundle of its name. */
  private void checkBeside(Bundle same, BundleJar jar, File file) {
    boolean chosen =
        OfferedServices.areChosen(jar.provides())
            && OfferedServices.areChosen(same.getHeaders("").get(Constants.PROVIDE_CAPABILITY));
    if (same.getVersion().equals(jar.version())) {
      throw CommandFailure.failed(
          file
              + ": is "
              + BundleWords.label(same)
              + ", which is installed already as "
              + same.getBundleId()
              + (chosen ? "; give it a higher version to take its place" : ""));
    }
    if (!chosen) {
      throw CommandFailure.failed(
          file
              + ": only codecs, tables and transports run beside another version, here "
              + BundleWords.label(same)
              + "; "
              + howToExchange(same, location(file)));
    }
  }

  /** Update refuses the bundle that runs it. */
  String howToExchange(Bundle installed, String url) {
    return installed.equals(context.getBundle())
        ? "it is exchanged with the distribution, at the next start of the node"
        : "to exchange it: ipvs-syncd shell update " + installed.getSymbolicName() + " " + url;
  }

  private void install(BundleJar jar, String location, File file)
      throws BundleException, IOException {
    Bundle bundle;
    try (InputStream bytes = jar.open()) {
      bundle = context.installBundle(location, bytes);
    }
    String level = context.getProperty("felix.fileinstall.start.level");
    if (level != null) {
      bundle.adapt(BundleStartLevel.class).setStartLevel(Integer.parseInt(level));
    }
    if (start(bundle, file)) {
      LOG.info("deploy: {}: {} runs{}", file, BundleWords.label(bundle), besideHigher(bundle));
    }
  }

  /** What follows "it runs" when another of its name does the work; else nothing. */
  String besideHigher(Bundle bundle) {
    return BundleWords.find(context, bundle.getSymbolicName()).stream()
        .map(Bundle::getVersion)
        .filter(version -> version.compareTo(bundle.getVersion()) > 0)
        .max(Comparator.naturalOrder())
        .map(version -> "; a higher version, " + version + ", stays in use")
        .orElse("");
  }

  private boolean start(Bundle bundle, File file) {
    failed.remove(bundle.getBundleId());
    if (bundle.getHeaders("").get("Fragment-Host") != null) {
      return true;
    }
    try {
      bundle.start(STARTED);
      return true;
    } catch (BundleException e) {
      failed.add(bundle.getBundleId());
      LOG.warn(
          "deploy: {}: {} does not start: {}",
          file,
          BundleWords.label(bundle),
          BundleWords.reason(e));
      return false;
    }
  }

  private void remove(File file) throws BundleException {
    Bundle bundle = context.getBundle(location(file));
    if (bundle != null) {
      failed.remove(bundle.getBundleId());
      bundle.uninstall();
      LOG.info("deploy: {} is gone, and {} with it", file, BundleWords.label(bundle));
    }
  }

  private void retryFailed() {
    for (long id : failed) {
      Bundle bundle = context.getBundle(id);
      try {
        if (bundle != null) {
          bundle.start(STARTED);
          LOG.info("deploy: {} runs now", BundleWords.label(bundle));
        }
        failed.remove(id);
      } catch (BundleException e) {
        LOG.debug("{} does not start yet", BundleWords.label(bundle), e);
      }
    }
  }

  /** Others may use packages of what was removed or exchanged. */
  private void refresh() {
    FrameworkWiring wiring = context.getBundle(0).adapt(FrameworkWiring.class);
    if (!wiring.getRemovalPendingBundles().isEmpty()) {
      wiring.refreshBundles(null);
    }
  }

  /** As FileInstall names it. */
  private static String location(File file) {
    return file.toURI().normalize().toString();
  }
}

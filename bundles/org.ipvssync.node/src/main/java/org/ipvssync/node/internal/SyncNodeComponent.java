package org.ipvssync.node.internal;

import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.ipvssync.api.link.ConfigException;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.table.ConnTableProvider;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wires the node: chooses the table's provider, keeps the sweeper running, registers the node.
 *
 * <p>The core is the service, not this component, so that roles hold nothing of the framework.
 */
@Component(
    name = SyncNodeComponent.PID,
    immediate = true,
    service = {})
@Designate(ocd = SyncNodeComponent.Config.class)
public final class SyncNodeComponent {
  static final String PID = "org.ipvssync.node";

  /** How long a provider may be missing before that is worth a line. */
  private static final int MISSING_PROVIDER_S = 5;

  private static final Logger LOG = LoggerFactory.getLogger(SyncNodeComponent.class);

  /** The node's configuration. */
  @ObjectClassDefinition(
      name = "ipvs-syncd node",
      description = "The node: which table it keeps its connections in")
  public @interface Config {
    /** Name of the table provider. */
    @AttributeDefinition(description = "Name of the table provider, such as memory")
    String table() default NodeSettings.TABLE;

    /** Pause between two sweeps of expired entries. */
    @AttributeDefinition(
        description = "Milliseconds between two sweeps of expired entries",
        min = "10",
        max = "10000")
    int sweepIntervalMs() default NodeSettings.SWEEP_INTERVAL_MS;

    /** Changes whose order each outbound link knows. */
    @AttributeDefinition(
        description =
            "Changes whose order each outbound link knows, rounded down to a power of two;"
                + " when more wait, marks are walked instead and nothing is lost",
        min = "1024",
        max = "1048576")
    int changeRing() default NodeSettings.CHANGE_RING;
  }

  private final SyncNodeCore core;
  private final TableKeeper tables;
  private final ScheduledExecutorService sweeper;
  private final ServiceRegistration<SyncNode> registration;
  private NodeSettings settings;
  private boolean sweepFailed;

  /** Starts the node; a table comes when its provider does. */
  @Activate
  public SyncNodeComponent(BundleContext context, Config config, Map<String, Object> written) {
    settings = settings(config, written, NodeSettings.DEFAULTS, "the node uses its defaults");
    LinkLog log = new LinkLog(LOG::info, LOG::warn, LOG::error);
    core = new SyncNodeCore(SyncClock.SYSTEM, settings.changeRing(), log);
    sweeper =
        new ScheduledThreadPoolExecutor(
            1,
            task -> Thread.ofPlatform().name("ipvs-node-sweeper").daemon().unstarted(task),
            // A provider may still go after the node has stopped.
            new ThreadPoolExecutor.DiscardPolicy());
    int interval = settings.sweepIntervalMs();
    sweeper.scheduleWithFixedDelay(this::sweep, interval, interval, TimeUnit.MILLISECONDS);
    tables =
        new TableKeeper(
            core,
            settings.table(),
            log,
            task -> sweeper.schedule(task, MISSING_PROVIDER_S, TimeUnit.SECONDS),
            // Its table may stay in use without it.
            provider -> WholeBundle.load(FrameworkUtil.getBundle(provider.getClass())));
    tables.start();
    registration = context.registerService(SyncNode.class, core, null);
  }

  /**
   * A value that is not allowed must not leave the director without a node: it says so and goes on.
   */
  private static NodeSettings settings(
      Config config, Map<String, Object> written, NodeSettings otherwise, String goesOn) {
    try {
      return NodeSettings.of(config.table(), config::sweepIntervalMs, config::changeRing, written);
    } catch (ConfigException e) {
      LOG.error("{}; {} until that is mended", e.getMessage(), goesOn);
      return otherwise;
    }
  }

  /** Another table may have been chosen; the other values count from the next start. */
  @Modified
  void modified(Config config, Map<String, Object> written) {
    NodeSettings before = settings;
    settings = settings(config, written, before, "the node keeps what it had");
    if (settings.sweepIntervalMs() != before.sweepIntervalMs()
        || settings.changeRing() != before.changeRing()) {
      LOG.info("{}: sweepIntervalMs and changeRing are taken at the node's next start", PID);
    }
    tables.choose(settings.table());
  }

  @Deactivate
  void deactivate() {
    tables.stop();
    registration.unregister();
    sweeper.shutdownNow();
    core.close();
  }

  // Dynamic, and all of them: the component chooses by its own configured name (a target filter
  // changed while a bundle stops can leave the wrong service bound).
  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "removeProvider")
  void addProvider(
      ConnTableProvider provider,
      ServiceReference<ConnTableProvider> reference,
      Map<String, Object> properties) {
    tables.add(provider, properties, version(reference));
  }

  void removeProvider(ConnTableProvider provider) {
    tables.remove(provider);
  }

  private static String version(ServiceReference<?> reference) {
    Bundle bundle = reference.getBundle();
    // None when the service went in this very moment; then it is taken away again at once.
    return bundle == null ? "0" : bundle.getVersion().toString();
  }

  private void sweep() {
    try {
      core.expire();
    } catch (RuntimeException | Error e) {
      // Seen once is enough to act on; the sweeper itself must not stop.
      if (!sweepFailed) {
        sweepFailed = true;
        LOG.error("sweeping expired connections failed; further failures are not logged", e);
      }
    }
  }
}

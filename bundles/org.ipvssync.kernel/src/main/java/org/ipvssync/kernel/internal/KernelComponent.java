package org.ipvssync.kernel.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.ipvssync.api.link.ConfigException;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.node.OwnKernel;
import org.ipvssync.api.node.ReadyCondition;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.TableSource;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the kernel's side of the node, and registers what it says and knows. */
@Component(
    name = KernelComponent.PID,
    immediate = true,
    service = {})
@Designate(ocd = KernelConfig.class)
public final class KernelComponent {
  static final String PID = "org.ipvssync.kernel";

  /** Framework or system property; "off" leaves the kernel alone whatever is configured. */
  static final String SWITCH = "ipvssync.kernel";

  private static final String RUN_DIR = "ipvssync.run.dir";
  private static final long REFRESH_TIMEOUT_MS = 30_000;

  private static final Logger LOG = LoggerFactory.getLogger(KernelComponent.class);

  private final LinksSeen links = new LinksSeen();
  private final ConditionsSeen conditions = new ConditionsSeen();
  private final boolean switchedOff;
  private final KernelConductor conductor;
  private final ConductorThread thread;
  private final List<ServiceRegistration<?>> registrations;

  /** Starts the thread that does everything. */
  @Activate
  public KernelComponent(
      BundleContext context,
      @Reference SyncNode node,
      @Reference ConfigurationAdmin admin,
      KernelConfig config,
      Map<String, Object> written) {
    String runDir = context.getProperty(RUN_DIR);
    switchedOff = "off".equals(context.getProperty(SWITCH)) || runDir == null;
    ProcFiles proc = new ProcFiles(Path.of("/proc"));
    KernelParts parts =
        new KernelParts(
            proc,
            node,
            links,
            new CmOwnLinks(admin),
            new DaemonRecord(Path.of(runDir == null ? "/nonexistent" : runDir), proc.bootId()),
            new NamespaceLock(List.of(Path.of("/run/lock"), Path.of("/run"), Path.of("/tmp"))),
            conditions::isContentComplete,
            SyncClock.SYSTEM,
            new LinkLog(LOG::info, LOG::warn, LOG::error));
    conductor = new KernelConductor(parts, settings(config, written));
    thread = new ConductorThread(conductor);
    registrations =
        List.of(
            context.registerService(ReadyCondition.class, new Delivered(conductor), null),
            context.registerService(OwnKernel.class, conductor::status, null),
            context.registerService(TableSource.class, this::refresh, null));
    thread.start();
  }

  private record Delivered(KernelConductor conductor) implements ReadyCondition {
    @Override
    public Stage stage() {
      return Stage.DELIVERY;
    }

    @Override
    public String missing() {
      return conductor.missing();
    }
  }

  private void refresh() {
    conductor.delivery().refresh(thread::wakeUp, REFRESH_TIMEOUT_MS);
  }

  private KernelSettings settings(KernelConfig config, Map<String, Object> written) {
    if (switchedOff) {
      return KernelSettings.OFF;
    }
    try {
      return KernelSettings.of(config, written);
    } catch (ConfigException e) {
      LOG.error("{}; the own kernel is left alone until that is mended", e.getMessage());
      return KernelSettings.OFF;
    }
  }

  @Modified
  void modified(KernelConfig config, Map<String, Object> written) {
    conductor.configure(settings(config, written));
    thread.wakeUp();
  }

  @Deactivate
  void deactivate() {
    registrations.forEach(ServiceRegistration::unregister);
    thread.close();
  }

  // Dynamic: links come and go, the two to the kernel by this component's own doing.
  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      updated = "addLink",
      unbind = "removeLink")
  void addLink(SyncLink link, Map<String, Object> properties) {
    links.add(link, properties);
    wakeUp();
  }

  void removeLink(SyncLink link) {
    links.remove(link);
    wakeUp();
  }

  // Dynamic: whoever knows a reason brings it.
  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "removeCondition")
  void addCondition(ReadyCondition condition) {
    conditions.add(condition);
  }

  void removeCondition(ReadyCondition condition) {
    conditions.remove(condition);
  }

  private void wakeUp() {
    thread.wakeUp();
  }
}

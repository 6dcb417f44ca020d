package org.ipvssync.shell.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.ipvssync.api.node.OwnKernel;
import org.ipvssync.api.node.ReadyCondition;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.TableResync;
import org.ipvssync.api.table.ConnTableProvider;
import org.ipvssync.api.wire.SyncCodec;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the links and the node's service for all commands of this bundle. */
@Component(service = NodeTracker.class)
public final class NodeTracker implements NodeView {
  private static final Logger LOG = LoggerFactory.getLogger(NodeTracker.class);

  /** Framework or system property: "off" for a node that leaves its kernel alone. */
  private static final String KERNEL = "ipvssync.kernel";

  private final List<SyncLink> links = new CopyOnWriteArrayList<>();
  private final Map<SyncLink, Boolean> automatic = new ConcurrentHashMap<>();
  private final List<ReadyCondition> conditions = new CopyOnWriteArrayList<>();
  private final AtomicReference<SyncNode> node = new AtomicReference<>();
  private final AtomicReference<TableResync> resync = new AtomicReference<>();
  private final AtomicReference<OwnKernel> kernel = new AtomicReference<>();
  private final boolean switchedOff;
  private final AtomicReference<ConfigurationAdmin> admin = new AtomicReference<>();
  private final BundleContext context;
  private final NodeFacts facts;
  private final NodeStop stop;

  /** With the launcher's framework properties. */
  @Activate
  public NodeTracker(BundleContext context) {
    this.context = context;
    this.facts =
        new NodeFacts(
            property(context, "ipvssync.instance", "default"),
            property(context, "ipvssync.version", context.getBundle().getVersion().toString()),
            ProcessHandle.current().pid(),
            Optional.ofNullable(context.getProperty(ControlSocket.RUN_DIR)).map(Path::of));
    this.switchedOff = "off".equals(context.getProperty(KERNEL));
    Bundle framework = context.getBundle(0);
    this.stop = new NodeStop(Thread::startVirtualThread, () -> stop(framework));
  }

  @Override
  public List<SyncLink> links() {
    return List.copyOf(links);
  }

  @Override
  public boolean isAutomatic(SyncLink link) {
    return automatic.getOrDefault(link, false);
  }

  @Override
  public List<RoleConfig> configured() {
    ConfigurationAdmin now = admin.get();
    try {
      return now == null ? List.of() : new CmRoleConfigs(now).list();
    } catch (IOException | IllegalStateException e) {
      LOG.debug("configurations are going away", e);
      return List.of();
    }
  }

  /** The framework becomes active when it has reached its start level, with every bundle on it. */
  @Override
  public boolean hasStarted() {
    return context.getBundle(0).getState() == Bundle.ACTIVE;
  }

  @Override
  public List<ReadyCondition> conditions() {
    return List.copyOf(conditions);
  }

  @Override
  public Optional<TableResync> resyncIfPresent() {
    return Optional.ofNullable(resync.get());
  }

  @Override
  public Optional<OwnKernel.Status> kernel() {
    return switchedOff
        ? Optional.empty()
        : Optional.ofNullable(kernel.get()).map(OwnKernel::status);
  }

  @Override
  public Optional<SyncNode> nodeIfPresent() {
    return Optional.ofNullable(node.get());
  }

  @Override
  public NodeFacts facts() {
    return facts;
  }

  @Override
  public List<Offer> codecs() {
    return offers(SyncCodec.class, SyncCodec.NAME_PROPERTY);
  }

  @Override
  public List<Offer> tables() {
    return offers(ConnTableProvider.class, ConnTableProvider.NAME_PROPERTY);
  }

  private <T> List<Offer> offers(Class<T> service, String nameProperty) {
    try {
      return context.getServiceReferences(service, "(" + nameProperty + "=*)").stream()
          .filter(r -> r.getBundle() != null)
          .map(r -> offer(r.getBundle(), r.getProperty(nameProperty).toString()))
          .sorted(Comparator.comparing(Offer::name).thenComparing(Offer::version))
          .toList();
    } catch (InvalidSyntaxException e) {
      throw new AssertionError("a filter without input is right or wrong for ever", e);
    }
  }

  private static Offer offer(Bundle bundle, String name) {
    return new Offer(name, bundle.getVersion().toString(), bundle.getSymbolicName());
  }

  /** Ends the node. */
  NodeStop nodeStop() {
    return stop;
  }

  /** Dynamic: links come and go with their configurations, the commands stay. */
  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addLink(SyncLink link, Map<String, Object> properties) {
    updatedLink(link, properties);
    links.add(link);
  }

  void updatedLink(SyncLink link, Map<String, Object> properties) {
    automatic.put(link, RoleConfig.isTrue(properties.get(SyncLink.AUTOMATIC_PROPERTY)));
  }

  void removeLink(SyncLink link) {
    links.removeIf(l -> l == link);
    automatic.remove(link);
  }

  /** Dynamic: whoever knows why the node is not ready comes and goes. */
  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addCondition(ReadyCondition condition) {
    conditions.add(condition);
  }

  void removeCondition(ReadyCondition condition) {
    conditions.removeIf(c -> c == condition);
  }

  /** Dynamic: without it nobody asks peers, and all else works. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void setResync(TableResync newResync) {
    resync.set(newResync);
  }

  void unsetResync(TableResync oldResync) {
    resync.compareAndSet(oldResync, null);
  }

  /** Dynamic: without it the own kernel is nobody's business. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void setKernel(OwnKernel newKernel) {
    kernel.set(newKernel);
  }

  void unsetKernel(OwnKernel oldKernel) {
    kernel.compareAndSet(oldKernel, null);
  }

  /** Dynamic: without it there are no links, and the commands say so. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void setAdmin(ConfigurationAdmin newAdmin) {
    admin.set(newAdmin);
  }

  void unsetAdmin(ConfigurationAdmin oldAdmin) {
    admin.compareAndSet(oldAdmin, null);
  }

  /** Dynamic: without the node's service the commands say so instead of vanishing. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void setNode(SyncNode newNode) {
    node.set(newNode);
  }

  void unsetNode(SyncNode oldNode) {
    node.compareAndSet(oldNode, null);
  }

  private static String property(BundleContext context, String key, String otherwise) {
    String value = context.getProperty(key);
    return value == null ? otherwise : value;
  }

  private static void stop(Bundle framework) {
    try {
      LOG.info("the node stops, as a command asked");
      framework.stop();
    } catch (BundleException e) {
      LOG.error("the node could not be stopped: {}", e.getMessage());
    }
  }
}

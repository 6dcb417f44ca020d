package org.ipvssync.resync.internal;

import java.security.SecureRandom;
import java.util.Map;
import org.ipvssync.api.link.ConfigException;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.node.ReadyCondition;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.TableResync;
import org.ipvssync.api.node.TableSource;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncTransport;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
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

/** Wires the node's resyncs. */
@Component(
    service = {TableResync.class, ReadyCondition.class},
    immediate = true,
    configurationPid = ResyncConfig.PID)
@Designate(ocd = ResyncConfig.class)
public final class ResyncComponent implements TableResync, ReadyCondition {
  private static final Logger LOG = LoggerFactory.getLogger(ResyncComponent.class);
  private static final int SECRET_BYTES = 32;

  private final ResyncService service;

  /** Makes the service; it starts when it is configured. */
  @Activate
  public ResyncComponent(
      @Reference SyncNode node,
      @Reference ControlInbox inbox,
      ResyncConfig config,
      Map<String, Object> written) {
    SecureRandom random = new SecureRandom();
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    Local local = new Local(random.nextLong(), SyncClock.SYSTEM, random::nextLong);
    LinkLog log = new LinkLog(LOG::info, LOG::warn, LOG::error);
    service = new ResyncService(node, inbox, local, checked(config, written), secret, log);
  }

  /** All that is there already is bound. */
  @Activate
  void start() {
    service.start();
  }

  @Modified
  void modified(ResyncConfig config, Map<String, Object> written) {
    service.adopt(checked(config, written));
  }

  @Deactivate
  void deactivate() {
    service.close();
  }

  /** A value that is not allowed must not leave the node without resyncs. */
  private static ResyncSettings checked(ResyncConfig config, Map<String, Object> written) {
    try {
      return ResyncSettings.of(config, written);
    } catch (ConfigException e) {
      LOG.error("{}; the defaults hold until that is mended", e.getMessage());
      return ResyncSettings.DEFAULTS;
    }
  }

  @Override
  public long begin() {
    return service.begin();
  }

  @Override
  public Status status() {
    return service.status();
  }

  @Override
  public Map<String, Long> counters() {
    return service.counters();
  }

  @Override
  public Stage stage() {
    return service.stage();
  }

  @Override
  public String missing() {
    return service.missing();
  }

  // Dynamic, and all of them: links come and go. Those that a bundle of the node made for itself
  // do not lead to another node.
  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      target = "(!(" + SyncLink.AUTOMATIC_PROPERTY + "=true))",
      unbind = "removeLink")
  void addLink(SyncLink link) {
    service.addLink(link);
  }

  void removeLink(SyncLink link) {
    service.removeLink(link);
  }

  // Dynamic, and all of them: chosen by name, see ServiceChoice.
  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "removeCodec")
  void addCodec(
      SyncCodec codec, ServiceReference<SyncCodec> reference, Map<String, Object> properties) {
    service.addCodec(codec, properties, version(reference));
  }

  void removeCodec(SyncCodec codec) {
    service.removeCodec(codec);
  }

  // As above.
  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "removeTransport")
  void addTransport(
      SyncTransport transport,
      ServiceReference<SyncTransport> reference,
      Map<String, Object> properties) {
    service.transports().add(transport, properties, version(reference));
  }

  void removeTransport(SyncTransport transport) {
    service.transports().remove(transport);
  }

  // Dynamic: whoever knows more connections than messages have brought.
  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "removeSource")
  void addSource(TableSource source) {
    service.addSource(source);
  }

  void removeSource(TableSource source) {
    service.removeSource(source);
  }

  private static String version(ServiceReference<?> reference) {
    Bundle bundle = reference.getBundle();
    // None when the service went in this very moment; then it is taken away again at once.
    return bundle == null ? "0" : bundle.getVersion().toString();
  }
}

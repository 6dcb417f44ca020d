package org.ipvssync.role.backup.internal;

import java.util.Map;
import java.util.Objects;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.link.LinkSettings;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.wire.ControlListener;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncTransport;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires one backup link for each factory configuration, and registers it. */
@Component(
    name = BackupRole.PID,
    service = SyncLink.class,
    immediate = true,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = BackupConfig.class, factory = true)
public final class BackupRole implements SyncLink {
  static final String PID = "org.ipvssync.role.backup";

  private static final Logger LOG = LoggerFactory.getLogger(BackupRole.class);

  private final String name;
  private final BackupLink link;
  private volatile String mcastInterface = "";

  /** Makes the link; it starts when it is configured. */
  @Activate
  public BackupRole(@Reference SyncNode node, Map<String, Object> properties) {
    name = LinkSettings.nameOf(String.valueOf(properties.get(Constants.SERVICE_PID)));
    link =
        new BackupLink(name, node, SyncClock.SYSTEM, new LinkLog(LOG::info, LOG::warn, LOG::error));
  }

  /** Also another configuration: it is taken in place, and a bad one leaves all as it is. */
  @Activate
  @Modified
  void configure(BackupConfig config, Map<String, Object> properties) {
    mcastInterface = Objects.requireNonNullElse(config.mcastInterface(), "");
    link.configure(() -> BackupSettings.of(name, config, properties));
  }

  // Nothing is parked here, as a master's changes are. While an older and a newer version of this
  // bundle both have the link, both apply what they receive: that is the same in the same order,
  // and applying twice what one has read to the end changes nothing.
  @Deactivate
  void deactivate() {
    link.close();
  }

  @Override
  public LinkStatus status() {
    return link.status(mcastInterface);
  }

  // Dynamic, and all of them: the link chooses by its own configured names (a target filter
  // changed while a bundle stops can leave the wrong service bound).
  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "removeCodec")
  void addCodec(
      SyncCodec codec, ServiceReference<SyncCodec> reference, Map<String, Object> properties) {
    link.addCodec(codec, properties, version(reference));
  }

  void removeCodec(SyncCodec codec) {
    link.removeCodec(codec);
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
    link.runner().addTransport(transport, properties, version(reference));
  }

  void removeTransport(SyncTransport transport) {
    link.runner().removeTransport(transport);
  }

  // As above.
  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "removeControl")
  void addControl(ControlListener listener) {
    link.addControl(listener);
  }

  void removeControl(ControlListener listener) {
    link.removeControl(listener);
  }

  private static String version(ServiceReference<?> reference) {
    Bundle bundle = reference.getBundle();
    // None when the service went in this very moment; then it is taken away again at once.
    return bundle == null ? "0" : bundle.getVersion().toString();
  }
}

package org.ipvssync.workload.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.ConfigException;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.wire.SyncCodec;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets a program on this machine be the node's load balancer; see {@link FeedFrame}. */
@Component(
    service = {},
    immediate = true,
    configurationPid = FeedSettings.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = FeedSettings.class)
public final class FeedComponent {
  private static final Logger LOG = LoggerFactory.getLogger(FeedComponent.class);
  private static final String CODEC = "v1";

  private final ServiceChoice<SyncCodec> codec = new ServiceChoice<>(SyncCodec::name, CODEC);
  private final InboundLink inbound;
  private final FeedServer server;

  /** Listens, or fails with one line that says which setting is wrong. */
  @Activate
  public FeedComponent(@Reference SyncNode node, FeedSettings settings) {
    Path path = FeedPath.of(settings.socket());
    inbound = node.openInbound(settings.horizon());
    LinkCounters counters = new LinkCounters();
    FeedIntake intake = new FeedIntake(codec, inbound, counters, SyncClock.SYSTEM);
    try {
      server = FeedServer.open(path, intake, counters);
    } catch (IOException e) {
      inbound.close();
      throw new ConfigException(
          FeedSettings.PID + ": socket=" + path + " cannot be listened on: " + e.getMessage());
    }
    LOG.info("feed: listens on {}", path);
  }

  /** A codec has come. Dynamic: the feed waits where it is while the codec is exchanged. */
  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "unbindCodec")
  void bindCodec(
      SyncCodec service, ServiceReference<SyncCodec> reference, Map<String, Object> properties) {
    Bundle bundle = reference.getBundle();
    // None when the service went in this very moment; then it is taken away again at once.
    codec.add(service, properties, bundle == null ? "0" : bundle.getVersion().toString());
  }

  /** A codec goes; returns when no message is in it. */
  void unbindCodec(SyncCodec service) {
    codec.remove(service);
  }

  /** Ends the session and removes the socket. */
  @Deactivate
  void deactivate() {
    server.close();
    inbound.close();
  }
}

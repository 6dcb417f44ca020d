package org.ipvssync.transport.multicast.internal;

import java.util.Map;
import java.util.Objects;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.OwnSenders;
import org.ipvssync.api.wire.PeerSocket;
import org.ipvssync.api.wire.SyncReceiver;
import org.ipvssync.api.wire.SyncSender;
import org.ipvssync.api.wire.SyncTransport;
import org.ipvssync.api.wire.TransportException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * UDP multicast to IPv4 and IPv6 groups, as the kernel's sync daemons speak it.
 *
 * <p>What a node's senders send, its receivers drop. As a service, all instances of a framework are
 * one node, so that one may take over from another; made otherwise, each is a node of its own.
 * Needs nothing but the JDK, so tools find it with {@link java.util.ServiceLoader} too.
 *
 * <p>Source: {@code make_send_sock}, {@code make_receive_sock} and {@code start_sync_thread} in
 * net/netfilter/ipvs/ip_vs_sync.c.
 */
@Component(
    service = SyncTransport.class,
    property = SyncTransport.NAME_PROPERTY + "=" + MulticastTransport.NAME)
public final class MulticastTransport implements SyncTransport {
  /** The name by which configuration chooses this transport. */
  public static final String NAME = "multicast";

  private static final Logger LOG = LoggerFactory.getLogger(MulticastTransport.class);

  private final SyncClock clock;
  private final OwnSenders ownSenders;

  /** A node of its own. */
  public MulticastTransport() {
    this(SyncClock.SYSTEM);
  }

  /** A transport of the node that the framework is. */
  @Activate
  public MulticastTransport(Map<String, Object> properties) {
    this(SyncClock.SYSTEM, OwnSenders.OF_NODE);
  }

  /** With a clock that says when to look after the interface again. */
  MulticastTransport(SyncClock clock) {
    this(clock, new OwnSenders(clock::nanoTime));
  }

  private MulticastTransport(SyncClock clock, OwnSenders ownSenders) {
    this.clock = clock;
    this.ownSenders = ownSenders;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public SyncReceiver openReceiver(LinkAddress address, LinkCounters counters)
      throws TransportException {
    Objects.requireNonNull(counters, "counters");
    GroupSockets sockets = GroupSockets.listen(address);
    SyncReceiver receiver = MulticastReceiver.over(sockets, clock, ownSenders, counters);
    log(sockets.buffers());
    return receiver;
  }

  @Override
  public SyncSender openSender(LinkAddress address) throws TransportException {
    GroupSockets sockets = GroupSockets.connect(address);
    SyncSender sender = MulticastSender.over(sockets, clock, ownSenders);
    log(sockets.buffers());
    return sender;
  }

  @Override
  public PeerSocket openPeerSocket(LinkAddress address) throws TransportException {
    MulticastPeerSocket socket = MulticastPeerSocket.open(address, clock);
    LOG.info(socket.buffers().line());
    return socket;
  }

  private static void log(SocketBuffers buffers) {
    if (buffers.wereCut()) {
      LOG.warn(buffers.line());
    } else {
      LOG.info(buffers.line());
    }
  }
}

package org.ipvssync.transport.multicast.internal;

import java.util.Objects;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncReceiver;
import org.ipvssync.api.wire.SyncSender;
import org.ipvssync.api.wire.SyncTransport;
import org.ipvssync.api.wire.TransportException;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * UDP multicast to IPv4 and IPv6 groups, as the kernel's sync daemons speak it.
 *
 * <p>One instance is one node: what its senders send, its receivers drop. Needs nothing but the
 * JDK, so tools find it with {@link java.util.ServiceLoader} too.
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

  /** With the machine's clock. */
  public MulticastTransport() {
    this(SyncClock.SYSTEM);
  }

  /** With a clock that says when to look after the interface again. */
  MulticastTransport(SyncClock clock) {
    this.clock = clock;
    this.ownSenders = new OwnSenders(clock);
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

  private static void log(SocketBuffers buffers) {
    if (buffers.wereCut()) {
      LOG.warn(buffers.line());
    } else {
      LOG.info(buffers.line());
    }
  }
}

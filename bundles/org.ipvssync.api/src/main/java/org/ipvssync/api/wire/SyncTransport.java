package org.ipvssync.api.wire;

import org.ipvssync.api.count.LinkCounters;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Moves datagrams between directors. Thread-safe; what it opens belongs to its opener.
 *
 * <p>Registered as a service with {@link #NAME_PROPERTY}, and for tools outside a framework through
 * {@link java.util.ServiceLoader}.
 */
@ConsumerType
public interface SyncTransport {
  /** Service property that holds {@link #name()}. */
  String NAME_PROPERTY = "ipvssync.transport";

  /** The name by which configuration chooses the transport, such as {@code multicast}. */
  String name();

  /**
   * Joins the group and listens.
   *
   * @param counters gets OWN_DATAGRAM and SOCKET_OVERFLOW
   * @throws TransportException when that cannot be done now; trying again later may help
   */
  SyncReceiver openReceiver(LinkAddress address, LinkCounters counters) throws TransportException;

  /**
   * Makes sockets that send to the group.
   *
   * @throws TransportException when that cannot be done now; trying again later may help
   */
  SyncSender openSender(LinkAddress address) throws TransportException;

  /**
   * Makes a socket of its own port on the interface, for questions to the group and what follows.
   *
   * @param address its first port is where the group is asked; its syncPorts mean nothing
   * @throws TransportException when that cannot be done now, trying again later may help; always
   *     where a transport has no such sockets, as unless it says otherwise
   */
  default PeerSocket openPeerSocket(LinkAddress address) throws TransportException {
    throw new TransportException(name() + " has no sockets to talk with single peers");
  }
}

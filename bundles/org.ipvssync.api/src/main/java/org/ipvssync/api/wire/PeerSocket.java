package org.ipvssync.api.wire;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A socket of its own port, to ask a group something and to talk with whoever answers. One thread
 * receives, one sends; any thread may close.
 */
@ConsumerType
public interface PeerSocket extends Closeable {
  /**
   * Sends one datagram to the group, also to other sockets of this host.
   *
   * @throws IOException when it did not go out
   */
  void sendToGroup(Datagram datagram) throws IOException;

  /**
   * Sends one datagram to one peer; waits while the socket's buffer is full.
   *
   * @throws IOException when it did not go out
   */
  void send(Datagram datagram, SocketAddress peer) throws IOException;

  /**
   * Waits for the next datagram that was sent to this socket.
   *
   * @param into gets the bytes, their length and {@link Datagram#source}; one that does not fit is
   *     cut to the capacity
   * @param timeoutMs longest wait, 0 looks once
   * @return false when none came in time
   * @throws IOException when the socket no longer works, or is closed
   */
  boolean receive(Datagram into, long timeoutMs) throws IOException;

  /** The longest datagram that goes out unfragmented on the interface, bytes of payload. */
  int maxLength();

  /** Bytes of receive buffer that the kernel granted. */
  int receiveBufferBytes();

  @Override
  void close();
}

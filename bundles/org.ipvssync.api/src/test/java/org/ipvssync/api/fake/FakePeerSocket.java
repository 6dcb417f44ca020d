package org.ipvssync.api.fake;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.PeerSocket;

/**
 * Speaks with the other peer sockets of its transport, and asks the receivers that the transport
 * has opened on the group, in memory; nothing is lost.
 */
public final class FakePeerSocket implements PeerSocket {
  /**
   * A datagram that came.
   *
   * @param source whose it is
   * @param bytes what it held
   */
  public record Came(SocketAddress source, byte[] bytes) {}

  private static final Came WAKE_UP = new Came(null, new byte[0]);
  private static final int FIRST_PORT = 40_000;

  /** Where it was opened. */
  public final LinkAddress address;

  /** Where its datagrams come from. */
  public final InetSocketAddress own;

  /** Datagrams that wait. */
  public final LinkedBlockingQueue<Came> inbox = new LinkedBlockingQueue<>();

  /** When set, the next send or receive throws it. */
  public volatile IOException failure;

  private final FakeTransport transport;
  private volatile boolean closed;

  FakePeerSocket(FakeTransport transport, LinkAddress address, int number) {
    this.transport = transport;
    this.address = address;
    try {
      byte[] ip = {10, 0, (byte) (number >> 8), (byte) number};
      own = new InetSocketAddress(InetAddress.getByAddress(ip), FIRST_PORT + number);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 bytes are an IPv4 address", e);
    }
  }

  @Override
  public void sendToGroup(Datagram datagram) throws IOException {
    failIfTold();
    for (FakeReceiver receiver : transport.receivers) {
      boolean sameGroup =
          receiver.address.group().equals(address.group())
              && receiver.address.mcastInterface().equals(address.mcastInterface())
              && receiver.address.port() == address.port();
      if (sameGroup && !receiver.isClosed()) {
        receiver.put(own, datagram.toBytes());
      }
    }
  }

  @Override
  public void send(Datagram datagram, SocketAddress peer) throws IOException {
    failIfTold();
    for (FakePeerSocket other : transport.peers) {
      if (other.own.equals(peer) && !other.closed) {
        other.inbox.add(new Came(own, datagram.toBytes()));
      }
    }
  }

  @Override
  public boolean receive(Datagram into, long timeoutMs) throws IOException {
    failIfTold();
    Came came;
    try {
      came = inbox.poll(timeoutMs, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    failIfTold();
    if (came == null) {
      return false;
    }
    into.set(came.bytes, 0, Math.min(came.bytes.length, into.capacity()));
    into.setSource(came.source);
    return true;
  }

  private void failIfTold() throws IOException {
    IOException told = failure;
    if (told != null) {
      throw told;
    }
    if (closed) {
      throw new IOException("closed");
    }
  }

  /** True when it was closed. */
  public boolean isClosed() {
    return closed;
  }

  @Override
  public int maxLength() {
    return transport.defaultMaxLength;
  }

  @Override
  public int receiveBufferBytes() {
    return 1 << 20;
  }

  @Override
  public void close() {
    closed = true;
    inbox.add(WAKE_UP);
  }
}

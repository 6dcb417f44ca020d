package org.ipvssync.transport.multicast.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.PeerSocket;
import org.ipvssync.api.wire.TransportException;

/**
 * A socket of its own port on a link's interface: asks the group, and speaks with peers.
 *
 * <p>It is none of the node's own senders: what it asks, this node's backup links hear too. Nothing
 * is allocated a datagram, except a source address when the sender changes.
 */
final class MulticastPeerSocket implements PeerSocket {
  /** The selector is the receiving thread's, so the sending one looks again by itself. */
  private static final long FULL_PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(100);

  private static final Consumer<SelectionKey> READABLE = key -> {};

  private final GroupSockets sockets;
  private final DatagramChannel channel;
  private final Selector selector;
  private final SyncClock clock;
  private final InetSocketAddress group;
  private final AtomicBoolean closed = new AtomicBoolean();

  private MulticastPeerSocket(GroupSockets sockets, Selector selector, SyncClock clock) {
    this.sockets = sockets;
    this.channel = sockets.channels().getFirst();
    this.selector = selector;
    this.clock = clock;
    this.group = sockets.target();
  }

  /** A socket that asks the group at the first port of {@code address}. */
  static MulticastPeerSocket open(LinkAddress address, SyncClock clock) throws TransportException {
    GroupSockets sockets = GroupSockets.ask(address);
    return new MulticastPeerSocket(sockets, Selectors.over(sockets, SelectionKey.OP_READ), clock);
  }

  @Override
  public void sendToGroup(Datagram datagram) throws IOException {
    send(datagram, group);
  }

  @Override
  public void send(Datagram datagram, SocketAddress peer) throws IOException {
    if (datagram.length() < 1) {
      throw new IllegalArgumentException("a datagram to send has at least one byte");
    }
    ByteBuffer bytes = datagram.buffer().clear().limit(datagram.length());
    try {
      if (channel.send(bytes, peer) == 0) {
        sendWhenThereIsRoom(bytes, peer);
      }
    } catch (ClosedChannelException e) {
      throw closed(e);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw peer == group ? sockets.errors().notSent(e) : notSent(peer, e);
    }
  }

  private void sendWhenThereIsRoom(ByteBuffer bytes, SocketAddress peer) throws IOException {
    long endNs = FullBuffer.endNs(clock);
    do {
      LockSupport.parkNanos(this, Math.min(FULL_PAUSE_NS, FullBuffer.leftNs(endNs, clock)));
    } while (channel.send(bytes, peer) == 0);
  }

  @Override
  public boolean receive(Datagram into, long timeoutMs) throws IOException {
    try {
      if (take(into)) {
        return true;
      }
      long endNs = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
      long leftMs = timeoutMs;
      while (leftMs > 0) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("interrupted while waiting for a datagram");
        }
        selector.select(READABLE, leftMs);
        if (take(into)) {
          return true;
        }
        leftMs = Math.ceilDiv(endNs - clock.nanoTime(), TimeUnit.MILLISECONDS.toNanos(1));
      }
      return false;
    } catch (ClosedSelectorException | CancelledKeyException | ClosedChannelException e) {
      throw closed(e);
    }
  }

  private boolean take(Datagram into) throws IOException {
    ByteBuffer buffer = into.buffer().clear();
    SocketAddress source = channel.receive(buffer);
    if (source == null) {
      return false;
    }
    into.setLength(buffer.position());
    into.setSource(source);
    return true;
  }

  @Override
  public int maxLength() {
    return Math.min(sockets.unfragmentedLength(), Datagram.MAX_BYTES);
  }

  @Override
  public int receiveBufferBytes() {
    return sockets.buffers().grantedBytes();
  }

  /** What the kernel granted for receiving. */
  SocketBuffers buffers() {
    return sockets.buffers();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      Selectors.close(sockets, selector);
    }
  }

  private IOException closed(Exception cause) {
    return new IOException("the socket to ask " + sockets.errors().where() + " was closed", cause);
  }

  private static IOException notSent(SocketAddress peer, IOException cause) {
    return new IOException("nothing can be sent to " + peer + ": " + cause.getMessage(), cause);
  }
}

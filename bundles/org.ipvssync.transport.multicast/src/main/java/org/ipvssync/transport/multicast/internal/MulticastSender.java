package org.ipvssync.transport.multicast.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.OwnSenders;
import org.ipvssync.api.wire.SyncSender;
import org.ipvssync.api.wire.TransportException;
import org.ipvssync.transport.multicast.internal.McastInterface.State;

/**
 * Sends to a group, with one socket for each port, as the kernel has one for each of its threads.
 *
 * <p>While a socket's buffer is full, {@link #send} waits, at most a second. Nothing is allocated a
 * datagram that goes out.
 */
final class MulticastSender implements SyncSender {
  private static final Consumer<SelectionKey> WRITABLE = key -> {};

  private final GroupSockets sockets;
  private final DatagramChannel[] lanes;
  private final SelectionKey[] keys;
  private final List<InetSocketAddress> sources;
  private final Selector selector;
  private final InterfaceWatch watch;
  private final OwnSenders ownSenders;
  private final SyncClock clock;
  private final AtomicBoolean closed = new AtomicBoolean();

  private MulticastSender(
      GroupSockets sockets, Selector selector, SyncClock clock, OwnSenders ownSenders)
      throws TransportException {
    this.sockets = sockets;
    this.lanes = sockets.channels().toArray(DatagramChannel[]::new);
    this.keys =
        sockets.channels().stream().map(c -> c.keyFor(selector)).toArray(SelectionKey[]::new);
    this.selector = selector;
    this.sources = sockets.sources();
    this.ownSenders = ownSenders;
    this.clock = clock;
    this.watch =
        new InterfaceWatch(
            () -> sockets.mcastInterface().state(sources.getFirst().getAddress()),
            clock.nanoTime());
    sources.forEach(ownSenders::opened);
  }

  /** A sender that owns {@code sockets}. */
  static MulticastSender over(GroupSockets sockets, SyncClock clock, OwnSenders ownSenders)
      throws TransportException {
    Selector selector = Selectors.over(sockets, 0);
    try {
      return new MulticastSender(sockets, selector, clock, ownSenders);
    } catch (TransportException e) {
      Selectors.close(sockets, selector);
      throw e;
    }
  }

  @Override
  public void send(Datagram datagram, int lane) throws IOException {
    if (datagram.length() < 1) {
      throw new IllegalArgumentException("a datagram to send has at least one byte");
    }
    DatagramChannel channel = lanes[lane];
    ByteBuffer bytes = datagram.buffer().clear().limit(datagram.length());
    try {
      if (channel.write(bytes) == 0) {
        sendWhenWritable(channel, keys[lane], bytes);
      }
    } catch (ClosedSelectorException | CancelledKeyException | ClosedChannelException e) {
      throw new IOException("the sender to " + sockets.errors().where() + " was closed", e);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw sockets.errors().notSent(e);
    }
  }

  private void sendWhenWritable(DatagramChannel channel, SelectionKey key, ByteBuffer bytes)
      throws IOException {
    long endNs = FullBuffer.endNs(clock);
    key.interestOps(SelectionKey.OP_WRITE);
    try {
      while (channel.write(bytes) == 0) {
        long leftNs = FullBuffer.leftNs(endNs, clock);
        selector.select(WRITABLE, Math.ceilDiv(leftNs, TimeUnit.MILLISECONDS.toNanos(1)));
      }
    } finally {
      key.interestOps(0);
    }
  }

  /** The addresses that datagrams come from, by lane. */
  List<InetSocketAddress> sources() {
    return sources;
  }

  @Override
  public int defaultMaxLength() {
    return sockets.masterMaxLength();
  }

  @Override
  public boolean isUsable() {
    return !closed.get() && watch.state(clock.nanoTime()) == State.UP;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      // First: once a socket is closed its address may be another sender's at once.
      sources.forEach(ownSenders::closed);
      Selectors.close(sockets, selector);
    }
  }
}

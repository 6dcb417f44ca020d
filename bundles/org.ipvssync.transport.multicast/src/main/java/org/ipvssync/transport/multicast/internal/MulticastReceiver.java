package org.ipvssync.transport.multicast.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.OwnSenders;
import org.ipvssync.api.wire.SyncReceiver;
import org.ipvssync.api.wire.TransportException;
import org.ipvssync.transport.multicast.internal.McastInterface.State;

/**
 * Receives from all ports of a link in one thread: each port's datagrams in their order, the ports
 * in turn.
 *
 * <p>A port that had something is asked again until it has nothing; only then the kernel is asked
 * which ports have something. Nothing is allocated a datagram, except a source address when the
 * sender changes. {@link #close} by another thread makes a waiting {@link #receive} throw at once;
 * so does an interrupt, which leaves the receiver as it is.
 */
final class MulticastReceiver implements SyncReceiver {
  /** Longest wait without a look at the interface. */
  private static final long LONGEST_WAIT_MS = 1000;

  /** Pause between two counts of the kernel's drops when something was received in between. */
  private static final long BUSY_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

  /** The same when nothing was. */
  private static final long IDLE_PAUSE_NS = TimeUnit.SECONDS.toNanos(10);

  /** How many datagrams are taken, or own ones dropped, between two looks at the clock. */
  private static final int IN_A_ROW = 64;

  private enum Taken {
    NOTHING,
    OWN,
    FOREIGN
  }

  private final GroupSockets sockets;
  private final DatagramChannel[] lanes;
  private final Selector selector;
  private final InterfaceWatch watch;
  private final OwnSenders ownSenders;
  private final LinkCounters counters;
  private final SyncClock clock;
  private final Consumer<SelectionKey> markReady = this::markReady;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** A bit for each lane that may have something. */
  private long ready;

  private volatile boolean woken;
  private int nextLane;
  private int inARow;
  private boolean receivedSinceCount;
  private long countedNs;

  private MulticastReceiver(
      GroupSockets sockets,
      Selector selector,
      SyncClock clock,
      OwnSenders ownSenders,
      LinkCounters counters) {
    this.sockets = sockets;
    this.lanes = sockets.channels().toArray(DatagramChannel[]::new);
    this.selector = selector;
    this.ownSenders = ownSenders;
    this.counters = counters;
    this.clock = clock;
    this.countedNs = clock.nanoTime();
    this.watch = new InterfaceWatch(() -> sockets.mcastInterface().state(null), countedNs);
  }

  /** A receiver that owns {@code sockets}. */
  static MulticastReceiver over(
      GroupSockets sockets, SyncClock clock, OwnSenders ownSenders, LinkCounters counters)
      throws TransportException {
    Selector selector = Selectors.over(sockets, SelectionKey.OP_READ);
    return new MulticastReceiver(sockets, selector, clock, ownSenders, counters);
  }

  @Override
  public boolean receive(Datagram into, long timeoutMs) throws IOException {
    try {
      return receiveInTime(into, timeoutMs);
    } catch (ClosedSelectorException | ClosedChannelException e) {
      throw new IOException("the receiver of " + sockets.errors().where() + " was closed", e);
    }
  }

  private boolean receiveInTime(Datagram into, long timeoutMs) throws IOException {
    // While they come one after another, most need no look at the clock.
    if (ready != 0 && ++inARow % IN_A_ROW != 0 && take(into) == Taken.FOREIGN) {
      return true;
    }
    long nowNs = clock.nanoTime();
    long endNs = nowNs + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    countDrops(nowNs);
    int own = 0;
    boolean isLast = false;
    while (true) {
      while (ready != 0) {
        Taken taken = take(into);
        if (taken == Taken.FOREIGN) {
          return true;
        }
        // A node that hears itself must still come back in time.
        if (taken == Taken.OWN
            && ++own % IN_A_ROW == 0
            && (woken || clock.nanoTime() - endNs >= 0)) {
          woken = false;
          return false;
        }
      }
      if (isLast) {
        return false;
      }
      // An interrupted thread cannot wait; coming back at once would make its caller spin.
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while waiting for a datagram");
      }
      // While datagrams come, the interface is there.
      checkInterface(nowNs);
      long leftMs = ceilMs(endNs - nowNs);
      isLast = leftMs <= 0;
      await(leftMs);
      nowNs = clock.nanoTime();
      countDrops(nowNs);
      if (woken) {
        woken = false;
        isLast = true;
      }
    }
  }

  @Override
  public void wakeUp() {
    woken = true;
    selector.wakeup();
  }

  private Taken take(Datagram into) throws IOException {
    int lane = nextLane + Long.numberOfTrailingZeros(Long.rotateRight(ready, nextLane));
    lane &= Long.SIZE - 1;
    ByteBuffer buffer = into.buffer().clear();
    SocketAddress source = lanes[lane].receive(buffer);
    if (source == null) {
      ready &= ~(1L << lane);
      return Taken.NOTHING;
    }
    nextLane = (lane + 1) & (Long.SIZE - 1);
    receivedSinceCount = true;
    if (ownSenders.sent(source)) {
      counters.increment(LinkCounter.OWN_DATAGRAM);
      return Taken.OWN;
    }
    into.setLength(buffer.position());
    into.setSource(source);
    return Taken.FOREIGN;
  }

  private void await(long leftMs) throws IOException {
    if (leftMs <= 0) {
      selector.selectNow(markReady);
    } else {
      selector.select(markReady, Math.min(leftMs, LONGEST_WAIT_MS));
    }
  }

  private void markReady(SelectionKey key) {
    ready |= 1L << (Integer) key.attachment();
  }

  private void checkInterface(long nowNs) throws IOException {
    State state = watch.state(nowNs);
    // Without a carrier nothing comes, but the sockets will hear when it is back; and listening
    // needs no address.
    if (state == State.DOWN || state == State.GONE || state == State.REPLACED) {
      throw new IOException("interface " + sockets.mcastInterface().name() + " " + state.words());
    }
  }

  private void countDrops(long nowNs) {
    if (nowNs - countedNs >= (receivedSinceCount ? BUSY_PAUSE_NS : IDLE_PAUSE_NS)) {
      countedNs = nowNs;
      receivedSinceCount = false;
      counters.add(LinkCounter.SOCKET_OVERFLOW, sockets.drops().take());
    }
  }

  private static long ceilMs(long ns) {
    return Math.ceilDiv(ns, TimeUnit.MILLISECONDS.toNanos(1));
  }

  @Override
  public int defaultMaxLength() {
    return sockets.backupMaxLength();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      counters.add(LinkCounter.SOCKET_OVERFLOW, sockets.drops().take());
      Selectors.close(sockets, selector);
    }
  }
}

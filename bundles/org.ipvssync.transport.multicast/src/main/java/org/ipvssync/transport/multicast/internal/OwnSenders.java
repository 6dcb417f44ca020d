package org.ipvssync.transport.multicast.internal;

import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.ipvssync.api.node.SyncClock;

/**
 * The addresses that this node's own sockets send from.
 *
 * <p>Sockets are connected, so their address is the one that datagrams carry, never a wildcard. An
 * address stays for a moment after its socket was closed: what it sent may still wait in a
 * receiver's buffer. Thread-safe; asking allocates nothing.
 */
final class OwnSenders {
  /** How long the address of a closed socket is still known. */
  static final long LINGER_NS = TimeUnit.SECONDS.toNanos(1);

  private static final Entry OPEN = new Entry(0);

  private final Map<SocketAddress, Entry> senders = new ConcurrentHashMap<>();
  private final SyncClock clock;

  OwnSenders(SyncClock clock) {
    this.clock = clock;
  }

  void opened(SocketAddress address) {
    forgetOld();
    senders.put(address, OPEN);
  }

  void closed(SocketAddress address) {
    forgetOld();
    senders.replace(address, OPEN, new Entry(clock.nanoTime()));
  }

  /** True when a datagram from {@code source} was sent by this node. */
  boolean sent(SocketAddress source) {
    Entry entry = senders.get(source);
    return entry != null && !entry.isOld(clock);
  }

  /** How many addresses are kept. */
  int size() {
    return senders.size();
  }

  private void forgetOld() {
    senders.values().removeIf(entry -> entry.isOld(clock));
  }

  private static final class Entry {
    private final long closedNs;

    Entry(long closedNs) {
      this.closedNs = closedNs;
    }

    boolean isOld(SyncClock clock) {
      return this != OPEN && clock.nanoTime() - closedNs > LINGER_NS;
    }
  }
}

package org.ipvssync.api.wire;

import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The addresses that this node's own sockets send from, so that its receivers drop what comes from
 * there.
 *
 * <p>All transports of a framework share {@link #OF_NODE}: while one is exchanged for another, the
 * new one's receivers must know the old one's senders, and the other way round. What a node hears
 * of itself would count as its peer's word, and would then not be sent to that peer any more.
 *
 * <p>Sockets are connected, so their address is the one that datagrams carry, never a wildcard. An
 * address stays for a moment after its socket was closed: what it sent may still wait in a
 * receiver's buffer. Thread-safe; asking allocates nothing.
 */
public final class OwnSenders {
  /** Those of the node that this framework is. */
  public static final OwnSenders OF_NODE = new OwnSenders(System::nanoTime);

  /** How long the address of a closed socket is still known. */
  static final long LINGER_NS = TimeUnit.SECONDS.toNanos(1);

  private static final Entry OPEN = new Entry(0);

  private final Map<SocketAddress, Entry> senders = new ConcurrentHashMap<>();
  private final LongSupplier clock;

  /**
   * None yet.
   *
   * @param clock nanoseconds since some instant
   */
  public OwnSenders(LongSupplier clock) {
    this.clock = clock;
  }

  /** A socket sends from there. */
  public void opened(SocketAddress address) {
    forgetOld();
    senders.put(address, OPEN);
  }

  /** It does no more. */
  public void closed(SocketAddress address) {
    forgetOld();
    senders.replace(address, OPEN, new Entry(clock.getAsLong()));
  }

  /** True when a datagram from {@code source} was sent by this node. */
  public boolean sent(SocketAddress source) {
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

    boolean isOld(LongSupplier clock) {
      return this != OPEN && clock.getAsLong() - closedNs > LINGER_NS;
    }
  }
}

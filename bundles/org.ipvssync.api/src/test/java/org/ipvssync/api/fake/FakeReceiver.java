package org.ipvssync.api.fake;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncReceiver;

/** Receives what a test puts into it. */
public final class FakeReceiver implements SyncReceiver {
  /** In the inbox: a datagram that this node sent itself. */
  public static final byte[] OWN = new byte[0];

  private static final byte[] WAKE_UP = new byte[0];

  /** Where it was opened. */
  public final LinkAddress address;

  /** Datagrams that wait. */
  public final LinkedBlockingQueue<byte[]> inbox = new LinkedBlockingQueue<>();

  /** When set, a receive ends only with a datagram or with the socket. */
  public volatile boolean blocksForEver;

  /** When set, there is always one more that this node sent itself. */
  public volatile boolean echoes;

  /** When set, the next receive throws it. */
  public volatile IOException failure;

  /** What closing throws that no receiver should; null for nothing. */
  public volatile RuntimeException closeFault;

  private final Map<byte[], SocketAddress> sources =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private final int defaultMaxLength;
  private final LinkCounters counters;
  private volatile boolean closed;

  FakeReceiver(LinkAddress address, int defaultMaxLength, LinkCounters counters) {
    this.address = address;
    this.defaultMaxLength = defaultMaxLength;
    this.counters = counters;
  }

  @Override
  public boolean receive(Datagram into, long timeoutMs) throws IOException {
    IOException told = failure;
    if (told != null) {
      throw told;
    }
    byte[] bytes = next(timeoutMs);
    if (closed) {
      throw new IOException("closed");
    }
    while (bytes == WAKE_UP) {
      bytes = inbox.poll();
    }
    if (bytes == OWN || bytes == null && echoes) {
      // A real one passes over some of them, and comes back in time even if there are more.
      counters.increment(LinkCounter.OWN_DATAGRAM);
      return false;
    }
    if (bytes == null) {
      return false;
    }
    into.set(bytes, 0, Math.min(bytes.length, into.capacity()));
    into.setSource(sources.remove(bytes));
    return true;
  }

  /** A datagram that says where it came from. */
  public void put(SocketAddress source, byte[] bytes) {
    sources.put(bytes, source);
    inbox.add(bytes);
  }

  private byte[] next(long timeoutMs) throws IOException {
    try {
      return blocksForEver ? inbox.take() : inbox.poll(timeoutMs, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void wakeUp() {
    if (!blocksForEver) {
      inbox.add(WAKE_UP);
    }
  }

  /** True when it was closed. */
  public boolean isClosed() {
    return closed;
  }

  @Override
  public int defaultMaxLength() {
    return defaultMaxLength;
  }

  @Override
  public void close() {
    closed = true;
    inbox.add(WAKE_UP);
    RuntimeException bug = closeFault;
    if (bug != null) {
      throw bug;
    }
  }
}

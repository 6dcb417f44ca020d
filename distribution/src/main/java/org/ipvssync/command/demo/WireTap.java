package org.ipvssync.command.demo;

import java.io.IOException;
import java.util.List;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncHeader;
import org.ipvssync.api.wire.SyncReceiver;
import org.ipvssync.api.wire.SyncTransport;

/**
 * A member of the group that counts what comes, tells the model when, and knows whether the master
 * has been running on time. A thread of its own.
 */
final class WireTap implements AutoCloseable {
  private static final long RECEIVE_MS = 50;
  private static final long JOIN_MS = 2_000;

  private final SyncReceiver receiver;
  private final List<SyncCodec> codecs;
  private final WorkloadModel model;
  private final SyncClock clock;
  private final LinkCounters counters;
  private final long windowNanos;
  private final Thread thread;
  private volatile boolean closing;
  private volatile long heardNanos;

  /** When the last long pause ended; written before {@link #heardNanos}, read after it. */
  private volatile long pausedNanos;

  private WireTap(
      SyncReceiver receiver,
      List<SyncCodec> codecs,
      WorkloadModel model,
      SyncClock clock,
      LinkCounters counters,
      long windowNanos) {
    this.receiver = receiver;
    this.codecs = codecs;
    this.model = model;
    this.clock = clock;
    this.counters = counters;
    this.windowNanos = windowNanos;
    this.heardNanos = clock.nanoTime();
    this.pausedNanos = heardNanos;
    this.thread = Thread.ofPlatform().daemon().name("demo-tap").unstarted(this::listen);
  }

  /**
   * Joins the group and listens.
   *
   * @param windowNanos what {@link #isOnTime} looks back over, twice
   */
  static WireTap open(
      SyncTransport transport,
      LinkAddress address,
      List<SyncCodec> codecs,
      WorkloadModel model,
      SyncClock clock,
      long windowNanos)
      throws IOException {
    LinkCounters counters = new LinkCounters();
    SyncReceiver receiver = transport.openReceiver(address, counters);
    WireTap tap = new WireTap(receiver, codecs, model, clock, counters, windowNanos);
    tap.thread.start();
    return tap;
  }

  /** What was on the wire so far. */
  WireCount count() {
    return new WireCount(
        counters.get(LinkCounter.DATAGRAMS),
        counters.get(LinkCounter.BYTES),
        counters.get(LinkCounter.RECORDS));
  }

  /** Datagrams that this socket missed: those are not in the other numbers. */
  long missed() {
    return counters.get(LinkCounter.SOCKET_OVERFLOW);
  }

  /**
   * True when something was on the wire within the last half of a window, and no pause of the last
   * two was longer than one: the master of a lively workload has not stood still lately. Any
   * thread.
   */
  boolean isOnTime(long nowNanos) {
    return nowNanos - heardNanos <= windowNanos / 2 && nowNanos - pausedNanos >= 2 * windowNanos;
  }

  /** Leaves the group; the numbers stay as they are. */
  @Override
  public void close() {
    closing = true;
    try {
      thread.join(JOIN_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    receiver.close();
  }

  private void listen() {
    Datagram datagram = new Datagram(Datagram.MAX_BYTES);
    ConnBatch batch = new ConnBatch();
    try {
      while (!closing) {
        if (receiver.receive(datagram, RECEIVE_MS)) {
          take(datagram, batch, clock.nanoTime());
        }
      }
    } catch (IOException e) {
      // The socket was closed; what was counted stays.
      return;
    }
  }

  private void take(Datagram datagram, ConnBatch batch, long nowNanos) {
    int length = datagram.length();
    SyncCodec codec = codecOf(SyncHeader.version(datagram.segment(), length));
    if (codec == null) {
      return;
    }
    if (nowNanos - heardNanos > windowNanos) {
      pausedNanos = nowNanos;
    }
    heardNanos = nowNanos;
    codec.decode(datagram, batch, counters);
    counters.increment(LinkCounter.DATAGRAMS);
    counters.add(LinkCounter.BYTES, length);
    counters.add(LinkCounter.RECORDS, batch.size());
    model.seen(batch, nowNanos);
  }

  private SyncCodec codecOf(int version) {
    for (SyncCodec codec : codecs) {
      if (codec.version() == version) {
        return codec;
      }
    }
    return null;
  }
}

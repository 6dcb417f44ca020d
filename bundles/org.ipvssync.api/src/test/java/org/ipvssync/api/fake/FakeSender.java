package org.ipvssync.api.fake;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncSender;

/** Keeps what it is told to send. */
public final class FakeSender implements SyncSender {
  /**
   * A datagram that was sent.
   *
   * @param lane on which lane
   * @param bytes what it held
   */
  public record Sent(int lane, byte[] bytes) {}

  /** Where it was opened. */
  public final LinkAddress address;

  /** What was sent, in order. */
  public final List<Sent> sent = new CopyOnWriteArrayList<>();

  /** How many datagrams are sent before one fails; less than 0 for all. */
  public volatile int failAfter = -1;

  /** Runs before each datagram, and may throw what no sender should. */
  public volatile Runnable beforeSend = () -> {};

  /** What {@link #isUsable} says. */
  public volatile boolean usable = true;

  private final int defaultMaxLength;
  private volatile boolean closed;

  /** A sender for a test that needs no transport. */
  public FakeSender(LinkAddress address, int defaultMaxLength) {
    this.address = address;
    this.defaultMaxLength = defaultMaxLength;
  }

  @Override
  public void send(Datagram datagram, int lane) throws IOException {
    if (closed) {
      throw new IOException("closed");
    }
    beforeSend.run();
    if (failAfter == 0) {
      throw new IOException("Network is unreachable");
    }
    failAfter--;
    sent.add(new Sent(lane, datagram.toBytes()));
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
  public boolean isUsable() {
    return usable;
  }

  @Override
  public void close() {
    closed = true;
  }
}

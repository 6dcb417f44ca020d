package org.ipvssync.command;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncSender;
import org.ipvssync.command.capture.CapturedDatagram;
import org.ipvssync.command.capture.SyncCapture;

/** Sends datagrams at a pace that a receiver can keep up with. One thread. */
final class Replay {
  private static final long NANOS = 1_000_000_000L;

  private final SyncCapture capture;
  private final SyncSender sender;
  private final int lanes;
  private final Pace pace;
  private final Datagram datagram = new Datagram(Datagram.MAX_BYTES);
  private long sent;
  private long bytes;
  private long beginNanos;
  private long tookNanos;

  /** When a datagram is due. */
  @FunctionalInterface
  interface Pace {
    /**
     * Nanoseconds after the first datagram.
     *
     * @param index of the datagram, from 0
     * @param capturedNanos how long after the first it was captured
     */
    long dueNanos(long index, long capturedNanos);

    /** So many datagrams a second. */
    static Pace ofRate(int perSecond) {
      return (index, _) -> index * NANOS / perSecond;
    }

    /** As they were captured. */
    static Pace ofCapture() {
      return (_, capturedNanos) -> capturedNanos;
    }
  }

  /**
   * A replay, not begun.
   *
   * @param lanes how many ports the sender has
   */
  Replay(SyncCapture capture, SyncSender sender, int lanes, Pace pace) {
    this.capture = capture;
    this.sender = sender;
    this.lanes = lanes;
    this.pace = pace;
  }

  /** Sends all. */
  void run() throws IOException {
    beginNanos = System.nanoTime();
    try {
      CapturedDatagram first = capture.next();
      for (CapturedDatagram next = first; next != null; next = capture.next()) {
        sleepUntil(pace.dueNanos(sent, next.timeNanos() - first.timeNanos()));
        datagram.set(next.payload(), 0, next.payload().length);
        sender.send(datagram, lane(next.port()));
        sent++;
        bytes += next.payload().length;
      }
    } finally {
      tookNanos = System.nanoTime() - beginNanos;
    }
  }

  /**
   * The kernel numbers its ports from 8848 on; other captures keep theirs apart in the same way.
   */
  private int lane(int port) {
    return Math.floorMod(port - LinkAddress.DEFAULT_PORT, lanes);
  }

  private void sleepUntil(long afterBegin) {
    long left = beginNanos + afterBegin - System.nanoTime();
    while (left > 0) {
      LockSupport.parkNanos(left);
      left = beginNanos + afterBegin - System.nanoTime();
    }
  }

  /** How many datagrams were sent. */
  long sent() {
    return sent;
  }

  /** What was done, for people. */
  String summary(LinkAddress to) {
    return String.format(
        Locale.ROOT,
        "sent %d datagrams, %d bytes, to %s port %d on %s in %.1f s",
        sent,
        bytes,
        ConnText.address(to.group()),
        to.port(),
        to.mcastInterface(),
        tookNanos / (double) NANOS);
  }
}

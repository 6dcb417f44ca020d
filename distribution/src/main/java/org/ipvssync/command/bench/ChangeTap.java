package org.ipvssync.command.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.DatagramChannel;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.command.child.Delays;

/**
 * A member of the group between two nodes, beside the backup: measures how long a change took from
 * being told to the master until a member has received it. A thread of its own.
 */
final class ChangeTap implements AutoCloseable {
  private static final long LONGEST_MICROS = 60_000_000;

  private final SyncCodec codec;
  private final ChangeFeed feed;
  private final DatagramChannel channel;
  private final Histogram delays = new ConcurrentHistogram(LONGEST_MICROS, 3);
  private final Thread thread = new Thread(this::listen, "bench-tap");

  private ChangeTap(SyncCodec codec, ChangeFeed feed, DatagramChannel channel) {
    this.codec = codec;
    this.feed = feed;
    this.channel = channel;
  }

  /** Joins the group and listens. */
  static ChangeTap open(SyncCodec codec, ChangeFeed feed, BenchGroup group) throws IOException {
    ChangeTap tap = new ChangeTap(codec, feed, group.openReceiver());
    tap.thread.setDaemon(true);
    tap.thread.start();
    return tap;
  }

  /** Forgets what was measured. */
  void reset() {
    delays.reset();
  }

  /** What was measured. */
  Delays delays() {
    return Delays.of(delays.copy());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void listen() {
    Datagram message = new Datagram(PreparedDatagrams.MAX_LENGTH);
    ConnBatch batch = new ConnBatch();
    LinkCounters counters = new LinkCounters();
    try {
      while (true) {
        ByteBuffer buffer = message.buffer().clear();
        channel.receive(buffer);
        long now = System.nanoTime();
        message.setLength(buffer.position());
        codec.decode(message, batch, counters);
        for (int i = 0; i < batch.size(); i++) {
          long told = feed.takeToldNanos(Connections.number(batch, i));
          if (told != 0) {
            delays.recordValue(Math.clamp((now - told) / 1_000, 0, LONGEST_MICROS));
          }
        }
      }
    } catch (AsynchronousCloseException e) {
      // It was closed: all is measured.
      return;
    } catch (IOException e) {
      System.err.println("ipvs-syncd: bench: the listener has failed: " + e.getMessage());
    }
  }
}

package org.ipvssync.command.bench;

import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.AtomicLongArray;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncCodec;

/**
 * Tells a node of changes of connections, as another node or a kernel would, at a rate, and
 * remembers when it told each. One thread feeds; another may ask for the times.
 */
final class ChangeFeed implements AutoCloseable {
  private static final int TIMEOUT_S = 900;

  private final SyncCodec codec;
  private final int connections;
  private final int syncId;
  private final BenchGroup group;
  private final DatagramChannel channel;
  private final AtomicLongArray toldNanos;
  private final ConnBatch batch = new ConnBatch();
  private final Datagram message = new Datagram(PreparedDatagrams.MAX_LENGTH);
  private DatagramChannel other;
  private long changes;
  private long datagrams;

  /**
   * Nothing is told yet.
   *
   * @param connections that change, one after the other, again and again
   */
  ChangeFeed(SyncCodec codec, int connections, BenchGroup group) throws IOException {
    this.codec = codec;
    this.connections = connections;
    this.syncId = group.syncId();
    this.group = group;
    this.channel = group.openSender();
    this.toldNanos = new AtomicLongArray(connections);
  }

  /** Changes told so far. */
  long changes() {
    return changes;
  }

  /** Datagrams that they took. */
  long datagrams() {
    return datagrams;
  }

  /** From now on two senders take turns. */
  void alternate() throws IOException {
    other = group.openSender();
  }

  /**
   * Tells changes for a while.
   *
   * @param perSecond changes a second
   * @param together changes in each datagram
   */
  void feed(int perSecond, int together, long millis) throws IOException {
    Pace pace = new Pace((double) perSecond / together);
    while (pace.elapsedNanos() < millis * 1_000_000) {
      pace.await();
      batch.clear();
      long first = changes;
      for (int i = 0; i < together; i++, changes++) {
        // Each round another timeout, or it would be no change.
        int timeoutS = TIMEOUT_S + (int) (changes / connections % 2);
        Connections.add(batch, (int) (changes % connections), false, timeoutS);
      }
      codec.encode(batch, 0, syncId, PreparedDatagrams.MAX_LENGTH, message);
      long now = System.nanoTime();
      for (long i = first; i < changes; i++) {
        toldNanos.set((int) (i % connections), now);
      }
      DatagramChannel turn = other != null && datagrams % 2 == 0 ? other : channel;
      turn.write(message.buffer().clear().limit(message.length()));
      datagrams++;
    }
  }

  /** When the latest change of a connection was told, once; then 0 until the next. */
  long takeToldNanos(int number) {
    return number < connections ? toldNanos.getAndSet(number, 0) : 0;
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (other != null) {
      other.close();
    }
  }
}

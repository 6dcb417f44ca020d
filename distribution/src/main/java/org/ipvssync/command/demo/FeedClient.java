package org.ipvssync.command.demo;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncCodec;

/**
 * Tells the master what the workload does, and writes it into the model as it goes.
 *
 * <p>The stream is {@code org.ipvssync.workload.feed}'s: each v1 message behind its length (u16);
 * back come counts (u64) of messages applied. One thread sends; a second one of its own listens.
 */
final class FeedClient implements AutoCloseable {
  private static final int MAX_MESSAGE = 32_768;
  private static final int SYNC_ID = 0;
  private static final long JOIN_MS = 2_000;

  private final SocketChannel channel;
  private final SyncCodec codec;
  private final WorkloadModel model;
  private final SyncClock clock;
  private final long windowNanos;
  private final AckLog acks = new AckLog();
  private final Datagram message = new Datagram(MAX_MESSAGE);
  private final ByteBuffer length = ByteBuffer.allocateDirect(Short.BYTES);
  private final Thread listener;
  private long sent;

  private FeedClient(
      SocketChannel channel,
      SyncCodec codec,
      WorkloadModel model,
      SyncClock clock,
      long windowNanos) {
    this.channel = channel;
    this.codec = codec;
    this.model = model;
    this.clock = clock;
    this.windowNanos = windowNanos;
    this.listener = Thread.ofPlatform().daemon().name("demo-acks").unstarted(this::listen);
  }

  /**
   * Connects to a node's feed.
   *
   * @param windowNanos how long the master may take to send what it has taken
   */
  static FeedClient connect(
      Path socket, SyncCodec codec, WorkloadModel model, SyncClock clock, long windowNanos)
      throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    FeedClient client = new FeedClient(channel, codec, model, clock, windowNanos);
    client.listener.start();
    return client;
  }

  /** Sends a batch; waits when the node is slow to take it. */
  void send(ConnBatch batch) throws IOException {
    int from = 0;
    while (from < batch.size()) {
      int to = codec.encode(batch, from, SYNC_ID, MAX_MESSAGE, message);
      if (to == from) {
        throw new IllegalStateException("a record is longer than " + MAX_MESSAGE + " bytes");
      }
      sent++;
      long now = clock.nanoTime();
      // First into the model: the change may be on the wire before the write returns.
      model.change(batch, from, to, sent, settledMessages(now), now);
      write();
      from = to;
    }
  }

  /** How many messages the master had taken a window before that time: it had time to send them. */
  long settledMessages(long atNanos) {
    return acks.countAt(atNanos - windowNanos);
  }

  /** How many messages the master had taken at that time. */
  long takenMessages(long atNanos) {
    return acks.countAt(atNanos);
  }

  /** How many messages were sent. */
  long sentMessages() {
    return sent;
  }

  @Override
  public void close() throws IOException {
    channel.close();
    try {
      listener.join(JOIN_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() throws IOException {
    length.clear().putShort(0, (short) message.length());
    ByteBuffer body = message.buffer().clear().limit(message.length());
    ByteBuffer[] frame = {length, body};
    while (body.hasRemaining()) {
      channel.write(frame);
    }
  }

  private void listen() {
    try {
      DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
      while (true) {
        long count = in.readLong();
        acks.add(count, clock.nanoTime());
      }
    } catch (IOException e) {
      // The master is gone, or this end was closed: the sender finds out by itself.
      return;
    }
  }
}

package org.ipvssync.command.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A member of a group that notes when the first datagram comes. A thread of its own. */
final class GroupListener implements AutoCloseable {
  private static final int LONGEST = 65_536;
  private static final long PATIENCE_S = 30;

  private final DatagramChannel channel;
  private final CompletableFuture<Long> first = new CompletableFuture<>();

  private GroupListener(DatagramChannel channel) {
    this.channel = channel;
  }

  /** Joins the group and listens. */
  static GroupListener open(BenchGroup group) throws IOException {
    GroupListener made = new GroupListener(group.openReceiver());
    Thread.ofPlatform().daemon().name("bench-listener").start(made::listen);
    return made;
  }

  /** When the first came, by the machine's monotonic clock; waits for it. */
  long awaitFirstNanos() throws IOException, InterruptedException {
    try {
      return first.get(PATIENCE_S, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new IOException("no datagram of the node came within " + PATIENCE_S + " s", e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void listen() {
    try {
      channel.receive(ByteBuffer.allocateDirect(LONGEST));
      first.complete(System.nanoTime());
    } catch (IOException e) {
      first.completeExceptionally(e);
    }
  }
}

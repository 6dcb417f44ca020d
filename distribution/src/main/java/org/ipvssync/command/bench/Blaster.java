package org.ipvssync.command.bench;

import java.io.IOException;
import java.nio.channels.DatagramChannel;

/** Sends prepared datagrams round and round, as fast as that goes. A thread of its own. */
final class Blaster implements AutoCloseable {
  private final PreparedDatagrams datagrams;
  private final DatagramChannel channel;
  private final Thread thread = new Thread(this::blast, "bench-blaster");
  private volatile boolean stopping;
  private volatile IOException failure;
  private long sent;
  private long nanos;

  private Blaster(PreparedDatagrams datagrams, DatagramChannel channel) {
    this.datagrams = datagrams;
    this.channel = channel;
  }

  /** Begins. */
  static Blaster start(PreparedDatagrams datagrams, BenchGroup to) throws IOException {
    Blaster made = new Blaster(datagrams, to.openSender());
    made.thread.setDaemon(true);
    made.thread.start();
    return made;
  }

  /** Ends, and says how many datagrams were sent. */
  long stop() throws IOException, InterruptedException {
    stopping = true;
    thread.join();
    if (failure != null) {
      throw failure;
    }
    return sent;
  }

  /** Datagrams sent a second, when it has ended. */
  double perSecond() {
    return sent * 1e9 / nanos;
  }

  @Override
  public void close() throws IOException {
    stopping = true;
    channel.close();
  }

  private void blast() {
    long begin = System.nanoTime();
    long done = 0;
    try {
      int at = 0;
      while (!stopping) {
        datagrams.send(channel, at);
        done++;
        at = at + 1 == datagrams.count() ? 0 : at + 1;
      }
    } catch (IOException e) {
      failure = e;
    }
    sent = done;
    nanos = System.nanoTime() - begin;
  }
}

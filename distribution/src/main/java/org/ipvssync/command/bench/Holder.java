package org.ipvssync.command.bench;

import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import org.ipvssync.command.child.NodeStatus;

/** A node with a backup link and the way to fill its table over the wire. One thread. */
final class Holder implements AutoCloseable {
  /** Name of the backup link. */
  static final String IN = "in";

  private static final int TIMEOUT_S = 900;
  private static final int ATTEMPTS = 3;

  /** Losses are noticed once a second. */
  private static final long LOST_NANOS = 2_000_000_000L;

  private static final long SETTLE_MS = 100;

  private final BenchGroup group;
  private final PreparedDatagrams datagrams;
  private final BenchNode node;
  private int timeoutS = TIMEOUT_S;

  private Holder(BenchGroup group, PreparedDatagrams datagrams, BenchNode node) {
    this.group = group;
    this.datagrams = datagrams;
    this.node = node;
  }

  /** Starts the node; its table is empty. */
  static Holder start(BenchTools tools, String name, int connections, boolean ipv6)
      throws IOException, InterruptedException {
    BenchGroup group = tools.group();
    BenchNode node =
        tools.start(
            name,
            BenchTools.configuration(
                connections, Map.of("org.ipvssync.role.backup-" + IN, group.link())));
    node.awaitUp("backup");
    return new Holder(
        group,
        new PreparedDatagrams(tools.codec(), connections, ipv6, group.syncId(), TIMEOUT_S),
        node);
  }

  BenchNode node() {
    return node;
  }

  BenchGroup group() {
    return group;
  }

  PreparedDatagrams datagrams() {
    return datagrams;
  }

  /** Sends every connection, as fast as the node takes them, until its table holds all. */
  void fill() throws IOException, InterruptedException {
    touch(NodeStatus::connections);
  }

  /** Every connection changes once more. */
  void change(Progress reached) throws IOException, InterruptedException {
    timeoutS = timeoutS == TIMEOUT_S ? TIMEOUT_S + 1 : TIMEOUT_S;
    datagrams.encode(timeoutS);
    touch(reached);
  }

  /** Tells how many connections have come. */
  @FunctionalInterface
  interface Progress {
    long reached(NodeStatus status);
  }

  private void touch(Progress progress) throws IOException, InterruptedException {
    try (DatagramChannel channel = group.openSender()) {
      for (int i = 0; i < ATTEMPTS; i++) {
        sendAll(channel);
        if (haveAllCome(progress)) {
          return;
        }
      }
    }
    throw new IOException(
        "it does not take " + datagrams.connections() + " connections over the wire");
  }

  /** Never more at once than the node's socket holds: a node that has just begun is slow. */
  private void sendAll(DatagramChannel channel) throws IOException, InterruptedException {
    NodeStatus.Link before = node.look().backup();
    int window = group.datagramsAtOnce();
    for (int sent = 0; sent < datagrams.count(); ) {
      int end = Math.min(sent + window, datagrams.count());
      while (sent < end) {
        datagrams.send(channel, sent++);
      }
      awaitTaken(before, sent);
    }
  }

  private void awaitTaken(NodeStatus.Link before, int sent)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    while (Balance.of(before, node.look().backup(), sent).uncounted() > 0
        && System.nanoTime() - begin < LOST_NANOS) {
      Thread.sleep(1);
    }
  }

  /** Looks until all have come, or nothing more comes. */
  private boolean haveAllCome(Progress progress) throws IOException, InterruptedException {
    long before = -1;
    long now = progress.reached(node.look().status());
    while (now < datagrams.connections() && now != before) {
      Thread.sleep(SETTLE_MS);
      before = now;
      now = progress.reached(node.look().status());
    }
    return now >= datagrams.connections();
  }

  @Override
  public void close() throws IOException {
    datagrams.close();
    node.close();
  }
}

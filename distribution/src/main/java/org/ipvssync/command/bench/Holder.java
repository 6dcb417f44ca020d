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
  private static final int FILL_PER_SECOND = 20_000; // its code is cold
  private static final int CHANGE_PER_SECOND = 60_000;
  private static final int SLOWEST_PER_SECOND = 2_000;
  private static final long SETTLE_NANOS = 2_000_000_000L;

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

  /** Sends every connection, at a rate that the node takes, until its table holds all. */
  void fill() throws IOException, InterruptedException {
    touch(FILL_PER_SECOND, NodeStatus::connections);
  }

  /** Every connection changes once more. */
  void change(Progress reached) throws IOException, InterruptedException {
    timeoutS = timeoutS == TIMEOUT_S ? TIMEOUT_S + 1 : TIMEOUT_S;
    datagrams.encode(timeoutS);
    touch(CHANGE_PER_SECOND, reached);
  }

  /** Tells how many connections have come. */
  @FunctionalInterface
  interface Progress {
    long reached(NodeStatus status);
  }

  private void touch(int perSecond, Progress progress) throws IOException, InterruptedException {
    int all = datagrams.connections();
    try (DatagramChannel channel = group.openSender()) {
      for (int rate = perSecond; rate >= SLOWEST_PER_SECOND; rate /= 2) {
        datagrams.sendAll(channel, rate);
        BenchNode.Look look =
            node.awaitAtMost(SETTLE_NANOS, status -> progress.reached(status) >= all);
        if (progress.reached(look.status()) >= all) {
          return;
        }
      }
    }
    throw new IOException("it does not take " + all + " connections over the wire");
  }

  @Override
  public void close() throws IOException {
    datagrams.close();
    node.close();
  }
}

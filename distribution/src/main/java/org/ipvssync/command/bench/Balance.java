package org.ipvssync.command.bench;

import java.io.IOException;
import java.util.List;
import org.ipvssync.command.child.NodeStatus;

/**
 * What became of the datagrams that were sent to a backup link: taken, or dropped and counted.
 *
 * @param sent to the group
 * @param received by the link as sync messages
 * @param socketDrops dropped by the kernel because the socket was full
 * @param otherDrops dropped by the link itself, for any reason
 */
record Balance(long sent, long received, long socketDrops, long otherDrops) {
  private static final String SOCKET = "socketOverflow";
  private static final List<String> OF_DATAGRAMS =
      List.of(
          "ownDatagram",
          "tooShort",
          "tooLong",
          "sizeMismatch",
          "otherSyncId",
          "noCodec",
          "spoolOverflow");

  /**
   * The kernel's counters of a full socket are read once a second, on a busy machine later; a run
   * in which all adds up waits no longer than that takes.
   */
  private static final long QUIET_NANOS = 15_000_000_000L;

  /** Waits until the numbers add up, or nothing more is to be expected. */
  static Balance await(BenchNode node, BenchNode.Look before, long sent)
      throws IOException, InterruptedException {
    NodeStatus.Link begin = before.backup();
    BenchNode.Look end =
        node.awaitAtMost(
            QUIET_NANOS,
            status ->
                status.link("backup").map(l -> of(begin, l, sent).uncounted() == 0).orElse(false));
    return of(begin, end.backup(), sent);
  }

  /** Between two looks. */
  static Balance of(NodeStatus.Link before, NodeStatus.Link after, long sent) {
    long other = 0;
    for (String reason : OF_DATAGRAMS) {
      other += after.dropped(reason) - before.dropped(reason);
    }
    return new Balance(
        sent,
        after.number("datagrams") - before.number("datagrams"),
        after.dropped(SOCKET) - before.dropped(SOCKET),
        other);
  }

  /** Sent, and neither received nor counted as dropped. */
  long uncounted() {
    return sent - received - socketDrops - otherDrops;
  }
}

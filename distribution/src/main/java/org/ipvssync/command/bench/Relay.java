package org.ipvssync.command.bench;

import java.io.IOException;
import java.util.Map;
import org.ipvssync.command.child.ChildNode;
import org.ipvssync.command.child.NodeStatus;

/**
 * Two nodes: a master that hears of changes on one group, as it would from its own kernel, and
 * sends them on another to a backup. One thread.
 */
final class Relay implements AutoCloseable {
  private static final int MOST_CONNECTIONS = 100_000;
  private static final String BACKUP_BUNDLE = "org.ipvssync.role.backup";
  private static final String[] APPLIED = {"inserted", "updated", "replaced"};

  /** What has been received is sent or applied then. */
  private static final long LATEST_NANOS = 1_000_000_000L;

  private static final int WARM_UP_RATE = 5_000;
  private static final long WARM_UP_MS = 2_000;
  private static final int FAST_RATE = 100_000;
  private static final long FAST_MS = 4_500;

  /** The fast part is so many times as long as a measured one, if that is short. */
  private static final int FAST_TIMES = 3;

  private final BenchTools tools;
  private final BenchNode master;
  private final BenchNode backup;
  private final BenchGroup between;
  private final ChangeFeed feed;
  private Begin mark;

  private Relay(
      BenchTools tools, BenchNode master, BenchNode backup, BenchGroup between, ChangeFeed feed)
      throws IOException {
    this.tools = tools;
    this.master = master;
    this.backup = backup;
    this.between = between;
    this.feed = feed;
    this.mark = look();
  }

  /**
   * What became of the changes that were told in a while.
   *
   * @param told to the master
   * @param applied on the backup
   * @param coalesced joined a later change of the same connection on the master
   * @param uncounted datagrams that were lost and stand in no counter of either node
   */
  record Outcome(long told, long applied, long coalesced, long uncounted) {
    long lost() {
      return told - applied - coalesced;
    }
  }

  /** The state from which an outcome is counted. */
  record Begin(long changes, long datagrams, BenchNode.Look master, BenchNode.Look backup) {}

  /** Starts both. */
  static Relay start(BenchTools tools) throws IOException, InterruptedException {
    int connections = Math.min(tools.options().connections(), MOST_CONNECTIONS);
    BenchGroup outside = tools.group();
    BenchGroup between = tools.group();
    // Both at once: that is quicker.
    ChildNode masterProcess =
        tools
            .nodes()
            .start(
                "master",
                BenchTools.configuration(
                    connections,
                    Map.of(
                        BACKUP_BUNDLE + "-in",
                        outside.link(),
                        "org.ipvssync.role.master-out",
                        // Changes alone are measured: no copies.
                        between.masterLink("refreshPeriodS=0"))));
    ChildNode backupProcess =
        tools
            .nodes()
            .start(
                "backup",
                BenchTools.configuration(
                    connections, Map.of(BACKUP_BUNDLE + "-in", between.link())));
    BenchNode master = BenchNode.await(masterProcess);
    BenchNode backup = BenchNode.await(backupProcess);
    master.stopResync();
    backup.stopResync();
    master.awaitUp("backup");
    master.awaitUp("master");
    backup.awaitUp("backup");
    return new Relay(
        tools, master, backup, between, new ChangeFeed(tools.codec(), connections, outside));
  }

  /**
   * The JVM of each compiles what runs often; until then it is slow, and its processor's time is
   * the compiler's. At a usual rate alone that would take minutes.
   */
  void warmUp() throws IOException {
    long millis = tools.options().millis();
    feed.feed(WARM_UP_RATE, ChangeDelay.together(WARM_UP_RATE), Math.min(WARM_UP_MS, millis));
    feed.feed(FAST_RATE, ChangeDelay.together(FAST_RATE), Math.min(FAST_MS, FAST_TIMES * millis));
  }

  BenchNode master() {
    return master;
  }

  BenchNode backup() {
    return backup;
  }

  /** The group between both nodes. */
  BenchGroup between() {
    return between;
  }

  ChangeFeed feed() {
    return feed;
  }

  /** The backup's link is a new one from now on, and its delays and counters begin anew. */
  void renewBackup() throws IOException, InterruptedException {
    settle();
    backup.run("ipvs:stop " + BACKUP_BUNDLE);
    backup.run("ipvs:start " + BACKUP_BUNDLE);
    backup.awaitUp("backup");
    mark = look();
  }

  /** From here on changes count; what was told before has arrived, or is counted as lost. */
  Begin begin() throws IOException, InterruptedException {
    settle();
    mark = look();
    return mark;
  }

  private void settle() throws IOException, InterruptedException {
    await(mark);
  }

  private Begin look() throws IOException {
    return new Begin(feed.changes(), feed.datagrams(), master.look(), backup.look());
  }

  /** Waits until all has arrived that will, and says what became of it. */
  Outcome await(Begin begin) throws IOException, InterruptedException {
    long told = feed.changes() - begin.changes();
    Balance in = Balance.await(master, begin.master(), feed.datagrams() - begin.datagrams());
    NodeStatus.Link masterBefore = begin.master().master();
    NodeStatus.Link sender =
        master
            .awaitAtMost(
                LATEST_NANOS,
                s ->
                    s.link("master")
                        .map(l -> since(masterBefore, l, "records", "coalesced") >= told)
                        .orElse(false))
            .master();
    long coalesced = since(masterBefore, sender, "coalesced");
    NodeStatus.Link backupBefore = begin.backup().backup();
    Balance out = Balance.await(backup, begin.backup(), since(masterBefore, sender, "datagrams"));
    NodeStatus.Link receiver =
        backup
            .awaitAtMost(
                LATEST_NANOS,
                s ->
                    s.link("backup")
                        .map(l -> since(backupBefore, l, APPLIED) >= told - coalesced)
                        .orElse(false))
            .backup();
    return new Outcome(
        told,
        since(backupBefore, receiver, APPLIED),
        coalesced,
        Math.abs(in.uncounted()) + Math.abs(out.uncounted()));
  }

  private static long since(NodeStatus.Link before, NodeStatus.Link now, String... counters) {
    long sum = 0;
    for (String counter : counters) {
      sum += now.number(counter) - before.number(counter);
    }
    return sum;
  }

  /** Ends both processes. */
  void end() {
    master.process().kill();
    backup.process().kill();
  }

  @Override
  public void close() throws IOException {
    feed.close();
    master.close();
    backup.close();
  }
}

package org.ipvssync.command.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.command.child.ChildFailure;
import org.ipvssync.command.child.ChildNode;
import org.ipvssync.command.child.ChildNodes;

/**
 * The two nodes of a demonstration. Closing it, or the end of this process, leaves nothing behind.
 *
 * <p>The master's link is configured by a file, the backup's is started by command, as an operator
 * or keepalived would, so that it can be promoted.
 */
final class DemoNodes implements AutoCloseable {
  /** Name of the link in both nodes. */
  static final String LINK = "demo";

  private final ChildNodes nodes;
  private final ChildNode master;
  private final ChildNode backup;

  private DemoNodes(ChildNodes nodes, ChildNode master, ChildNode backup) {
    this.nodes = nodes;
    this.master = master;
    this.backup = backup;
  }

  /**
   * Makes the directory and starts both processes; they are not ready yet.
   *
   * @param script the distribution's command
   * @param temp where to make the directory; see {@link ChildNodes#temporary}
   * @param address where they speak
   */
  static DemoNodes start(
      Path script, Path temp, LinkAddress address, int syncId, DemoOptions options)
      throws IOException {
    ChildNodes nodes = ChildNodes.create(script, temp, "demo", options.keep());
    try {
      Map<String, List<String>> ofMaster = tables(options);
      ofMaster.put("org.ipvssync.role.master-" + LINK, masterLink(address, syncId, options));
      ofMaster.put("org.ipvssync.workload.feed", List.of("socket=" + feed(nodes)));
      ChildNode master = nodes.start("master", ofMaster);
      ChildNode backup = nodes.start("backup", tables(options));
      return new DemoNodes(nodes, master, backup);
    } catch (IOException | RuntimeException e) {
      nodes.close();
      throw e;
    }
  }

  /** Where everything of this run lies. */
  Path dir() {
    return nodes.dir();
  }

  /** The socket through which the workload reaches the master. */
  Path feed() {
    return feed(nodes);
  }

  /** The node that sends, and is killed. */
  ChildNode master() {
    return master;
  }

  /** The node that receives, and takes over. */
  ChildNode backup() {
    return backup;
  }

  /** Fails when the backup has ended; the master's end is noticed by who feeds it. */
  void check() throws ChildFailure, InterruptedException {
    if (!backup.isAlive()) {
      nodes.awaitAbandoned();
      throw new ChildFailure("the backup ended unexpectedly", backup.logTail());
    }
  }

  /** See {@link ChildNodes#awaitAbandoned}. */
  void awaitAbandoned() throws InterruptedException {
    nodes.awaitAbandoned();
  }

  /** Ends what still runs, and removes the directory unless it is to be kept. */
  @Override
  public void close() {
    nodes.close();
  }

  private static Path feed(ChildNodes nodes) {
    return nodes.dir().resolve("feed.sock");
  }

  private static Map<String, List<String>> tables(DemoOptions options) {
    Map<String, List<String>> tables = new LinkedHashMap<>();
    for (String table : options.swap() ? List.of("memory", "mapped") : List.of("memory")) {
      tables.put(
          "org.ipvssync.table." + table, List.of("maxConnections=" + options.tableCapacity()));
    }
    return tables;
  }

  private static List<String> masterLink(LinkAddress address, int syncId, DemoOptions options) {
    return List.of(
        "mcastInterface=" + address.mcastInterface(),
        "mcastGroup=" + address.group().getHostAddress(),
        "mcastPort=" + address.port(),
        "mcastTtl=" + address.ttl(),
        "syncId=" + syncId,
        "codec=v1",
        "flushIntervalMs=" + options.masterFlushIntervalMs(),
        // No copies: what is compared came as a change, or not at all.
        "refreshPeriodS=0");
  }
}

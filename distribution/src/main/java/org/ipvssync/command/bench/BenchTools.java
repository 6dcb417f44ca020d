package org.ipvssync.command.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.command.child.ChildNodes;

/**
 * What every part of the benchmark needs.
 *
 * @param options what was asked for
 * @param nodes starts nodes, and ends them
 * @param codec of version 1
 * @param progress where people see how far it is
 * @param beginNanos when the run began
 */
record BenchTools(
    BenchOptions options,
    ChildNodes nodes,
    SyncCodec codec,
    PrintStream progress,
    long beginNanos) {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Room in a table beside the connections. */
  private static final int SPARE = 1_000;

  /** A group of its own. */
  BenchGroup group() {
    return BenchGroup.random(options.mcastInterface(), RANDOM);
  }

  /**
   * Configuration of a node whose table has room, and that asks nobody for another.
   *
   * @param link a link's configuration, with the file's name without {@code .cfg}
   */
  static Map<String, List<String>> configuration(int connections, Map<String, List<String>> link) {
    Map<String, List<String>> all = new LinkedHashMap<>(link);
    all.put("org.ipvssync.table.memory", List.of("maxConnections=" + (connections + SPARE)));
    all.putIfAbsent("org.ipvssync.resync", List.of("atStart=false"));
    return all;
  }

  /** Starts a node; it takes commands when this returns. */
  BenchNode start(String name, Map<String, List<String>> configuration)
      throws IOException, InterruptedException {
    return BenchNode.await(nodes.start(name, configuration));
  }

  /** Says how far it is. */
  void say(String format, Object... arguments) {
    String text = String.format(Locale.ROOT, format, arguments);
    double seconds = (System.nanoTime() - beginNanos) / 1e9;
    progress.println(String.format(Locale.ROOT, "%6.1f s  %s", seconds, text));
  }
}

package org.ipvssync.command.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ipvssync.command.child.ChildNode;

/**
 * How long a node takes from the start of its process to its first datagram, which asks the group
 * for the table, and until it takes commands.
 */
final class StartTime {
  private static final int RUNS = 5;

  private final BenchTools tools;

  StartTime(BenchTools tools) {
    this.tools = tools;
  }

  /** Starts nodes one after the other, and kills them. */
  List<Row> measure() throws IOException, InterruptedException {
    List<Double> datagram = new ArrayList<>();
    List<Double> commands = new ArrayList<>();
    for (int run = 1; run <= RUNS; run++) {
      BenchGroup group = tools.group();
      try (GroupListener listener = GroupListener.open(group)) {
        long begin = System.nanoTime();
        ChildNode process = tools.nodes().start("start-" + run, configuration(group));
        BenchNode node = BenchNode.await(process);
        commands.add((System.nanoTime() - begin) / 1e6);
        datagram.add((listener.awaitFirstNanos() - begin) / 1e6);
        node.close();
        process.kill();
        process.awaitEnd();
      }
    }
    tools.say("  %.0f ms to the first datagram", Numbers.median(datagram));
    return List.of(
        row("start to first datagram", datagram), row("start to first command", commands));
  }

  /** A node as an operator has it: it asks the group for the table. */
  static Map<String, List<String>> configuration(BenchGroup group) {
    return Map.of("org.ipvssync.role.backup-in", group.link());
  }

  private static Row row(String what, List<Double> millis) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("runsMillis", millis);
    return new Row(
        Work.START,
        what,
        "ms",
        Numbers.median(millis),
        Double.NaN,
        0,
        String.format(
            Locale.ROOT,
            "median of %d, %.0f to %.0f",
            millis.size(),
            millis.stream().mapToDouble(d -> d).min().orElse(0),
            millis.stream().mapToDouble(d -> d).max().orElse(0)),
        details);
  }
}

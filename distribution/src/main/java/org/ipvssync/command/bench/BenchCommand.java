package org.ipvssync.command.bench;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.io.PrintStream;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.command.CommandException;
import org.ipvssync.command.child.ChildNode;
import org.ipvssync.command.child.ChildNodes;
import org.ipvssync.launcher.Home;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code ipvs-syncd bench}: measures nodes on this machine. */
public final class BenchCommand {
  /** Fewest connections that are measured with. */
  public static final int LEAST_CONNECTIONS = 1_000;

  /** Most connections that are measured with. */
  public static final int MOST_CONNECTIONS = 10_000_000;

  private BenchCommand() {}

  /**
   * Measures.
   *
   * @param mcastInterface name of the network interface
   * @param connections distinct connections, {@link #LEAST_CONNECTIONS} to {@link
   *     #MOST_CONNECTIONS}
   * @param millis how long a measured part is
   * @param only words that say what is measured; none for all
   * @param full the long form
   * @param json print one object at the end and nothing else
   * @param keep leave the nodes' directory behind
   * @param command the words of the command line, for the result
   * @return 0 when every loss was counted, else 1
   * @throws CommandException when an option is not allowed, or a node failed
   */
  public static int run(
      String mcastInterface,
      int connections,
      long millis,
      List<String> only,
      boolean full,
      boolean json,
      boolean keep,
      List<String> command) {
    BenchOptions options;
    try {
      options =
          new BenchOptions(mcastInterface, connections, millis, Work.of(only), full, json, keep);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(e.getMessage());
    }
    checkInterface(mcastInterface);
    quiet();
    try {
      BenchResult result = measure(options);
      System.out.print(
          json
              ? BenchReport.json(result, command, options) + System.lineSeparator()
              : BenchReport.text(result, options));
      return result.uncounted() == 0 ? 0 : 1;
    } catch (IOException e) {
      throw CommandException.failed("bench: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandException.failed("bench: interrupted");
    }
  }

  private static BenchResult measure(BenchOptions options)
      throws IOException, InterruptedException {
    MachineUse before = MachineUse.now();
    List<Row> rows;
    try (ChildNodes nodes =
        ChildNodes.create(Home.find().script(), ChildNodes.temporary(), "bench", options.keep())) {
      rows = measure(options, nodes);
    }
    // When all nodes have ended: only then their part is this process's own.
    MachineUse after = MachineUse.now();
    return new BenchResult(
        Machine.find(), after.othersPercentSince(before), after.stolenPercentSince(before), rows);
  }

  private static List<Row> measure(BenchOptions options, ChildNodes nodes)
      throws InterruptedException {
    PrintStream err = System.err;
    if (options.keep()) {
      err.println("Directory of this run: " + nodes.dir());
    }
    try {
      return new BenchRun(new BenchTools(options, nodes, codec(), err, System.nanoTime())).run();
    } catch (IOException e) {
      nodes.awaitAbandoned();
      Optional<ChildNode> ended = nodes.endedUnasked();
      String log = nodes.logTail();
      if (!log.isEmpty()) {
        err.println("The end of the node's log:\n" + log.indent(2).stripTrailing());
      }
      throw CommandException.failed(
          "bench: "
              + ended.map(node -> "node " + node.instance() + " ended unexpectedly: ").orElse("")
              + e.getMessage());
    }
  }

  private static void checkInterface(String name) {
    try {
      if (NetworkInterface.getByName(name) == null) {
        List<String> there = new ArrayList<>();
        Collections.list(NetworkInterface.getNetworkInterfaces())
            .forEach(each -> there.add(each.getName()));
        throw CommandException.usage(
            "--interface "
                + name
                + " is not allowed: there is no such interface; there is: "
                + String.join(", ", there));
      }
    } catch (SocketException e) {
      throw CommandException.failed("bench: cannot look at the interfaces: " + e.getMessage());
    }
  }

  private static SyncCodec codec() {
    for (SyncCodec each : ServiceLoader.load(SyncCodec.class)) {
      if (each.name().equals("v1")) {
        return each;
      }
    }
    throw CommandException.failed(
        "bench: no codec v1 on the class path: unpack the distribution again");
  }

  /** The parts of a node that run in this process log nothing between what is printed here. */
  private static void quiet() {
    if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)
        instanceof ch.qos.logback.classic.Logger root) {
      root.setLevel(Level.OFF);
    }
  }
}

package org.ipvssync.command.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.ipvssync.command.CommandException;
import org.ipvssync.launcher.Home;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ipvs-syncd demo}: shows that nothing is lost when the master dies. */
@Command(
    name = "demo",
    description = {
      "Run two nodes on this machine, kill the master, and compare every connection.",
      "",
      "A workload of connections that open, live and close goes into a master node; it multicasts"
          + " on lo to a backup node. The master is killed with no warning, the backup is promoted,"
          + " and its table is compared with what the workload made.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:nothing was lost",
      "1:something was lost or made up, or the demonstration failed",
      "2:an option is wrong"
    })
public final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "0",
      description = "Kill the master when N connections were opened; 0 goes by time (default).")
  private long connections;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "5000",
      description = "Connections opened a second, 1 to 1000000 (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "Kill the master after N seconds, 1 to 3600 (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--flush-interval",
      paramLabel = "MS",
      defaultValue = "50",
      description = {
        "What changed longer than this before the kill must be on the backup, or it is lost"
            + " (default: ${DEFAULT-VALUE} ms). The master flushes at half of it."
      })
  private int flushIntervalMs;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the workload (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--json", description = "Print one JSON object at the end and nothing else.")
  private boolean json;

  @Option(
      names = "--keep",
      description = "Leave the nodes' directory behind: configuration and logs.")
  private boolean keep;

  /** Runs the demonstration; 0 when nothing was lost. */
  @Override
  public Integer call() {
    DemoOptions options = options();
    PrintStream out = System.out;
    try {
      DemoResult result = new DemoRun(options, out, Home.find().script()).run();
      if (json) {
        out.println(DemoReport.json(options, result));
      } else {
        DemoReport.text(options, result, out);
      }
      return result.verdict().isGood() ? 0 : 1;
    } catch (DemoFailure e) {
      if (!e.log().isEmpty()) {
        System.err.println("The end of the node's log:\n" + e.log().indent(2).stripTrailing());
      }
      throw CommandException.failed("demo: " + e.getMessage());
    } catch (IOException | IllegalStateException e) {
      throw CommandException.failed("demo: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandException.failed("demo: interrupted");
    }
  }

  private DemoOptions options() {
    try {
      return new DemoOptions(connections, rate, seconds, flushIntervalMs, seed, json, keep);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(e.getMessage());
    }
  }
}

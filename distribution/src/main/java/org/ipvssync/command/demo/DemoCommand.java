package org.ipvssync.command.demo;

import java.io.IOException;
import java.io.PrintStream;
import org.ipvssync.command.CommandException;
import org.ipvssync.command.child.ChildFailure;
import org.ipvssync.launcher.Home;

/** {@code ipvs-syncd demo}: shows that nothing is lost when the master dies. */
public final class DemoCommand {
  private DemoCommand() {}

  /**
   * Runs the demonstration.
   *
   * @param connections kill the master when so many were opened; 0 goes by time
   * @param rate connections opened a second
   * @param seconds kill the master after so many seconds, when {@code connections} is 0
   * @param flushIntervalMs what changed longer than this before the kill must be on the backup
   * @param seed of the workload
   * @param json print one object at the end and nothing else
   * @param keep leave the nodes' directory behind
   * @param swap exchange parts of both nodes during the run
   * @return 0 when nothing was lost, else 1
   * @throws CommandException when a number is not allowed, or the demonstration failed
   */
  public static int run(
      long connections,
      int rate,
      int seconds,
      int flushIntervalMs,
      long seed,
      boolean json,
      boolean keep,
      boolean swap) {
    DemoOptions options;
    try {
      options =
          new DemoOptions(connections, rate, seconds, flushIntervalMs, seed, json, keep, swap);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(e.getMessage());
    }
    PrintStream out = System.out;
    try {
      DemoResult result = new DemoRun(options, out, Home.find().script()).run();
      if (json) {
        out.println(DemoReport.json(options, result));
      } else {
        DemoReport.text(options, result, out);
      }
      return result.verdict().isGood() ? 0 : 1;
    } catch (ChildFailure e) {
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
}

package org.ipvssync.shell.internal;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Process;

/** Where a Gogo command prints: its place in the pipe that it runs in. */
final class GogoOutput {
  private GogoOutput() {}

  /** A command that prints. */
  @FunctionalInterface
  interface Command {
    /** Runs it. */
    void run(PrintWriter out) throws Exception;
  }

  /** Runs a command with a buffer before its output; what it printed is there when it fails too. */
  static void with(Command command) throws Exception {
    PrintWriter out = new PrintWriter(Process.Utils.current().out(), false, StandardCharsets.UTF_8);
    try {
      command.run(out);
    } finally {
      out.flush();
    }
  }

  /** The session that the command runs in, or null. */
  static CommandSession session() {
    return CommandSession.Utils.current();
  }
}

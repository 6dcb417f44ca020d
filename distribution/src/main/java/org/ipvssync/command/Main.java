package org.ipvssync.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.ipvssync.launcher.LaunchException;

/** Begin of the program: {@code ipvs-syncd}. */
public final class Main {
  /** Begins every line on standard error. */
  static final String PROGRAM = "ipvs-syncd: ";

  private Main() {}

  /** Runs one command and ends the process with its status: 0 done, 1 failed, 2 usage. */
  public static void main(String[] arguments) {
    System.exit(run(new Context(StandardIo.ofProcess()), arguments));
  }

  static int run(Context context, String... arguments) {
    StandardIo io = context.io();
    try {
      int status = CommandTree.execute(context, arguments);
      io.out().flush();
      return status;
    } catch (CommandException e) {
      io.err().println(PROGRAM + e.getMessage());
      return e.status();
    } catch (LaunchException e) {
      io.err().println(PROGRAM + e.getMessage());
      return CommandException.FAILED;
    } catch (IOException e) {
      return failed(io, e);
    } catch (UncheckedIOException e) {
      return failed(io, e.getCause());
    }
  }

  private static int failed(StandardIo io, IOException e) {
    if (!(e instanceof ClosedOutputException)) {
      io.err().println(PROGRAM + e.getMessage());
    }
    return CommandException.FAILED;
  }
}

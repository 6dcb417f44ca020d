package org.ipvssync.command;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.commons.cli.Options;

/** The node's Gogo shell: one command, lines from a pipe, or a person at a terminal. */
final class ShellCommand implements Command {
  private static final Set<String> END = Set.of("exit", "quit");

  @Override
  public Options options() {
    return new Options();
  }

  @Override
  public boolean takesForeignWords() {
    return true;
  }

  @Override
  public int run(Context context, Words words) throws IOException {
    if (!words.plain().isEmpty()) {
      return context.send(String.join(" ", words.plain()));
    }
    try (ControlClient client = context.connect()) {
      return context.io().interactive()
          ? new InteractiveShell(context, client).run()
          : lines(context.io(), client);
    } catch (EOFException e) {
      throw CommandException.failed("the node has ended");
    }
  }

  /** Returns the status of the last command, as a script's shell does. */
  private static int lines(StandardIo io, ControlClient client) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(io.in(), StandardCharsets.UTF_8));
    int status = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (isEnd(line)) {
        break;
      }
      if (!line.isBlank()) {
        status = client.run(line, io.out(), io.err());
        io.out().flush();
      }
    }
    return status;
  }

  /** True for the words that end the session. */
  static boolean isEnd(String line) {
    return END.contains(line.strip());
  }
}

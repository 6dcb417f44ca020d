package org.ipvssync.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;

/** A person at a terminal: line editing, history, completion of command names. */
final class InteractiveShell {
  private final Context context;
  private ControlClient client;
  private List<String> commands;

  InteractiveShell(Context context, ControlClient client) {
    this.context = context;
    this.client = client;
  }

  /** Returns when the person has enough. */
  int run() throws IOException {
    StandardIo io = context.io();
    String prompt = context.instance().name() + "> ";
    try (Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build()) {
      LineReader reader =
          LineReaderBuilder.builder()
              .terminal(terminal)
              .completer(completer())
              .variable(LineReader.HISTORY_FILE, historyFile())
              // What Gogo's language means stays in the line as it was typed.
              .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
              .build();
      while (true) {
        try {
          String line = reader.readLine(prompt);
          if (ShellCommand.isEnd(line)) {
            return 0;
          }
          if (!line.isBlank()) {
            runLine(terminal, io, line);
          }
        } catch (UserInterruptException e) {
          continue; // Ctrl-C drops the line
        } catch (EndOfFileException e) {
          return 0;
        }
      }
    } finally {
      client.close();
    }
  }

  private void runLine(Terminal terminal, StandardIo io, String line) throws IOException {
    ControlClient running = client;
    boolean[] interrupted = new boolean[1];
    Terminal.SignalHandler before =
        terminal.handle(
            Signal.INT,
            _ -> {
              interrupted[0] = true;
              closeQuietly(running);
            });
    try {
      running.run(line, io.out(), io.err());
    } catch (IOException e) {
      if (!interrupted[0]) {
        throw e;
      }
      client = context.connect(); // closing the session ended the command; its variables are gone
    } finally {
      terminal.handle(Signal.INT, before);
      io.out().flush();
    }
  }

  private static void closeQuietly(ControlClient client) {
    try {
      client.close();
    } catch (IOException e) {
      return; // it is closed all the same
    }
  }

  private Completer completer() {
    return (_, line, candidates) -> {
      if (line.wordIndex() == 0) {
        names().forEach(name -> candidates.add(new Candidate(name)));
      }
    };
  }

  /** The node's commands, asked for at the first TAB. */
  private List<String> names() {
    if (commands == null) {
      ByteArrayOutputStream help = new ByteArrayOutputStream();
      commands = new ArrayList<>();
      try {
        client.run("help", help, OutputStream.nullOutputStream());
        help.toString(StandardCharsets.UTF_8).lines().map(String::strip).forEach(commands::add);
      } catch (IOException e) {
        return commands; // the next line will say that the node is gone
      }
    }
    return commands;
  }

  private static Path historyFile() throws IOException {
    String state = System.getenv().getOrDefault("XDG_STATE_HOME", "");
    Path base =
        state.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".local", "state")
            : Path.of(state);
    Path dir = base.resolve("ipvs-syncd");
    try {
      Files.createDirectories(dir);
    } catch (IOException e) {
      return Path.of("/dev/null"); // no home: a session without history
    }
    return dir.resolve("history");
  }
}

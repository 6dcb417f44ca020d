package org.ipvssync.command;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.cli.Options;

/** The words that ipvs-syncd knows, and which command they mean. */
final class CommandTree {
  private static final String INSTANCE = "instance";

  private static final List<String> NAMES =
      List.of(
          "bench",
          "codec",
          "connections",
          "decode",
          "demo",
          "demote",
          "help",
          "promote",
          "ready",
          "replay",
          "resync",
          "run",
          "shell",
          "status",
          "table");

  private CommandTree() {}

  /** The names of all commands. */
  static List<String> names() {
    return NAMES;
  }

  /**
   * The command of that name; made only when it is meant, because a command answers in a moment.
   */
  static Command command(String name) {
    return switch (name) {
      case "bench" -> new BenchWords();
      case "codec" -> new CodecCommand();
      case "connections" -> new ConnectionsCommand();
      case "decode" -> new DecodeCommand();
      case "demo" -> new DemoWords();
      case "demote" -> new DemoteCommand();
      case "help" -> new HelpCommand();
      case "promote" -> new PromoteCommand();
      case "ready" -> new ReadyCommand();
      case "replay" -> new ReplayCommand();
      case "resync" -> new ResyncCommand();
      case "run" -> new RunCommand();
      case "shell" -> new ShellCommand();
      case "status" -> new StatusCommand();
      case "table" -> new TableCommand();
      default ->
          throw CommandException.usage(
              "unknown word " + name + Similar.hint(name, NAMES) + see(""));
    };
  }

  /** Does what the words say; returns the exit status. */
  static int execute(Context context, String... words) throws IOException {
    int at = instanceFirst(context, words);
    String[] rest = Arrays.copyOfRange(words, at, words.length);
    if (rest.length == 0 || rest[0].startsWith("-")) {
      return execute(context, "", new IpvsadmWords(), rest);
    }
    String name = rest[0];
    String[] own = Arrays.copyOfRange(rest, 1, rest.length);
    return execute(context, name, command(name), own);
  }

  /** Takes {@code --instance} where it stands before the command; returns where that is. */
  private static int instanceFirst(Context context, String... words) {
    int at = 0;
    while (at < words.length) {
      if (words[at].startsWith("--" + INSTANCE + "=")) {
        context.setInstance(words[at].substring(INSTANCE.length() + 3));
        at++;
      } else if (words[at].equals("--" + INSTANCE) && at + 1 < words.length) {
        context.setInstance(words[at + 1]);
        at += 2;
      } else {
        break;
      }
    }
    return at;
  }

  private static int execute(Context context, String name, Command command, String... own)
      throws IOException {
    try {
      Options options = command.options();
      options.addOption(Words.value(INSTANCE));
      options.addOption(Words.flag("h")).addOption(Words.flag("help"));
      Words words = Words.parse(options, command.takesForeignWords(), own);
      if (words.has("h", "help")) {
        context.io().print(HelpPage.of(name, context.io().colour()));
        return 0;
      }
      if (words.has(INSTANCE)) {
        context.setInstance(words.value(INSTANCE, ""));
      }
      return command.run(context, words);
    } catch (CommandException e) {
      throw e.status() == CommandException.USAGE
          ? CommandException.usage(e.getMessage() + see(name))
          : e;
    }
  }

  private static String see(String name) {
    return " (see ipvs-syncd " + (name.isEmpty() ? "" : name + " ") + "-h)";
  }
}

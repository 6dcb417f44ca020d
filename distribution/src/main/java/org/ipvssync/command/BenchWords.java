package org.ipvssync.command;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Options;
import org.ipvssync.command.bench.BenchCommand;

/** {@code bench}: nodes on this machine, measured beside bare sockets. */
final class BenchWords implements Command {
  private static final int DEFAULT_CONNECTIONS = 1_000_000;
  private static final String DEFAULT_SECONDS = "1.5";
  private static final String FULL_SECONDS = "5";

  @Override
  public Options options() {
    return new Options()
        .addOption(Words.value("interface"))
        .addOption(Words.value("connections"))
        .addOption(Words.value("seconds"))
        .addOption(Words.value("only"))
        .addOption(Words.flag("full"))
        .addOption(Words.flag("json"))
        .addOption(Words.flag("keep"));
  }

  @Override
  public int run(Context context, Words words) {
    words.noPlain();
    ToolLog.configure();
    return BenchCommand.run(
        words.value("interface", "lo"),
        words.number(
            "connections",
            DEFAULT_CONNECTIONS,
            BenchCommand.LEAST_CONNECTIONS,
            BenchCommand.MOST_CONNECTIONS),
        millis(words.value("seconds", words.has("full") ? FULL_SECONDS : DEFAULT_SECONDS)),
        words.values("only"),
        words.has("full"),
        words.has("json"),
        words.has("keep"),
        commandLine(words));
  }

  /** The line as one would write it again. */
  private List<String> commandLine(Words words) {
    List<String> line = new ArrayList<>(List.of("ipvs-syncd", "bench"));
    options().getOptions().stream()
        .map(org.apache.commons.cli.Option::getLongOpt)
        .filter(words::has)
        .forEach(
            name -> {
              String value = String.join(",", words.values(name));
              line.add("--" + name + (value.isEmpty() ? "" : "=" + value));
            });
    return line;
  }

  private static long millis(String seconds) {
    try {
      double number = Double.parseDouble(seconds);
      if (number >= 0 && number < Integer.MAX_VALUE) {
        return Math.round(number * 1_000);
      }
    } catch (NumberFormatException e) {
      throw notANumber(seconds);
    }
    throw notANumber(seconds);
  }

  private static CommandException notANumber(String seconds) {
    return CommandException.usage("--seconds=" + seconds + " is not allowed; allowed: 0.1 to 600");
  }
}

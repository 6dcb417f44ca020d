package org.ipvssync.command;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/**
 * The words of a command line, understood: {@code --name=value}, {@code --name value}, {@code -abc}
 * for {@code -a -b -c}.
 */
final class Words {
  private final CommandLine line;

  private Words(CommandLine line) {
    this.line = line;
  }

  /** An option without a value. */
  static Option flag(String name) {
    return name.length() == 1 ? Option.builder(name).get() : Option.builder().longOpt(name).get();
  }

  /** An option with a value. */
  static Option value(String name) {
    return Option.builder().longOpt(name).hasArg().get();
  }

  /** An option that may have a value. */
  static Option optionalValue(String name) {
    return Option.builder().longOpt(name).hasArg().optionalArg(true).get();
  }

  /**
   * Understands words.
   *
   * @param stopEarly true to leave everything from the first plain or unknown word on alone
   * @throws CommandException of usage, when it cannot
   */
  static Words parse(Options options, boolean stopEarly, String... words) {
    try {
      DefaultParser parser = DefaultParser.builder().setAllowPartialMatching(false).get();
      return new Words(parser.parse(options, words, stopEarly));
    } catch (UnrecognizedOptionException e) {
      throw CommandException.usage("unknown word " + e.getOption());
    } catch (MissingArgumentException e) {
      throw CommandException.usage(name(e.getOption()) + " takes a value");
    } catch (ParseException e) {
      throw CommandException.usage(e.getMessage());
    }
  }

  private static String name(Option option) {
    return option.getLongOpt() == null ? "-" + option.getOpt() : "--" + option.getLongOpt();
  }

  /** True when any of the options was given. */
  boolean has(String... names) {
    for (String name : names) {
      if (line.hasOption(name)) {
        return true;
      }
    }
    return false;
  }

  /** The value of an option; {@code otherwise} when it was not given, or has none. */
  String value(String name, String otherwise) {
    return line.getOptionValue(name, otherwise);
  }

  /** All values of an option that may come several times, also separated by commas. */
  List<String> values(String name) {
    String[] values = line.getOptionValues(name);
    return values == null
        ? List.of()
        : Arrays.stream(values).flatMap(v -> Arrays.stream(v.split(","))).toList();
  }

  /** The value of an option as a number from {@code min} to {@code max}. */
  int number(String name, int otherwise, int min, int max) {
    String value = line.getOptionValue(name);
    return value == null ? otherwise : number("--" + name, value, min, max);
  }

  /** A number from {@code min} to {@code max}. */
  static int number(String what, String text, int min, int max) {
    try {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw notANumber(what, text, min, max);
    }
    throw notANumber(what, text, min, max);
  }

  private static CommandException notANumber(String what, String text, int min, int max) {
    return CommandException.usage(
        what + "=" + text + " is not allowed; allowed: " + min + " to " + max);
  }

  /** The value of an option as any whole number. */
  long number(String name, long otherwise) {
    String value = line.getOptionValue(name);
    try {
      return value == null ? otherwise : Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw CommandException.usage("--" + name + "=" + value + " is no whole number");
    }
  }

  /** The plain words. */
  List<String> plain() {
    return line.getArgList();
  }

  /** The one plain word that there must be. */
  String onePlain(String what) {
    List<String> plain = plain();
    if (plain.isEmpty()) {
      throw CommandException.usage(what + " is missing");
    }
    if (plain.size() > 1) {
      throw CommandException.usage("unknown word " + plain.get(1));
    }
    return plain.getFirst();
  }

  /** Appends the plain words to a line; fails when there are more than {@code most}. */
  GogoLine atMostPlain(int most, GogoLine line) {
    if (plain().size() > most) {
      throw CommandException.usage("unknown word " + plain().get(most));
    }
    plain().forEach(line::add);
    return line;
  }

  /** Fails when there are plain words. */
  void noPlain() {
    if (!plain().isEmpty()) {
      throw CommandException.usage("unknown word " + plain().getFirst());
    }
  }
}

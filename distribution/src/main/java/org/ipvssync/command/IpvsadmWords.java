package org.ipvssync.command;

import java.io.IOException;
import java.util.stream.Stream;
import org.apache.commons.cli.Options;
import org.ipvssync.launcher.Home;

/**
 * ipvsadm's own words: {@code --start-daemon}, {@code --stop-daemon}, {@code -l --daemon}, {@code
 * -Lnc}; and {@code --version}.
 */
final class IpvsadmWords implements Command {
  private static final String START = "start-daemon";
  private static final String STOP = "stop-daemon";
  private static final String[] LIST = {"l", "L", "list"};
  private static final String[] CONNECTION = {"c", "connection"};
  private static final String DAEMON = "daemon";
  private static final String VERSION = "version";

  /** Mean nothing here: no name server is asked, and rows have no order. */
  private static final String[] NUMERIC = {"n", "numeric", "exact", "sort", "nosort"};

  /** What goes with {@code --start-daemon}: our word, and the shell's. */
  private static final String[][] SETTINGS = {
    {"mcast-interface", "--mcast-interface"},
    {"syncid", "--syncid"},
    {"sync-maxlen", "--sync-maxlen"},
    {"mcast-group", "--mcast-group"},
    {"mcast-port", "--mcast-port"},
    {"mcast-ttl", "--mcast-ttl"},
    {"sync-ports", "--sync-ports"},
    {"sync-version", "--version"},
    {"name", "--name"}
  };

  /** There are no links to the local kernel yet: nothing to leave out. */
  private static final String NO_KERNEL = "no-kernel";

  @Override
  public Options options() {
    Options options = new Options();
    options.addOption(Words.value(START)).addOption(Words.optionalValue(STOP));
    options.addOption(Words.flag(VERSION)).addOption(Words.flag(DAEMON));
    options.addOption(Words.flag(NO_KERNEL));
    for (String[] setting : SETTINGS) {
      options.addOption(Words.value(setting[0]));
    }
    for (String[] flags : new String[][] {LIST, CONNECTION, NUMERIC}) {
      for (String flag : flags) {
        options.addOption(Words.flag(flag));
      }
    }
    return options;
  }

  @Override
  public int run(Context context, Words words) throws IOException {
    words.noPlain();
    checkCombination(words);
    if (words.has(VERSION)) {
      context.io().print("ipvs-syncd " + Home.version() + "\n");
      return 0;
    }
    if (words.has(LIST)) {
      return list(context, words);
    }
    if (words.has(START)) {
      return new DaemonStart(context).run(startLine(words));
    }
    String role = words.value(STOP, null);
    GogoLine line = new GogoLine("ipvs:stopDaemon");
    return new DaemonStop(context).run(role == null ? line : line.add(role(role)));
  }

  private static void checkCombination(Words words) {
    long asked =
        Stream.of(words.has(START), words.has(STOP), words.has(LIST), words.has(VERSION))
            .filter(b -> b)
            .count();
    if (asked != 1) {
      throw CommandException.usage(asked == 0 ? "nothing to do" : "one thing at a time");
    }
    if (!words.has(START)) {
      for (String[] setting : SETTINGS) {
        if (words.has(setting[0])) {
          throw CommandException.usage("--" + setting[0] + " goes with --start-daemon");
        }
      }
    }
    if (!words.has(LIST) && (words.has(DAEMON) || words.has(CONNECTION) || words.has(NUMERIC))) {
      throw CommandException.usage("--daemon, -c and -n go with -l");
    }
  }

  private static int list(Context context, Words words) throws IOException {
    if (words.has(DAEMON) == words.has(CONNECTION)) {
      throw CommandException.usage(
          "-l takes --daemon (sync daemons) or -nc (connections); services are the kernel's:"
              + " ipvsadm -Ln");
    }
    return context.send(words.has(DAEMON) ? "ipvs:daemons" : "ipvs:connections --format ipvsadm");
  }

  private static GogoLine startLine(Words words) {
    GogoLine line = new GogoLine("ipvs:startDaemon");
    for (String[] setting : SETTINGS) {
      line.option(setting[1], words.value(setting[0], null));
    }
    return line.add(role(words.value(START, "")));
  }

  private static String role(String word) {
    if (!word.equals("master") && !word.equals("backup")) {
      throw CommandException.usage("a sync daemon is master or backup, not " + word);
    }
    return word;
  }
}

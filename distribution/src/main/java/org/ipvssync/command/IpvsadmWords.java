package org.ipvssync.command;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.cli.Options;
import org.ipvssync.api.link.ConfigCheck;
import org.ipvssync.api.link.ConfigException;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.LinkAddress;
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
  private static final String GROUP = "mcast-group";
  private static final String PORT = "mcast-port";
  private static final String PORTS = "sync-ports";
  private static final int MAX_PORT = 65_535;
  private static final int MAX_PORTS = 64;
  private static final String MAX_LENGTH = "sync-maxlen";
  private static final String NO_KERNEL = "no-kernel";

  /** Mean nothing here: no name server is asked, and rows have no order. */
  private static final String[] NUMERIC = {"n", "numeric", "exact", "sort", "nosort"};

  /** What goes with {@code --start-daemon}. */
  private static final List<Setting> SETTINGS =
      List.of(
          Setting.text("mcast-interface"),
          Setting.number("syncid", 0, 255),
          Setting.text(MAX_LENGTH),
          Setting.text(GROUP),
          Setting.number(PORT, 1, MAX_PORT),
          Setting.number("mcast-ttl", 1, 255),
          Setting.number(PORTS, 1, MAX_PORTS),
          new Setting("sync-version", "--version", 0, 1),
          Setting.text("name"));

  /**
   * One of them.
   *
   * @param word ours
   * @param option the shell's
   * @param min smallest number
   * @param max largest number; less than {@code min} for a text
   */
  private record Setting(String word, String option, int min, int max) {
    static Setting text(String word) {
      return new Setting(word, "--" + word, 0, -1);
    }

    static Setting number(String word, int min, int max) {
      return new Setting(word, "--" + word, min, max);
    }

    /** Refuses what the node would refuse, before one is started for it. */
    void check(Words words) {
      if (max >= min && words.has(word)) {
        words.number(word, 0, min, max);
      }
    }
  }

  @Override
  public Options options() {
    Options options = new Options();
    options.addOption(Words.value(START)).addOption(Words.optionalValue(STOP));
    options.addOption(Words.flag(VERSION)).addOption(Words.flag(DAEMON));
    options.addOption(Words.flag(NO_KERNEL));
    SETTINGS.forEach(setting -> options.addOption(Words.value(setting.word)));
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
    if (!words.has(LIST) && (words.has(DAEMON) || words.has(CONNECTION) || words.has(NUMERIC))) {
      throw CommandException.usage("--daemon, -c and -n go with -l");
    }
    long asked =
        Stream.of(words.has(START), words.has(STOP), words.has(LIST), words.has(VERSION))
            .filter(b -> b)
            .count();
    if (asked != 1) {
      throw CommandException.usage(asked == 0 ? "nothing to do" : "one thing at a time");
    }
    if (!words.has(START)) {
      if (words.has(NO_KERNEL)) {
        throw CommandException.usage("--no-kernel goes with --start-daemon");
      }
      for (Setting setting : SETTINGS) {
        if (words.has(setting.word)) {
          throw CommandException.usage("--" + setting.word + " goes with --start-daemon");
        }
      }
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
    String role = role(words.value(START, ""));
    SETTINGS.forEach(setting -> setting.check(words));
    if (words.has(MAX_LENGTH)) {
      words.number(MAX_LENGTH, 0, role.equals("master") ? 64 : 1024, Datagram.MAX_BYTES);
    }
    checkLastPort(words);
    if (words.has(GROUP)) {
      checkGroup(words.value(GROUP, ""));
    }
    GogoLine line = new GogoLine("ipvs:startDaemon");
    SETTINGS.forEach(setting -> line.option(setting.option, words.value(setting.word, null)));
    return line.flag("--no-kernel", words.has(NO_KERNEL)).add(role);
  }

  private static void checkLastPort(Words words) {
    int ports = words.number(PORTS, 1, 1, MAX_PORTS);
    words.number(PORT, LinkAddress.DEFAULT_PORT, 1, MAX_PORT - ports + 1);
  }

  private static void checkGroup(String group) {
    try {
      new ConfigCheck("--start-daemon").group("--" + GROUP, group);
    } catch (ConfigException e) {
      throw CommandException.usage(e.getMessage());
    }
  }

  private static String role(String word) {
    if (!word.equals("master") && !word.equals("backup")) {
      throw CommandException.usage("a sync daemon is master or backup, not " + word);
    }
    return word;
  }
}

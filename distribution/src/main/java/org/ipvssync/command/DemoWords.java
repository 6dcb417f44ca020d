package org.ipvssync.command;

import org.apache.commons.cli.Options;
import org.ipvssync.command.demo.DemoCommand;

/** {@code demo}: two nodes, a workload, a failover, a verdict. */
final class DemoWords implements Command {
  private static final int DEFAULT_RATE = 5_000;
  private static final int DEFAULT_SECONDS = 10;
  private static final int DEFAULT_FLUSH_INTERVAL_MS = 50;
  private static final int ANY = Integer.MAX_VALUE; // the demonstration knows its own limits

  @Override
  public Options options() {
    return new Options()
        .addOption(Words.value("connections"))
        .addOption(Words.value("rate"))
        .addOption(Words.value("seconds"))
        .addOption(Words.value("flush-interval"))
        .addOption(Words.value("seed"))
        .addOption(Words.flag("json"))
        .addOption(Words.flag("keep"))
        .addOption(Words.flag("swap"));
  }

  @Override
  public int run(Context context, Words words) {
    words.noPlain();
    ToolLog.configure();
    return DemoCommand.run(
        words.number("connections", 0),
        words.number("rate", DEFAULT_RATE, 0, ANY),
        words.number("seconds", DEFAULT_SECONDS, 0, ANY),
        words.number("flush-interval", DEFAULT_FLUSH_INTERVAL_MS, 0, ANY),
        words.number("seed", 1),
        words.has("json"),
        words.has("keep"),
        words.has("swap"));
  }
}

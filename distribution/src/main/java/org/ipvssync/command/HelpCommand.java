package org.ipvssync.command;

import java.io.IOException;
import java.util.List;
import org.apache.commons.cli.Options;

/** {@code help}, {@code help COMMAND}: the same pages as {@code -h}. */
final class HelpCommand implements Command {
  @Override
  public Options options() {
    return new Options();
  }

  @Override
  public int run(Context context, Words words) throws IOException {
    List<String> plain = words.plain();
    String command = plain.isEmpty() ? "" : words.onePlain("COMMAND");
    if (!command.isEmpty() && !CommandTree.names().contains(command)) {
      throw CommandException.usage("unknown command " + command);
    }
    context.io().print(HelpPage.of(command, context.io().colour()));
    return 0;
  }
}

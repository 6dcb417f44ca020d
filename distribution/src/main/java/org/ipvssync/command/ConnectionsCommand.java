package org.ipvssync.command;

import java.io.IOException;
import java.util.List;
import org.apache.commons.cli.Options;

/** Lists the connections that a node holds. */
final class ConnectionsCommand implements Command {
  private static final List<String> FORMATS = List.of("table", "proc", "json", "ipvsadm");

  @Override
  public Options options() {
    return new Options().addOption(Words.value("format"));
  }

  @Override
  public int run(Context context, Words words) throws IOException {
    words.noPlain();
    String format = words.value("format", "table");
    if (!FORMATS.contains(format)) {
      throw CommandException.usage(
          "--format=" + format + " is not allowed; allowed: " + String.join(", ", FORMATS));
    }
    return context.send(new GogoLine("ipvs:connections").option("--format", format).toString());
  }
}

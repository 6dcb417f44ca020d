package org.ipvssync.command;

import java.io.IOException;
import org.apache.commons.cli.Options;

/** Shows how a node is. */
final class StatusCommand implements Command {
  @Override
  public Options options() {
    return new Options().addOption(Words.flag("json"));
  }

  @Override
  public int run(Context context, Words words) throws IOException {
    words.noPlain();
    return context.send(new GogoLine("ipvs:status").flag("--json", words.has("json")).toString());
  }
}

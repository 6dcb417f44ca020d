package org.ipvssync.command;

import java.io.IOException;
import org.apache.commons.cli.Options;

/** Brings the tables of two nodes together. */
final class ResyncCommand implements Command {
  @Override
  public Options options() {
    return new Options().addOption(Words.flag("push"));
  }

  @Override
  public int run(Context context, Words words) throws IOException {
    words.noPlain();
    return context.send(new GogoLine("ipvs:resync").flag("--push", words.has("push")).toString());
  }
}

package org.ipvssync.command;

import java.io.IOException;
import org.apache.commons.cli.Options;

/** Moves a node's connections into another table. */
final class TableCommand implements Command {
  @Override
  public Options options() {
    return new Options();
  }

  @Override
  public int run(Context context, Words words) throws IOException {
    return context.send(words.atMostPlain(1, new GogoLine("ipvs:table")).toString());
  }
}

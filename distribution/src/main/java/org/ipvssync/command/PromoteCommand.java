package org.ipvssync.command;

import java.io.IOException;
import org.apache.commons.cli.Options;

/** Makes a node the active one. */
final class PromoteCommand implements Command {
  @Override
  public Options options() {
    return new Options();
  }

  @Override
  public int run(Context context, Words words) throws IOException {
    words.noPlain();
    return context.send("ipvs:promote");
  }
}

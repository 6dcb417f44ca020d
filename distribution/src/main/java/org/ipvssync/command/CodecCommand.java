package org.ipvssync.command;

import java.io.IOException;
import org.apache.commons.cli.Options;

/** Lets master links send with another codec. */
final class CodecCommand implements Command {
  @Override
  public Options options() {
    return new Options();
  }

  @Override
  public int run(Context context, Words words) throws IOException {
    return context.send(words.atMostPlain(2, new GogoLine("ipvs:codec")).toString());
  }
}

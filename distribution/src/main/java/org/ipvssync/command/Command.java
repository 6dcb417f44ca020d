package org.ipvssync.command;

import java.io.IOException;
import org.apache.commons.cli.Options;

/** One command. Its help is the resource {@code help/NAME.txt}. */
interface Command {
  /** The options that it takes, but those which all take. */
  Options options();

  /** True when what follows the first word of its own is not for it to understand. */
  default boolean takesForeignWords() {
    return false;
  }

  /** Does it; returns the exit status. */
  int run(Context context, Words words) throws IOException;
}

package org.ipvssync.shell.internal;

import java.io.IOException;

/** Takes one change back. */
@FunctionalInterface
interface Undo {
  /** Puts everything back as it was. */
  void run() throws IOException;
}

package org.ipvssync.command;

import java.io.IOException;

/** Writes decoded messages. */
interface MessagePrinter {
  /** Writes one. */
  void print(DecodedMessage message) throws IOException;

  /** Gives on what is held back. */
  void flush() throws IOException;
}

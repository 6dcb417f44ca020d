package org.ipvssync.command;

import java.io.IOException;

/** Whoever reads the output has gone away ({@code | head}): nothing is left to say to anybody. */
public final class ClosedOutputException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With what the system said. */
  public ClosedOutputException(IOException cause) {
    super("the output was closed", cause);
  }
}

package org.ipvssync.api.wire;

import java.io.IOException;

/** A link could not be opened; the message is one line that says what is wrong and what to do. */
public final class TransportException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With a line for people. */
  public TransportException(String message) {
    super(message);
  }

  /** With a line for people and what the system said. */
  public TransportException(String message, Throwable cause) {
    super(message, cause);
  }
}

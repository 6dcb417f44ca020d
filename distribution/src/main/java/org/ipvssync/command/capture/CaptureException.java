package org.ipvssync.command.capture;

import java.io.IOException;

/** A capture file cannot be read (further); the message is one line. */
public final class CaptureException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With that line. */
  public CaptureException(String message) {
    super(message);
  }
}

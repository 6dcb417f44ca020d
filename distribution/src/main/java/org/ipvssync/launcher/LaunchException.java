package org.ipvssync.launcher;

/** A node cannot be started or found; the message is one line that says what to do. */
public final class LaunchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With that line. */
  public LaunchException(String message) {
    super(message);
  }

  /** With that line and what went wrong beneath. */
  public LaunchException(String message, Throwable cause) {
    super(message, cause);
  }
}

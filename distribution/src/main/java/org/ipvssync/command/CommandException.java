package org.ipvssync.command;

/** A command failed; the message is one line that says what to do. */
public final class CommandException extends RuntimeException {
  /** Exit status of what did not work. */
  public static final int FAILED = 1;

  /** Exit status of what was not understood. */
  public static final int USAGE = 2;

  private static final long serialVersionUID = 1L;

  private final int status;

  private CommandException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** It did not work. */
  public static CommandException failed(String message) {
    return new CommandException(FAILED, message);
  }

  /** It was not understood. */
  public static CommandException usage(String message) {
    return new CommandException(USAGE, message);
  }

  /** The exit status. */
  public int status() {
    return status;
  }
}

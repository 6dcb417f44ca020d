package org.ipvssync.shell.internal;

/**
 * A command ends without success: its exit status, and one line for people that says what to do.
 */
public final class CommandFailure extends RuntimeException {
  /** Exit status of a command that was done. */
  public static final int DONE = 0;

  /** Exit status of a command that failed. */
  public static final int FAILED = 1;

  /** Exit status of a command that was called wrongly. */
  public static final int USAGE = 2;

  private static final long serialVersionUID = 1L;

  private final int exit;

  private CommandFailure(int exit, String line) {
    super(line, null, false, false);
    this.exit = exit;
  }

  /** The command could not do what it was asked for. */
  public static CommandFailure failed(String line) {
    return new CommandFailure(FAILED, line);
  }

  /** The command does not understand its arguments. */
  public static CommandFailure usage(String line) {
    return new CommandFailure(USAGE, line);
  }

  /** The exit status, 1 or 2. */
  public int exit() {
    return exit;
  }
}

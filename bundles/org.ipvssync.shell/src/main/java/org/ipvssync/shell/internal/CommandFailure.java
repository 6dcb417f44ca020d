package org.ipvssync.shell.internal;

import org.ipvssync.api.control.ControlFrame;

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

  /** Exit status of a command that came to a node which is ending. */
  public static final int ENDING = ControlFrame.EXIT_ENDING;

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

  /** The node does nothing new any more. */
  public static CommandFailure ending(String line) {
    return new CommandFailure(ENDING, line);
  }

  /** The exit status, 1 to 3. */
  public int exit() {
    return exit;
  }
}

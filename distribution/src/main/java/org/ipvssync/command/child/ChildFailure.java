package org.ipvssync.command.child;

/** A command that runs nodes cannot go on; the message is one line that says what to do. */
public final class ChildFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final String log;

  /** With that line. */
  public ChildFailure(String message) {
    this(message, "");
  }

  /**
   * With that line and the end of a node's log.
   *
   * @param log some lines, or empty
   */
  public ChildFailure(String message, String log) {
    super(message);
    this.log = log;
  }

  /** The end of the log of the node that failed; empty when none did. */
  public String log() {
    return log;
  }
}

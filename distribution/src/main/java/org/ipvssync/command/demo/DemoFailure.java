package org.ipvssync.command.demo;

/** The demonstration cannot go on; the message is one line that says what to do. */
final class DemoFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final String log;

  /** With that line. */
  DemoFailure(String message) {
    this(message, "");
  }

  /**
   * With that line and the end of a node's log.
   *
   * @param log some lines, or empty
   */
  DemoFailure(String message, String log) {
    super(message);
    this.log = log;
  }

  /** The end of the log of the node that failed; empty when none did. */
  String log() {
    return log;
  }
}

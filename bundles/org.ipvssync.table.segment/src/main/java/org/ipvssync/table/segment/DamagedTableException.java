package org.ipvssync.table.segment;

/** What was found is not what a table has left; the message says what is wrong, in few words. */
public final class DamagedTableException extends Exception {
  private static final long serialVersionUID = 1;

  /** With a reason that goes into a line of the log. */
  public DamagedTableException(String reason) {
    super(reason);
  }
}

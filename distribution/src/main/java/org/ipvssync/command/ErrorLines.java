package org.ipvssync.command;

import java.io.OutputStream;
import java.io.PrintStream;

/** Puts the program's name before each line of a node's standard error. */
final class ErrorLines extends OutputStream {
  private final PrintStream to;
  private boolean atBegin = true;

  ErrorLines(PrintStream to) {
    this.to = to;
  }

  @Override
  public void write(int one) {
    if (atBegin) {
      to.print(Main.PROGRAM);
    }
    to.write(one);
    atBegin = one == '\n';
  }

  @Override
  public void flush() {
    to.flush();
  }
}

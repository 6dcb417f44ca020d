package org.ipvssync.shell.internal;

import java.io.OutputStream;

/** A shell that runs command lines, each session for one client. */
interface LineShell {
  /**
   * Begins a session.
   *
   * @param out takes the output of its commands
   * @param err takes one line for each command that fails
   * @throws IllegalStateException when the shell takes no sessions now
   */
  Session open(OutputStream out, OutputStream err);

  /** What one client does, command by command. */
  interface Session extends AutoCloseable {
    /** Runs a command line to its end; one at a time. Returns its exit status. */
    int run(String line);

    /** The client has been sent the exit status of the last command. */
    void replied();

    /** Ends the session and the command that runs in it. Any thread, any number of times. */
    @Override
    void close();
  }
}

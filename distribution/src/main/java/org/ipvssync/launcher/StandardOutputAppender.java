package org.ipvssync.launcher;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;

/**
 * Logs to the process's own standard output, whichever thread speaks.
 *
 * <p>Logback's ConsoleAppender writes to System.out, which Gogo exchanges for the thread of a
 * command: the line would go to whoever gave the command, and be missing in the log.
 */
public final class StandardOutputAppender extends OutputStreamAppender<ILoggingEvent> {
  @Override
  public void start() {
    setOutputStream(new StandardOutput());
    super.start();
  }

  /**
   * Never closed: others print there, too. A PrintStream, as a full disk or a reader that left is
   * not the end of the log.
   */
  private static final class StandardOutput extends PrintStream {
    StandardOutput() {
      super(new FileOutputStream(FileDescriptor.out));
    }

    @Override
    public void close() {
      flush();
    }
  }
}

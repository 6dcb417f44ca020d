package org.ipvssync.command;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads and writes.
 *
 * @param in standard input
 * @param out standard output; buffered, to be flushed
 * @param err standard error
 * @param interactive true when input and output are a terminal
 * @param colour true when output may be coloured
 */
public record StandardIo(
    InputStream in, OutputStream out, PrintStream err, boolean interactive, boolean colour) {
  /** Says which of the descriptors 0, 1 and 2 are terminals; bin/ipvs-syncd looks. */
  private static final String TERMINALS = "ipvssync.tty";

  private static final int BUFFER_BYTES = 1 << 16;

  /** The process's own. */
  static StandardIo ofProcess() {
    String terminals = System.getProperty(TERMINALS, "");
    boolean output = terminals.contains("1");
    return new StandardIo(
        new FileInputStream(FileDescriptor.in),
        new BufferedOutputStream(
            new Watched(new FileOutputStream(FileDescriptor.out)), BUFFER_BYTES),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        output && terminals.contains("0"),
        output && System.getenv().getOrDefault("NO_COLOR", "").isEmpty());
  }

  /** Writes a line and flushes. */
  void printLine(String line) throws IOException {
    print(line + "\n");
  }

  /** Writes text and flushes. */
  void print(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /** Tells a reader that has gone away from everything else that can fail. */
  private static final class Watched extends OutputStream {
    private final OutputStream to;

    Watched(OutputStream to) {
      this.to = to;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      try {
        to.write(bytes, offset, count);
      } catch (IOException e) {
        throw new ClosedOutputException(e);
      }
    }
  }
}

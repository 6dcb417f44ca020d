package org.ipvssync.command.child;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Cuts what is written into lines and hands each on, without its end. */
public final class LineStream extends OutputStream {
  /** Takes a line. */
  @FunctionalInterface
  public interface LineSink {
    void line(String line) throws IOException;
  }

  private final LineSink sink;
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

  /** Hands lines to {@code sink}. */
  public LineStream(LineSink sink) {
    this.sink = sink;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int start = offset;
    int end = offset + length;
    for (int at = offset; at < end; at++) {
      if (bytes[at] == '\n') {
        begun.write(bytes, start, at - start);
        hand();
        start = at + 1;
      }
    }
    begun.write(bytes, start, end - start);
  }

  /** Hands on a last line that had no end. */
  @Override
  public void close() throws IOException {
    if (begun.size() > 0) {
      hand();
    }
  }

  private void hand() throws IOException {
    String line = begun.toString(StandardCharsets.UTF_8);
    begun.reset();
    sink.line(line);
  }
}

package org.ipvssync.shell.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import org.ipvssync.api.control.ControlFrame;

/** Sends what is written to it as frames, each write at once. Any thread. */
final class FrameOutput extends OutputStream {
  private static final int LONGEST = 1 << 16;

  private final FrameSink sink;
  private final ControlFrame.Type type;

  /** Where frames go. */
  @FunctionalInterface
  interface FrameSink {
    /** Sends one frame now. */
    void send(ControlFrame frame) throws IOException;
  }

  FrameOutput(FrameSink sink, ControlFrame.Type type) {
    this.sink = sink;
    this.type = type;
  }

  @Override
  public void write(int b) throws IOException {
    sink.send(new ControlFrame(type, new byte[] {(byte) b}));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    for (int from = offset; from < offset + length; from += LONGEST) {
      int to = Math.min(from + LONGEST, offset + length);
      sink.send(new ControlFrame(type, Arrays.copyOfRange(bytes, from, to)));
    }
  }
}

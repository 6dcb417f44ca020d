package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.ipvssync.api.control.ControlFrame;
import org.ipvssync.api.control.ControlFrame.Type;

/** A client of the control socket. */
final class TestClient implements AutoCloseable {
  private final SocketChannel channel;
  private final DataInputStream in;
  private final OutputStream out;

  TestClient(Path socket) throws IOException {
    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
    out = Channels.newOutputStream(channel);
  }

  /**
   * What a command gave.
   *
   * @param out its output
   * @param err its errors
   * @param exit its status
   */
  record Reply(String out, String err, int exit) {}

  Reply run(String line) throws IOException {
    send(line);
    return reply();
  }

  void send(String line) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    ControlFrame.text(Type.COMMAND, line).writeTo(new DataOutputStream(frame));
    bytes(frame.toByteArray());
  }

  void bytes(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  Reply reply() throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    while (true) {
      ControlFrame frame = ControlFrame.readFrom(in);
      switch (frame.type()) {
        case OUT -> output.write(frame.payload());
        case ERR -> errors.write(frame.payload());
        case EXIT -> {
          return new Reply(
              output.toString(StandardCharsets.UTF_8),
              errors.toString(StandardCharsets.UTF_8),
              Integer.parseInt(frame.text()));
        }
        case COMMAND -> throw new IOException("a node sends no commands");
      }
    }
  }

  /** Returns when the node has closed the connection. */
  void awaitEnd() {
    assertThrows(
        IOException.class,
        () -> {
          while (true) {
            ControlFrame.readFrom(in);
          }
        });
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

package org.ipvssync.itests;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.ipvssync.api.control.ControlFrame;

/** One session on a node's control socket, as the command line has it. */
final class ControlClient implements AutoCloseable {
  private final SocketChannel channel;
  private final DataInputStream in;
  private final DataOutputStream out;

  ControlClient(Path socket) throws IOException {
    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
    out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
  }

  /**
   * What a command answered.
   *
   * @param exit its exit status
   * @param out its standard output
   * @param err its standard error
   */
  record Answer(int exit, String out, String err) {}

  /** Has the node run a line of its shell. */
  Answer run(String line) throws IOException {
    ControlFrame.text(ControlFrame.Type.COMMAND, line).writeTo(out);
    out.flush();
    StringBuilder printed = new StringBuilder();
    StringBuilder complained = new StringBuilder();
    while (true) {
      ControlFrame frame = ControlFrame.readFrom(in);
      switch (frame.type()) {
        case OUT -> printed.append(frame.text());
        case ERR -> complained.append(frame.text());
        case EXIT -> {
          return new Answer(
              Integer.parseInt(frame.text()), printed.toString(), complained.toString());
        }
        case COMMAND -> throw new IOException("a node answers, it does not command: " + frame);
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

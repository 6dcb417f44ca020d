package org.ipvssync.command;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.ipvssync.api.control.ControlFrame;
import org.ipvssync.api.control.ControlFrame.Type;

/** Listens on a control socket, writes down the lines that come, and answers as it is told. */
final class StubNode implements AutoCloseable {
  private final ServerSocketChannel server;
  private final Path socket;
  private final Answers answers;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  /** What the node says to a line. */
  @FunctionalInterface
  interface Answers {
    /** The frames; the connection ends after the last unless that is EXIT. */
    List<ControlFrame> to(String line);
  }

  private StubNode(ServerSocketChannel server, Path socket, Answers answers) {
    this.server = server;
    this.socket = socket;
    this.answers = answers;
  }

  /** Listens from now on. */
  static StubNode listen(Path socket, Answers answers) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    StubNode node = new StubNode(server, socket, answers);
    Thread.ofVirtual().start(node::accept);
    return node;
  }

  /** Does everything with success and says nothing. */
  static Answers silent() {
    return _ -> List.of(exit(0));
  }

  static ControlFrame out(String text) {
    return ControlFrame.text(Type.OUT, text);
  }

  static ControlFrame err(String text) {
    return ControlFrame.text(Type.ERR, text);
  }

  static ControlFrame exit(int status) {
    return ControlFrame.text(Type.EXIT, Integer.toString(status));
  }

  /** The lines that came so far. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private void serve(SocketChannel client) {
    try (client;
        DataInputStream in =
            new DataInputStream(new BufferedInputStream(Channels.newInputStream(client)));
        DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(client)))) {
      boolean goOn = true;
      while (goOn) {
        String line = ControlFrame.readFrom(in).text();
        lines.add(line);
        goOn = false;
        for (ControlFrame frame : answers.to(line)) {
          frame.writeTo(out);
          goOn = frame.type() == Type.EXIT;
        }
        out.flush();
      }
    } catch (IOException e) {
      return; // the client has left
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

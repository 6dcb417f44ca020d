package org.ipvssync.command;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.ipvssync.api.control.ControlFrame;
import org.ipvssync.api.control.ControlFrame.Type;

/**
 * A session with a running node over its control socket: variables and the like last from command
 * to command. One thread; any thread may close, which ends the command that runs.
 */
public final class ControlClient implements AutoCloseable {
  private final SocketChannel channel;
  private final DataInputStream in;
  private final DataOutputStream out;

  private ControlClient(SocketChannel channel) {
    this.channel = channel;
    this.in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
    this.out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
  }

  /**
   * Connects to a node.
   *
   * @param socket the control socket, see InstanceDir
   * @throws NoSuchFileException when no node listens there: none was started, or it was killed
   * @throws AccessDeniedException when the node is another user's
   */
  public static ControlClient connect(Path socket) throws IOException {
    try {
      return new ControlClient(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    } catch (ConnectException e) {
      throw (NoSuchFileException) new NoSuchFileException(socket.toString()).initCause(e);
    } catch (SocketException e) {
      String reason = String.valueOf(e.getMessage());
      if (reason.contains("denied")) {
        throw (AccessDeniedException) new AccessDeniedException(socket.toString()).initCause(e);
      }
      // A node that starts may have made the socket since: what the connect said counts.
      if (reason.contains("No such file") || !Files.exists(socket)) {
        throw (NoSuchFileException) new NoSuchFileException(socket.toString()).initCause(e);
      }
      throw e;
    }
  }

  /**
   * Runs one line of the shell's language and copies what it writes.
   *
   * @param out gets standard output; flushed whenever nothing more is waiting
   * @param err gets standard error
   * @return the command's exit status
   * @throws ClosedOutputException when {@code out} or {@code err} cannot be written
   * @throws EOFException when the node ended before the command did
   */
  public int run(String commandLine, OutputStream out, OutputStream err) throws IOException {
    byte[] line = commandLine.getBytes(StandardCharsets.UTF_8);
    if (line.length > ControlFrame.MAX_BYTES) {
      throw new IOException("a command line has at most " + ControlFrame.MAX_BYTES + " bytes");
    }
    send(new ControlFrame(Type.COMMAND, line));
    while (true) {
      ControlFrame frame = receive();
      switch (frame.type()) {
        case OUT -> copy(frame, out);
        case ERR -> copy(frame, err);
        case EXIT -> {
          return status(frame);
        }
        case COMMAND -> throw new IOException("the node answered with a command");
      }
    }
  }

  private void send(ControlFrame frame) throws IOException {
    try {
      frame.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw nodeEnded(e); // a broken pipe: nobody is at the other end
    }
  }

  private ControlFrame receive() throws IOException {
    try {
      return ControlFrame.readFrom(in);
    } catch (SocketException e) {
      throw nodeEnded(e); // reset: it ended with something unread
    }
  }

  private static EOFException nodeEnded(IOException cause) {
    return (EOFException) new EOFException("the node has ended").initCause(cause);
  }

  private void copy(ControlFrame frame, OutputStream to) throws IOException {
    try {
      to.write(frame.payload());
      if (in.available() == 0) {
        to.flush();
      }
    } catch (ClosedOutputException e) {
      throw e;
    } catch (IOException e) {
      throw new ClosedOutputException(e);
    }
  }

  private static int status(ControlFrame frame) throws IOException {
    try {
      return Integer.parseInt(frame.text().strip());
    } catch (NumberFormatException e) {
      throw new IOException("the node's exit status is no number: " + frame.text(), e);
    }
  }

  /** Ends the session. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}

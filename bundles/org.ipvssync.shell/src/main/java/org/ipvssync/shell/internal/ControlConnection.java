package org.ipvssync.shell.internal;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.Thread.State;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadFactory;
import org.ipvssync.api.control.ControlFrame;
import org.ipvssync.api.control.ControlFrame.Type;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of the control socket.
 *
 * <p>One thread reads, so that a client that goes away is noticed while its command runs; another
 * runs the commands one after the other.
 */
final class ControlConnection {
  private static final Logger LOG = LoggerFactory.getLogger(ControlConnection.class);

  /** Commands that may wait while one runs; a client that waits for its replies has none. */
  private static final int WAITING_COMMANDS = 16;

  private final SocketChannel channel;
  private final LineShell shell;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final Object writing = new Object();
  private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(WAITING_COMMANDS);
  private final Thread reader;
  private final Thread worker;
  private LineShell.Session session;
  private boolean closed;

  ControlConnection(SocketChannel channel, LineShell shell, ThreadFactory threads) {
    this.channel = channel;
    this.shell = shell;
    this.in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
    this.out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
    this.reader = threads.newThread(this::read);
    this.worker = threads.newThread(this::work);
  }

  void start() {
    reader.start();
  }

  /** True while that shell serves the client. */
  synchronized boolean isServedBy(LineShell which) {
    return shell == which && !closed;
  }

  /** True when no thread serves the client any more. */
  boolean hasEnded() {
    return reader.getState() == State.TERMINATED
        && (worker.getState() == State.TERMINATED || worker.getState() == State.NEW);
  }

  /** The threads that serve the client. */
  List<Thread> threads() {
    return List.of(reader, worker);
  }

  /** Ends the session and a command that runs in it. Any thread, any number of times. */
  void close() {
    LineShell.Session ended;
    synchronized (this) {
      closed = true;
      ended = session;
      session = null;
    }
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing a control connection", e);
    }
    if (ended != null) {
      ended.close();
    }
    worker.interrupt();
  }

  private void read() {
    try {
      LineShell.Session opened = open();
      if (opened == null) {
        return;
      }
      worker.start();
      while (true) {
        ControlFrame frame = ControlFrame.readFrom(in);
        if (frame.type() != Type.COMMAND) {
          throw new IOException("a client sends commands, not frames of type " + frame.type());
        }
        if (!waiting.offer(frame.text())) {
          throw new IOException("more than " + WAITING_COMMANDS + " commands wait");
        }
      }
    } catch (EOFException e) {
      LOG.trace("the client has closed", e);
    } catch (IOException e) {
      LOG.debug("control connection", e);
      complain("control socket: " + e.getMessage());
    } catch (IllegalStateException e) {
      LOG.debug("no session", e);
      complain("the node takes no commands now: " + e.getMessage());
    } finally {
      close();
    }
  }

  /** A session of the shell, or null when the connection was closed meanwhile. */
  private LineShell.Session open() {
    LineShell.Session opened =
        shell.open(new FrameOutput(this::send, Type.OUT), new FrameOutput(this::send, Type.ERR));
    synchronized (this) {
      if (!closed) {
        session = opened;
        return opened;
      }
    }
    opened.close();
    return null;
  }

  private void work() {
    try {
      LineShell.Session current = current();
      while (current != null) {
        int exit = current.run(waiting.take());
        send(ControlFrame.text(Type.EXIT, Integer.toString(exit)));
        current.replied();
        current = current();
      }
    } catch (InterruptedException | IOException e) {
      LOG.trace("the client's commands end", e);
    } finally {
      close();
    }
  }

  private synchronized LineShell.Session current() {
    return session;
  }

  private void complain(String line) {
    try {
      send(ControlFrame.text(Type.ERR, line + "\n"));
      send(ControlFrame.text(Type.EXIT, Integer.toString(CommandFailure.USAGE)));
    } catch (IOException e) {
      LOG.trace("nobody hears it: {}", line, e);
    }
  }

  private void send(ControlFrame frame) throws IOException {
    synchronized (writing) {
      frame.writeTo(out);
      out.flush();
    }
  }
}

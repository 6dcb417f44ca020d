package org.ipvssync.shell.internal;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control socket: a Unix domain socket that only the node's own user can reach.
 *
 * <p>The folder's permissions (0700) protect the socket from the moment it is bound; its own (0600)
 * come on top. A session for each client, not more than {@link ShellLimits#sessions} at a time.
 */
final class ControlServer implements AutoCloseable {
  /** Name of the socket in the run directory. */
  static final String SOCKET_NAME = "control.sock";

  /** Longest path of a socket that the JDK takes: sun_path has 108 bytes. */
  static final int MAX_PATH_BYTES = 106;

  /** Clients that are told so at a time; any more are closed without a word. */
  private static final int MAX_REFUSED = 16;

  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
  private static final long END_TIMEOUT_MS = 2_000;
  private static final long PAUSE_MS = 1_000;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> FOLDER_ALLOWED =
      PosixFilePermissions.fromString("rwx------");

  private final Path path;
  private final LineShell shell;
  private final ShellLimits limits;
  private final ThreadFactory threads;
  private final ServerSocketChannel server;
  private final Thread acceptor;
  private final Set<ControlConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private ControlServer(
      Path path,
      LineShell shell,
      ShellLimits limits,
      ThreadFactory threads,
      ServerSocketChannel server) {
    this.path = path;
    this.shell = shell;
    this.limits = limits;
    this.threads = threads;
    this.server = server;
    this.acceptor = threads.newThread(this::accept);
  }

  /**
   * Binds the socket and serves it.
   *
   * <p>Nothing is there in its place: whoever starts a node holds the instance's lock, and has
   * removed what a killed one left.
   *
   * @param runDir exists, and is open to its owner alone
   * @throws IOException with one line that says what to do
   */
  static ControlServer start(
      Path runDir, LineShell shell, ShellLimits limits, ThreadFactory threads) throws IOException {
    Path path = runDir.toAbsolutePath().normalize().resolve(SOCKET_NAME);
    checkPath(path);
    checkFolder(path.getParent());
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, OWNER_ONLY);
    } catch (IOException e) {
      server.close();
      throw new IOException("cannot bind the control socket " + path + ": " + e.getMessage(), e);
    }
    ControlServer started = new ControlServer(path, shell, limits, threads, server);
    started.acceptor.start();
    return started;
  }

  /** Where the socket is. */
  Path path() {
    return path;
  }

  /** Takes the socket away and ends all sessions and the commands in them. */
  @Override
  public void close() {
    closed = true;
    try {
      server.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("control socket {} could not be removed: {}", path, e.getMessage());
    }
    acceptor.interrupt();
    List<Thread> running = new ArrayList<>(List.of(acceptor));
    for (ControlConnection connection : connections) {
      running.addAll(connection.threads());
      connection.close();
    }
    awaitEnd(running);
  }

  private void accept() {
    while (!closed) {
      try {
        serve(server.accept());
      } catch (ClosedChannelException e) {
        LOG.trace("the control socket is closed", e);
      } catch (IOException e) {
        LOG.warn("control socket {}: {}; it tries again", path, e.getMessage());
        pause();
      }
    }
  }

  /** After a failure such as too many open files, which the next attempt would meet again. */
  private static void pause() {
    try {
      Thread.sleep(PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(SocketChannel client) throws IOException {
    connections.removeIf(ControlConnection::hasEnded);
    int most = limits.sessions();
    if (connections.size() >= most + MAX_REFUSED) {
      client.close();
      return;
    }
    long served = connections.stream().filter(c -> c.isServedBy(shell)).count();
    ControlConnection connection =
        new ControlConnection(client, served < most ? shell : refusing(most), threads);
    connections.add(connection);
    connection.start();
    if (closed) {
      connection.close();
    }
  }

  /** Waits for the command before it says no: a client writes first, and then reads. */
  private static LineShell refusing(int most) {
    return new RefusingShell(
        "all " + most + " control sessions of the node are in use; end one, try again");
  }

  /** Waits, but not for ever: a command that ignores its interrupt must not keep the bundle. */
  private static void awaitEnd(List<Thread> running) {
    long end = System.nanoTime() + END_TIMEOUT_MS * 1_000_000;
    try {
      for (Thread thread : running) {
        if (thread != Thread.currentThread() && thread.getState() != Thread.State.NEW) {
          long leftMs = Math.max(1, (end - System.nanoTime()) / 1_000_000);
          if (!thread.join(Duration.ofMillis(leftMs))) {
            LOG.warn("a command did not end with its control session");
          }
        }
      }
    } catch (InterruptedException e) {
      // The command that stops this bundle came through this very socket.
      Thread.currentThread().interrupt();
    }
  }

  private static void checkPath(Path path) throws IOException {
    int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_PATH_BYTES) {
      throw new IOException(
          "the control socket's path has "
              + bytes
              + " bytes, a socket's path may have "
              + MAX_PATH_BYTES
              + "; use a shorter run directory than "
              + path.getParent());
    }
  }

  private static void checkFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException("the run directory " + folder + " is not there; create it, mode 0700");
    }
    Set<PosixFilePermission> tooMany = EnumSet.copyOf(Files.getPosixFilePermissions(folder));
    tooMany.removeAll(FOLDER_ALLOWED);
    if (!tooMany.isEmpty()) {
      throw new IOException(
          "the run directory "
              + folder
              + " is open to others, so there is no control socket;"
              + " run 'chmod 700 "
              + folder
              + "'");
    }
  }
}

package org.ipvssync.workload.internal;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.Backoff;
import org.ipvssync.api.wire.Datagram;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on a Unix-domain socket, serves one client at a time, and ends with {@link #close}.
 *
 * <p>Another client waits until the first one has gone. Buffers are made once.
 */
final class FeedServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FeedServer.class);
  private static final int RECEIVE_BYTES = 4 * FeedFrame.MAX_MESSAGE_BYTES;
  private static final int BACKLOG = 1;
  private static final long JOIN_MS = 5_000;
  private static final long FIRST_PAUSE_MS = 10;
  private static final long LONGEST_PAUSE_MS = 1_000;

  private final Path path;
  private final FeedIntake intake;
  private final LinkCounters counters;
  private final ServerSocketChannel listener;
  private final Thread thread;
  private final ByteBuffer received = ByteBuffer.allocateDirect(RECEIVE_BYTES);
  private final ByteBuffer ack = ByteBuffer.allocateDirect(FeedFrame.ACK_BYTES);
  private final Datagram message = new Datagram(FeedFrame.MAX_MESSAGE_BYTES);
  private volatile boolean closing;
  private volatile SocketChannel client;

  private FeedServer(
      Path path, FeedIntake intake, LinkCounters counters, ServerSocketChannel listener) {
    this.path = path;
    this.intake = intake;
    this.counters = counters;
    this.listener = listener;
    this.thread = Thread.ofPlatform().name("ipvs-feed").daemon().unstarted(this::serve);
  }

  /**
   * Listens on {@code path}, which only the owner may open; takes over what a dead node left there.
   *
   * @param counters gets SIZE_MISMATCH for what is no frame; the intake counts the rest
   * @throws IOException when that cannot be done
   */
  static FeedServer open(Path path, FeedIntake intake, LinkCounters counters) throws IOException {
    if (isSocket(path)) {
      Files.delete(path);
    }
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      listener.bind(UnixDomainSocketAddress.of(path), BACKLOG);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException | RuntimeException e) {
      listener.close();
      throw e;
    }
    FeedServer server = new FeedServer(path, intake, counters, listener);
    server.thread.start();
    return server;
  }

  @Override
  public void close() {
    closing = true;
    closeQuietly(listener);
    SocketChannel current = client;
    if (current != null) {
      closeQuietly(current);
    }
    try {
      thread.join(JOIN_MS);
      Files.deleteIfExists(path);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.warn("feed: {} could not be removed: {}; remove it by hand", path, e.toString());
    }
  }

  private void serve() {
    Backoff pauses = new Backoff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    while (!closing) {
      try (SocketChannel accepted = listener.accept()) {
        pauses.reset();
        client = accepted;
        if (!closing) {
          session(accepted);
        }
      } catch (ClosedChannelException e) {
        // By close(): the loop's condition decides.
      } catch (IOException e) {
        LOG.info("feed: the session ended: {}", e.getMessage());
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauses.nextMs()));
      } catch (RuntimeException e) {
        // A fault in a codec or the table ends this client's session, never the feed.
        LOG.error("feed: a fault ended the session; the next client is served", e);
      } finally {
        client = null;
      }
    }
  }

  private void session(SocketChannel from) throws IOException {
    received.clear();
    long applied = 0;
    while (from.read(received) >= 0) {
      received.flip();
      long before = applied;
      FeedFrame.Result result = FeedFrame.next(received, message);
      while (result == FeedFrame.Result.MESSAGE && intake.take(message, () -> closing)) {
        applied++;
        result = FeedFrame.next(received, message);
      }
      if (applied != before) {
        acknowledge(from, applied);
      }
      if (result != FeedFrame.Result.INCOMPLETE) {
        sessionBroken(result, applied);
        return;
      }
      received.compact();
    }
  }

  private void sessionBroken(FeedFrame.Result result, long applied) {
    if (closing) {
      return;
    }
    if (result == FeedFrame.Result.MALFORMED) {
      counters.increment(LinkCounter.SIZE_MISMATCH);
    }
    LOG.warn(
        "feed: the session ends after {} messages: the next is no sound v1 message; malformed so"
            + " far: {}; look at the feeding program",
        applied,
        counters.drops());
  }

  private void acknowledge(SocketChannel to, long applied) throws IOException {
    ack.clear().putLong(0, applied);
    while (ack.hasRemaining()) {
      to.write(ack);
    }
  }

  private static boolean isSocket(Path path) throws IOException {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        && Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
            .isOther();
  }

  private static void closeQuietly(Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("feed: closing a channel failed", e);
    }
  }
}

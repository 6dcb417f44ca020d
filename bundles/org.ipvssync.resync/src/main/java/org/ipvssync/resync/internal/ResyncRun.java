package org.ipvssync.resync.internal;

import java.io.IOException;
import java.util.Locale;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.node.TableResync;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.PeerSocket;
import org.ipvssync.api.wire.TransportException;

/** A resync through one group on its own thread, from the socket to the line in the log. */
final class ResyncRun implements AutoCloseable {
  /** Makes what a run needs; called by its thread. */
  interface Parts {
    PeerSocket openSocket() throws TransportException;

    Intake openIntake();
  }

  private static final int MOST_AT_ONCE = 64;
  private static final long RETRY_MS = 250;

  private final NetworkGroup group;
  private final long number;
  private final Parts parts;
  private final Local local;
  private final ResyncCounters counters;
  private final long timeoutMs;
  private final LinkLog log;
  private final Thread thread;
  private final long startedMs;
  private volatile TableResync.Status status;
  private volatile Requester requester;
  private volatile boolean stopped;

  ResyncRun(
      NetworkGroup group,
      long number,
      Parts parts,
      Local local,
      ResyncCounters counters,
      long timeoutMs,
      LinkLog log) {
    this.group = group;
    this.number = number;
    this.parts = parts;
    this.local = local;
    this.counters = counters;
    this.timeoutMs = timeoutMs;
    this.log = log;
    startedMs = local.clock().nowMs();
    status = new TableResync.Status(number, TableResync.State.ASKING, "", 0, 0, "");
    thread =
        Thread.ofPlatform()
            .daemon()
            .name("ipvs-resync-" + group.address().mcastInterface())
            .unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  long number() {
    return number;
  }

  /** How it is; any thread. */
  TableResync.Status status() {
    TableResync.Status now = status;
    Requester at = requester;
    return now.hasEnded() || at == null ? now : pending(at.status(number));
  }

  /** What the requester has ended counts as ended when all of it is done here, its line too. */
  private TableResync.Status pending(TableResync.Status now) {
    return now.hasEnded()
        ? new TableResync.Status(
            number,
            TableResync.State.RECEIVING,
            now.peer(),
            now.total(),
            now.received(),
            now.detail())
        : now;
  }

  private void run() {
    // What holds when something worse than an exception ends it: nobody waits for ever.
    TableResync.Status end = failed("a fault in the program: see the log");
    try (PeerSocket socket = openSocket();
        Intake intake = parts.openIntake()) {
      Requester asking = new Requester(group, socket, intake, local, counters, timeoutMs);
      requester = asking;
      work(asking, socket);
      end = asking.status(number);
      tell(end, intake);
    } catch (IOException e) {
      end = failed(e.getMessage());
      if (!stopped) {
        log.warn("resync in " + group.key() + " failed: " + e.getMessage());
      }
    } catch (RuntimeException e) {
      end = failed("a fault in the program: see the log");
      log.fault("resync in " + group.key() + " ended: a fault in the program", e);
    } finally {
      status = end.hasEnded() ? end : failed("stopped");
    }
  }

  /** The link is up, so that there is hope. */
  private PeerSocket openSocket() throws TransportException {
    while (true) {
      try {
        return parts.openSocket();
      } catch (TransportException e) {
        if (stopped || local.clock().nowMs() - startedMs >= timeoutMs) {
          throw e;
        }
        pause(e);
      }
    }
  }

  private static void pause(TransportException reason) throws TransportException {
    try {
      Thread.sleep(RETRY_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw reason;
    }
  }

  private void work(Requester asking, PeerSocket socket) throws IOException {
    Datagram message = new Datagram(PageSender.LONGEST);
    asking.start();
    while (!stopped && !asking.hasEnded()) {
      boolean came = socket.receive(message, asking.waitMs());
      for (int i = 0; came && i < MOST_AT_ONCE; i++) {
        asking.accept(message);
        came = socket.receive(message, 0);
      }
      if (came) {
        asking.accept(message);
      }
      asking.tick();
    }
  }

  private void tell(TableResync.Status end, Intake intake) {
    String title = "resync in " + group.key() + ": ";
    switch (end.state()) {
      case DONE ->
          log.info(
              String.format(
                  Locale.ROOT,
                  "resync: %,d connections from %s in %.1f s, %,d new%s",
                  end.received(),
                  end.peer(),
                  (local.clock().nowMs() - startedMs) / 1000.0,
                  intake.inserted(),
                  intake.drops() == 0
                      ? ""
                      : String.format(Locale.ROOT, ", %,d refused", intake.drops())));
      case NOBODY -> log.info(title + end.detail() + "; the node goes on with what it has");
      case FAILED ->
          log.warn(title + end.detail() + "; what came stays, `ipvs-syncd resync` tries again");
      default -> {
        // Stopped by the node's end.
      }
    }
  }

  private TableResync.Status failed(String reason) {
    TableResync.Status now = status;
    return new TableResync.Status(
        number, TableResync.State.FAILED, now.peer(), now.total(), now.received(), reason);
  }

  @Override
  public void close() {
    stopped = true;
    thread.interrupt();
    Joining.join(thread);
  }
}

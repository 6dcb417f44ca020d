package org.ipvssync.resync.internal;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.PeerSocket;
import org.ipvssync.api.wire.SyncHeader;
import org.ipvssync.api.wire.TransportException;
import org.ipvssync.resync.internal.ControlMessage.Request;

/**
 * The thread that answers. It sleeps until somebody asks; from then on it has a socket on that
 * group, until nobody has pulled for a while.
 */
final class AnswerLoop implements AutoCloseable {
  /** What the loop must know of the node's groups; any thread. */
  interface Groups {
    /** The group, or null when no link is there. */
    NetworkGroup group(NetworkGroup.Key key);

    /** Whether a request there with that sync id is for this node. */
    boolean isAsked(NetworkGroup.Key key, int syncId);

    /** Whether this node has everything itself that a peer in any group could tell. */
    boolean isComplete();
  }

  private static final long IDLE_POLL_MS = 1_000;
  private static final long BUSY_POLL_MS = 5;
  private static final long SOCKET_IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(Sessions.IDLE_MS);
  private static final int MOST_AT_ONCE = 64;

  private final ControlInbox inbox;
  private final Answerer answerer;
  private final Groups groups;
  private final Transports transports;
  private final Local local;
  private final LinkLog log;
  private final Map<NetworkGroup.Key, Open> open = new HashMap<>();

  /** Where none could be opened: one line in the log, however often peers ask. */
  private final Set<NetworkGroup.Key> unopened = new HashSet<>();

  private final AtomicReference<ResyncSettings> newSettings = new AtomicReference<>();
  private final Datagram message = new Datagram(ControlCodec.MAX_BYTES);
  private final Thread thread;
  private volatile boolean ended;

  /** A socket that answers go out from. */
  private static final class Open {
    private final PeerSocket socket;
    private final NetworkGroup group;
    private long usedNanos;

    Open(PeerSocket socket, NetworkGroup group, long nowNanos) {
      this.socket = socket;
      this.group = group;
      this.usedNanos = nowNanos;
    }
  }

  AnswerLoop(
      ControlInbox inbox,
      Answerer answerer,
      Groups groups,
      Transports transports,
      Local local,
      LinkLog log) {
    this.inbox = inbox;
    this.answerer = answerer;
    this.groups = groups;
    this.transports = transports;
    this.local = local;
    this.log = log;
    thread = Thread.ofPlatform().daemon().name("ipvs-resync-answer").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  void adopt(ResyncSettings settings) {
    newSettings.set(settings);
  }

  private void run() {
    try {
      while (!ended) {
        round();
      }
    } catch (InterruptedException e) {
      ended = true;
    } finally {
      open.values().forEach(one -> one.socket.close());
      open.clear();
    }
  }

  private void round() throws InterruptedException {
    try {
      ResyncSettings settings = newSettings.getAndSet(null);
      if (settings != null) {
        answerer.adopt(settings);
      }
      ControlInbox.Heard heard = inbox.next(open.isEmpty() ? IDLE_POLL_MS : 0);
      for (int i = 0; heard != null && i < MOST_AT_ONCE; i++) {
        hear(heard);
        heard = inbox.next(0);
      }
      serve();
    } catch (RuntimeException e) {
      log.fault("resync: a fault in the program while answering", e);
    }
  }

  private void hear(ControlInbox.Heard heard) {
    Request request = answerer.foreignRequest(heard.message());
    NetworkGroup group = request == null ? null : groups.group(heard.group());
    if (group == null) {
      return;
    }
    if (!groups.isAsked(heard.group(), SyncHeader.syncId(heard.message().segment()))) {
      inbox.counters().increment(ResyncCounter.OTHER_SYNC_ID);
      return;
    }
    Open socket = socketOf(group);
    if (socket != null) {
      socket.usedNanos = local.clock().nanoTime();
      answerer.offer(request, heard.message(), groups.isComplete(), socket.socket);
    }
  }

  /** The socket for a group; null when none can be had. */
  private Open socketOf(NetworkGroup group) {
    Open there = open.get(group.key());
    if (there != null && there.group.equals(group)) {
      return there;
    }
    try {
      PeerSocket socket =
          transports.open(
              group.transport(), transport -> transport.openPeerSocket(group.address()));
      Open made = new Open(socket, group, local.clock().nanoTime());
      Open before = open.put(group.key(), made);
      unopened.remove(group.key());
      if (before != null) {
        before.socket.close();
      }
      return made;
    } catch (TransportException e) {
      inbox.counters().increment(ResyncCounter.SEND_FAILED);
      if (unopened.add(group.key())) {
        log.warn("resync: requests in " + group.key() + " cannot be answered: " + e.getMessage());
      }
      return null;
    }
  }

  private void serve() {
    for (Iterator<Open> all = open.values().iterator(); all.hasNext(); ) {
      Open one = all.next();
      try {
        long waitMs = BUSY_POLL_MS;
        for (int i = 0; i < MOST_AT_ONCE && one.socket.receive(message, waitMs); i++) {
          waitMs = 0;
          one.usedNanos = local.clock().nanoTime();
          answerer.pulled(message, one.socket);
        }
        if (local.clock().nanoTime() - one.usedNanos > SOCKET_IDLE_NANOS) {
          one.socket.close();
          all.remove();
        }
      } catch (IOException e) {
        one.socket.close();
        all.remove();
      }
    }
  }

  @Override
  public void close() {
    ended = true;
    thread.interrupt();
    Joining.join(thread);
  }
}

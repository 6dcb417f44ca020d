package org.ipvssync.api.link;

import java.io.Closeable;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncTransport;
import org.ipvssync.api.wire.TransportException;

/**
 * One end of a link, kept open: by the chosen transport, at the wanted address, with growing pauses
 * between attempts that fail.
 *
 * <p>What replaces an open end is opened before that one closes, and when it cannot be, that one
 * stays in use. Each reason to fail is told once, until the link has been stable for a while.
 *
 * <p>Belongs to the link's thread, but what is marked otherwise.
 */
final class LinkSocket<E extends Closeable> {
  /** First pause after a failure. */
  static final long FIRST_PAUSE_MS = 200;

  /** An end that was open for so long counts as a success. */
  static final long STABLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MOST_TOLD = 16;

  private final String title;
  private final ServiceChoice<SyncTransport> transports;
  private final LinkWork<?, E> work;
  private final LinkGaps gaps;
  private final SyncClock clock;
  private final LinkLog log;
  private final Consumer<Throwable> faults;
  private final Set<String> told = new HashSet<>();

  /** Transports that are about to go; read by the link's thread every round. */
  private final List<SyncTransport> leaving = new CopyOnWriteArrayList<>();

  private LinkAddress openAddress;
  private long openChanges;
  private long openedNanos;
  private boolean settled;

  private LinkSettings tried;
  private long triedChanges;
  private Backoff backoff;
  private long nextAttemptNanos;
  private boolean failedSinceUp = true;

  // The rest is read by other threads; what they close is written under this object's lock.
  private volatile E end;
  private E retiring;
  private SyncTransport opener;
  private volatile LinkState state = LinkState.STARTING;
  private volatile String detail = "";

  LinkSocket(
      String title,
      ServiceChoice<SyncTransport> transports,
      LinkWork<?, E> work,
      LinkGaps gaps,
      SyncClock clock,
      LinkLog log,
      Consumer<Throwable> faults) {
    this.title = title;
    this.transports = transports;
    this.work = work;
    this.gaps = gaps;
    this.clock = clock;
    this.log = log;
    this.faults = faults;
  }

  /** Any thread: how the end is, without regard to what else the link needs. */
  LinkState state() {
    return state;
  }

  /** Any thread: why it is not up, or empty. */
  String detail() {
    return detail;
  }

  /** The open end, or null. */
  E end() {
    return end;
  }

  /**
   * Sees to it that the end is as wanted, as far as that can be done now.
   *
   * @return the end to work with; null while there is none
   */
  E ensure(LinkSettings wanted, long nowNanos) {
    if (end != null && openChanges == transports.changes() && isOpenAt(wanted.address())) {
      settle(nowNanos);
      return end;
    }
    if (!wanted.equals(tried) || triedChanges != transports.changes()) {
      // Something is new: it is worth an attempt at once.
      long longestMs = TimeUnit.SECONDS.toMillis(wanted.retryMaxS());
      backoff = new Backoff(FIRST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, longestMs));
      nextAttemptNanos = nowNanos;
    }
    if (nowNanos - nextAttemptNanos >= 0) {
      attempt(wanted, nowNanos);
    }
    if (end != null && leaving.contains(opener)) {
      // Its transport goes, and no successor could open another.
      replaceEnd(null, null);
      gaps.lost(clock.nanoTime());
    }
    if (end == null) {
      gaps.look(nowNanos);
    }
    return end;
  }

  /** Where the end is or was opened last, for people. */
  String where() {
    return LinkSettings.describe(openAddress);
  }

  /** How long to pause while there is no end. */
  long pauseNanos(long nowNanos) {
    return Math.clamp(nextAttemptNanos - nowNanos, 1, LONGEST_PAUSE_NANOS);
  }

  /** The end is of no more use. */
  void failed(String reason, long nowNanos) {
    if (nowNanos - openedNanos >= STABLE_NANOS) {
      told.clear();
      backoff.reset();
    }
    close(end);
    setEnd(null, null);
    gaps.lost(nowNanos);
    retryAfter(reason, nowNanos);
  }

  /** Any thread: a transport is about to go; {@link #awaitReleased} follows. */
  void leaving(SyncTransport transport) {
    leaving.add(transport);
  }

  /**
   * Any thread: a transport of which {@link #leaving} was said goes. Waits until its end is no
   * longer in use, so that a successor can open first, and closes it when that takes too long.
   */
  void awaitReleased(SyncTransport transport, long longestMs) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(longestMs);
    try {
      synchronized (this) {
        long left = longestMs;
        while (opener == transport && left > 0) {
          wait(left);
          left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
        if (opener == transport) {
          close(retiring == null ? end : retiring);
        }
      }
    } finally {
      // Nothing of a bundle that went is held on to.
      leaving.remove(transport);
    }
  }

  /** Any thread: closes the end under the hands of the link's thread, which then fails. */
  void closeNow() {
    close(end);
  }

  /** The link has ended. */
  void stop() {
    close(end);
    setEnd(null, null);
    state = LinkState.STOPPED;
    detail = "";
  }

  /** Whether the open end is at this address; else another stays until one there can be opened. */
  boolean isOpenAt(LinkAddress address) {
    if (address == openAddress) {
      return true;
    }
    if (!address.equals(openAddress)) {
      return false;
    }
    // Spares the comparison next time.
    openAddress = address;
    return true;
  }

  private void settle(long nowNanos) {
    if (state != LinkState.UP) {
      // A change that could not be made was taken back.
      up();
    }
    if (!settled && nowNanos - openedNanos >= STABLE_NANOS) {
      settled = true;
      told.clear();
      backoff.reset();
    }
  }

  private void attempt(LinkSettings wanted, long nowNanos) {
    tried = wanted;
    // Read before: what comes meanwhile is tried in the next round.
    triedChanges = transports.changes();
    SyncTransport transport = transports.acquire();
    if (transport == null) {
      nextAttemptNanos = nowNanos + LONGEST_PAUSE_NANOS;
      problem(LinkState.WAITING, missing(wanted.transport()));
      return;
    }
    E opened;
    String label;
    long leftNanos = clock.nanoTime();
    try {
      // Exactly those that led to this one, which is now kept from changing.
      triedChanges = transports.changes();
      label = transports.label();
      opened = work.open(transport, wanted.address());
    } catch (TransportException e) {
      retryAfter(e.getMessage(), nowNanos);
      return;
    } catch (RuntimeException | Error e) {
      // As above: an open end goes on, and a fault that stays is met again only after a pause.
      faults.accept(e);
      retryAfter("the transport failed: " + e, nowNanos);
      return;
    } finally {
      transports.release();
    }
    boolean elsewhere = openAddress != null && !openAddress.equals(wanted.address());
    openAddress = wanted.address();
    openChanges = triedChanges;
    openedNanos = nowNanos;
    settled = false;
    boolean isNews = failedSinceUp;
    replaceEnd(opened, transport);
    if (elsewhere) {
      failedSinceUp = true;
    }
    up();
    gaps.opened(label, openChanges, leftNanos, clock.nanoTime(), work.waiting(), isNews);
  }

  private void up() {
    state = LinkState.UP;
    detail = "";
    if (failedSinceUp) {
      failedSinceUp = false;
      log.info(title + ": up on " + where());
    }
  }

  private void retryAfter(String reason, long nowNanos) {
    nextAttemptNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(backoff.nextMs());
    problem(LinkState.RETRYING, reason);
    if (told.size() < MOST_TOLD && told.add(reason)) {
      failedSinceUp = true;
      log.warn(title + ": " + detail + "; trying again by itself");
    }
  }

  private void problem(LinkState now, String reason) {
    state = now;
    detail = end == null ? reason : reason + "; still on " + where();
  }

  private static String missing(String transport) {
    return "no transport named "
        + transport
        + " is there; start its bundle, or set transport to another";
  }

  /** The old end, if any, is used up and closed; only then its transport counts as released. */
  private void replaceEnd(E next, SyncTransport by) {
    E old = end;
    synchronized (this) {
      retiring = old;
      end = next;
    }
    try {
      if (old != null) {
        work.retire(old);
      }
    } finally {
      close(old);
      setEnd(next, by);
    }
  }

  private synchronized void setEnd(E next, SyncTransport by) {
    retiring = null;
    end = next;
    opener = by;
    notifyAll();
  }

  private void close(E which) {
    if (which != null) {
      try {
        which.close();
      } catch (IOException e) {
        // It goes either way, and nobody can do anything about it.
        log.info(title + ": closing: " + e.getMessage());
      } catch (RuntimeException | Error e) {
        // As above: one that is not let go of would be used on and on.
        faults.accept(e);
      }
    }
  }
}

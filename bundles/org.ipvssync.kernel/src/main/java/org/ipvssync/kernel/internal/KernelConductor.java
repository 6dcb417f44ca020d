package org.ipvssync.kernel.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.OwnKernel;
import org.ipvssync.api.node.OwnKernel.State;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.kernel.internal.KernelSession.Before;
import org.ipvssync.kernel.internal.KernelSession.Loss;
import org.ipvssync.kernel.internal.KernelTable.Reading;

/**
 * Decides when the kernel is taken, read and left, in steps on an injected clock. One thread makes
 * the steps; the rest may be called by any.
 */
final class KernelConductor {
  /** Between two looks at what goes by itself, milliseconds. */
  static final long WATCH_MS = 1000;

  /** Between two looks while the node is not ready, milliseconds. */
  static final long HASTE_MS = 200;

  /** Between two attempts after a refusal, milliseconds. */
  static final long REFUSED_MS = 10_000;

  /**
   * A kernel that was never taken must have refused so many times, a second apart, before the node
   * is ready without it: at boot a fault may pass. One that was taken and is lost makes no node
   * unready: its director may have the address.
   */
  private static final int FIRM = 3;

  /**
   * How long nothing may ask for the kernel before it is left, milliseconds: a role's bundle is
   * exchanged in less.
   */
  static final long UNWANTED_MS = 3000;

  /** From the moment in which a daemon was missed to its second start, milliseconds. */
  static final long RESTART_MS = 5000;

  /** A daemon that was lost longer ago counts no more, milliseconds. */
  static final long PEACE_MS = 600_000;

  /** Least pause between two readings because datagrams were dropped, milliseconds. */
  static final long MEND_MS = 5000;

  /** How long the kernel may take for what was sent, milliseconds. */
  static final long SETTLE_MS = 500;

  /** How often what the kernel has not got is sent again before the node is ready without it. */
  static final int ATTEMPTS = 3;

  /** Before all times. */
  static final long NEVER = Long.MIN_VALUE / 2;

  /** The part of a second's changes that may wait when everything before is taken for sent. */
  private static final int QUIET_PART = 20;

  private final KernelParts parts;
  private final KernelDelivery delivery;
  private volatile KernelSettings settings;
  private volatile boolean changed;
  private volatile State state = State.OFF;
  private volatile String detail = "";
  private volatile KernelDelivery.Numbers numbers = KernelDelivery.Numbers.NONE;
  private volatile boolean ending;

  /** Up to {@link #FIRM}. */
  private volatile int refusals;

  private KernelSession session;
  private String told = "";
  private long nextAttemptMs;
  private long nextWatchMs;
  private long lastLossMs = NEVER;
  private long restartAtMs = NEVER;
  private long badLinesTold;
  private long unwantedSinceMs = NEVER;
  private boolean advised;
  private boolean looked;

  KernelConductor(KernelParts parts, KernelSettings settings) {
    this.parts = parts;
    this.settings = settings;
    this.delivery = new KernelDelivery(parts, () -> ending || changed || isUnwanted());
  }

  /** Other settings; taken at the next step. */
  void configure(KernelSettings other) {
    settings = other;
    changed = true;
  }

  /** See {@link OwnKernel}. */
  OwnKernel.Status status() {
    KernelDelivery.Numbers n = numbers;
    return new OwnKernel.Status(
        state, detail, n.readings(), n.connections(), n.badLines(), n.sentAgain(), n.drops());
  }

  /** See {@link org.ipvssync.api.node.ReadyCondition#missing}. */
  String missing() {
    return switch (state) {
      // Not looked at yet: the first step comes at once.
      case OFF -> isWanted() ? "the own kernel is not joined yet" : "";
      case REFUSED -> refusals < FIRM ? detail : "";
      case LEFT, UP -> "";
      case STARTING -> delivery.missing();
    };
  }

  private boolean isWanted() {
    return settings.enabled() && parts.links().wantKernel();
  }

  /**
   * Does what is due.
   *
   * @return milliseconds until the next step, if nothing happens before
   */
  long step() {
    boolean again = changed;
    changed = false;
    boolean unwanted = isUnwanted();
    if (session != null && (unwanted || again && !session.settings().equals(settings))) {
      end(State.OFF, "", Before.STARTED);
    }
    if (unwanted) {
      giveBackUnused();
      state = State.OFF;
      detail = "";
      told = "";
      return WATCH_MS;
    }
    if (session == null && (again || state == State.OFF)) {
      state = State.OFF;
      nextAttemptMs = NEVER;
    }
    try {
      if (session == null && isWanted()) {
        take();
      }
      if (session != null) {
        attend();
      }
    } catch (InterruptedIOException e) {
      // A reading was broken off for what the next step does.
      return HASTE_MS;
    } catch (KernelRefusal e) {
      refused(e.getMessage(), e.isNormal());
    } catch (IOException | RuntimeException e) {
      refused("the own kernel cannot be read (" + e + ")", false);
    }
    return state == State.STARTING ? HASTE_MS : WATCH_MS;
  }

  /** True when nothing has asked for the kernel for a while, or somebody says to leave it alone. */
  private boolean isUnwanted() {
    if (isWanted()) {
      unwantedSinceMs = NEVER;
      return false;
    }
    long now = parts.clock().nowMs();
    unwantedSinceMs = unwantedSinceMs == NEVER ? now : unwantedSinceMs;
    return !settings.enabled()
        || parts.links().leaveKernelAlone()
        || now - unwantedSinceMs >= UNWANTED_MS;
  }

  /** Nothing that takes long goes on from now; any thread. */
  void stop() {
    ending = true;
  }

  /** Ends everything: what ran before runs again. */
  void close() {
    if (session != null) {
      end(State.OFF, "", Before.STARTED);
    } else {
      giveBackRecorded();
    }
  }

  private void take() throws IOException, KernelRefusal {
    long now = parts.clock().nowMs();
    if (state == State.LEFT || now < nextAttemptMs) {
      return;
    }
    nextAttemptMs = now + REFUSED_MS;
    KernelSettings with = settings;
    session = KernelSession.take(parts, with);
    refusals = FIRM;
    // It knows what is missing before anybody asks it.
    delivery.begin(session);
    state = State.STARTING;
    detail = "";
    told = "";
    nextWatchMs = now + WATCH_MS;
    lastLossMs = NEVER;
    restartAtMs = NEVER;
    parts.log().info("the kernel's sync daemons run on lo, sync id " + with.syncId());
    adviseRefresh(with);
  }

  /** What a kernel says by itself of a connection that is seldom heard. */
  private void adviseRefresh(KernelSettings with) {
    int period = parts.proc().sysctl("sync_threshold", 1);
    if (advised || period < 0 || parts.proc().sysctl("sync_refresh_period", 0) != 0) {
      return;
    }
    advised = true;
    parts
        .log()
        .warn(
            "net.ipv4.vs.sync_refresh_period is 0: the kernel tells of an established connection"
                + (period > 0 ? " once in " + period + " packets" : " only once")
                + ", and one that is idle or slow may stay silent past its timeout; "
                + (with.readPeriodS() > 0
                    ? "its list is read every " + with.readPeriodS() + " s instead"
                    : "its list is not read either (readPeriodS)")
                + "; run sysctl -w net.ipv4.vs.sync_refresh_period=10");
  }

  /** Everything that is due while the kernel is ours. */
  private void attend() throws IOException, KernelRefusal {
    long now = parts.clock().nowMs();
    if (now >= nextWatchMs) {
      nextWatchMs = now + WATCH_MS;
      watch(now);
      if (session == null) {
        return;
      }
      delivery.watchServices(session);
    }
    if (restartAtMs == NEVER) {
      delivery.attend(session, isQuiet());
    }
    state = delivery.isDone() ? State.UP : State.STARTING;
    numbers = delivery.numbers(session);
    if (numbers.badLines() > 0 && badLinesTold == 0) {
      badLinesTold = numbers.badLines();
      parts.log().warn("lines in /proc/net/ip_vs or ip_vs_conn are not understood: see badLines");
    }
  }

  /** True when all but the latest changes were sent to the kernel. */
  private boolean isQuiet() {
    LinkStatus out = parts.links().own(SyncRole.MASTER);
    return parts.links().areOwnUp()
        && out != null
        && out.pending() <= session.settings().changesPerSecond() / QUIET_PART;
  }

  private void watch(long now) throws IOException, KernelRefusal {
    Loss loss = session.watch();
    if (loss == null) {
      if (restartAtMs != NEVER) {
        restartAtMs = NEVER;
        detail = "";
      }
      return;
    }
    if (loss.foreign() || restartAtMs == NEVER && now - lastLossMs < PEACE_MS) {
      String line =
          loss.foreign()
              ? loss.line()
              : loss.line() + "; again: the own kernel is left alone until this node starts again";
      parts.log().warn(line);
      end(State.LEFT, line, loss.foreign() ? Before.FORGOTTEN : Before.KEPT);
    } else if (restartAtMs == NEVER) {
      lastLossMs = now;
      restartAtMs = now + RESTART_MS;
      detail = loss.line();
      parts.log().warn(loss.line() + "; it is started once more in " + RESTART_MS / 1000 + " s");
    } else if (now >= restartAtMs) {
      session.restart();
      restartAtMs = NEVER;
      detail = "";
      delivery.readSoon();
      parts.log().info("the kernel's sync daemons run on lo again");
    }
  }

  /** What an earlier node left behind, which this one has no use for; or what this one has left. */
  private void giveBackUnused() {
    boolean noUse = !settings.enabled() || parts.links().leaveKernelAlone();
    if (state == State.LEFT || !looked && noUse) {
      looked |= noUse;
      giveBackRecorded();
    }
  }

  private void giveBackRecorded() {
    try {
      if (parts.record().exists()) {
        KernelSession.giveBackLeftOver(parts, settings);
      }
    } catch (IOException | KernelRefusal e) {
      parts.log().warn("the sync daemons that ran before are not given back: " + e.getMessage());
    }
  }

  private void refused(String line, boolean normal) {
    if (session != null) {
      end(State.REFUSED, line, Before.STARTED);
    }
    refusals = normal ? FIRM : Math.min(FIRM, refusals + 1);
    state = State.REFUSED;
    detail = line;
    // IPVS comes when somebody first uses it, such as keepalived; one look at a file tells.
    boolean soon = normal || refusals < FIRM;
    nextAttemptMs = parts.clock().nowMs() + (soon ? WATCH_MS : REFUSED_MS);
    if (!line.equals(told)) {
      told = line;
      String said = "the own kernel is left out: " + line;
      if (normal) {
        parts.log().info(said);
      } else {
        parts.log().warn(said);
      }
    }
  }

  private void end(State next, String why, Before before) {
    KernelSession ended = session;
    session = null;
    state = next;
    detail = why;
    delivery.end();
    ended.end(before);
  }

  /** What reads, and what is asked for a reading. */
  KernelDelivery delivery() {
    return delivery;
  }

  /** For people: what a reading brought. */
  static String describe(Reading reading) {
    return reading.rows()
        + " connections in the kernel, "
        + reading.inserted()
        + " new here, "
        + reading.updated()
        + " brought up to date";
  }
}

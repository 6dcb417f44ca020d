package org.ipvssync.kernel.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.ipvssync.kernel.internal.KernelTable.Purpose;
import org.ipvssync.kernel.internal.KernelTable.Reading;

/**
 * When the kernel's list is read, and whether the kernel has what the node's table has. Steps are
 * made by the conductor's thread; {@link #refresh} and {@link #missing} may be called by any.
 */
final class KernelDelivery {
  /**
   * A kernel without a patch of December 2024 goes through its table from the start for each page
   * of its list: 140,000 rows took a minute, and a million some fifty times that. So a reading that
   * nobody asked for comes when this many times the duration of the latest has passed since it.
   * What somebody waits for, or what confirms what the latest has missed, comes after once its
   * duration.
   */
  private static final int REST = 10;

  /** How long the first reading waits for what peers tell and the links send, milliseconds. */
  private static final long FIRST_MS = 15_000;

  /** How long nobody has to wait for what the kernel has to be read back, milliseconds. */
  private static final long BUDGET_MS = 30_000;

  /** Before the links were seen quiet they were so for a while, milliseconds. */
  private static final long QUIET_BEFORE_MS = 200;

  /** Between two attempts to learn the kernel's ticks, milliseconds. */
  private static final long LEARN_MS = 10_000;

  private static final String LINKS_DOWN = "the links to the own kernel are not up";

  private final KernelParts parts;
  private final BooleanSupplier interrupted;
  private volatile String missing = "";
  private volatile boolean done;
  private boolean readOnce;
  private boolean readWanted;
  private boolean confirmWanted;
  private int timesSent;
  private long quietSinceMs = KernelConductor.NEVER;
  private long completeSinceMs = KernelConductor.NEVER;
  private long deliverySinceMs = KernelConductor.NEVER;
  private long begunMs;
  private long lastReadMs = KernelConductor.NEVER;
  private long lastTookMs;
  private long nextLearnMs = KernelConductor.NEVER;
  private long nextLookMs;
  private long dropsMended;
  private long readings;
  private long connections;
  private long sentAgain;
  private long drops;

  /** The services for which templates were sent; readings between two looks do not change it. */
  private Services told = Services.NONE;

  // Guarded by this.
  private boolean open;
  private long requested;
  private long served;

  /**
   * Not begun.
   *
   * @param interrupted whether something is to be done that does not wait for a reading
   */
  KernelDelivery(KernelParts parts, BooleanSupplier interrupted) {
    this.parts = parts;
    this.interrupted = interrupted;
  }

  /**
   * The numbers of a status, see {@link org.ipvssync.api.node.OwnKernel.Status}.
   *
   * @param readings how often the list was read
   * @param connections rows of the last reading
   * @param badLines lines that no reading understood
   * @param sentAgain entries that the kernel had lost
   * @param drops datagrams that the kernel's backup dropped
   */
  record Numbers(long readings, long connections, long badLines, long sentAgain, long drops) {
    static final Numbers NONE = new Numbers(0, 0, 0, 0, 0);
  }

  /** The kernel is ours from now on. */
  void begin(KernelSession session) throws IOException {
    done = false;
    missing = LINKS_DOWN;
    readOnce = false;
    readWanted = false;
    confirmWanted = false;
    begunMs = parts.clock().nowMs();
    quietSinceMs = KernelConductor.NEVER;
    completeSinceMs = KernelConductor.NEVER;
    deliverySinceMs = KernelConductor.NEVER;
    lastReadMs = KernelConductor.NEVER;
    lastTookMs = 0;
    nextLearnMs = KernelConductor.NEVER;
    dropsMended = 0;
    session.table().readServices();
    told = session.table().services();
    synchronized (this) {
      open = true;
      served = requested; // nobody waited for what was asked before
    }
  }

  /** The kernel is ours no more. */
  synchronized void end() {
    done = false;
    open = false;
    notifyAll();
  }

  /** True when the kernel has what the table has. */
  boolean isDone() {
    return done;
  }

  /** What is still to be done, in a few words. */
  String missing() {
    return missing;
  }

  /** A reading is due at the next step. */
  void readSoon() {
    readWanted = true;
  }

  /**
   * Asks for a reading that begins after this call, and waits for it; not when there is nothing to
   * read, or when the latest reading is over for less time than it took.
   *
   * @param wakeUp makes the conductor's thread look
   */
  void refresh(Runnable wakeUp, long timeoutMs) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    long mine;
    synchronized (this) {
      mine = ++requested;
    }
    wakeUp.run();
    synchronized (this) {
      long left = deadline - System.nanoTime();
      while (open && served < mine && left > 0) {
        try {
          TimeUnit.NANOSECONDS.timedWait(this, left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
        left = deadline - System.nanoTime();
      }
    }
  }

  private synchronized boolean isRequested() {
    return requested > served;
  }

  private synchronized long requested() {
    return requested;
  }

  private synchronized void serve(long upTo) {
    served = upTo;
    notifyAll();
  }

  /** Sends templates again whose services have come or changed. */
  void watchServices(KernelSession session) throws IOException {
    KernelTable table = session.table();
    table.readServices();
    Services before = told;
    told = table.services();
    if (told != before) {
      int sent = table.sendTemplates(before);
      if (sent > 0) {
        sentAgain += sent;
        parts.log().info("services changed: " + sent + " templates are told to the kernel again");
      }
    }
  }

  /**
   * Does what is due.
   *
   * @param quiet whether the links are up and all but the latest changes were sent
   */
  void attend(KernelSession session, boolean quiet) throws IOException, KernelRefusal {
    long now = parts.clock().nowMs();
    if (session.table().wantsTicksPerSecond() && now >= nextLearnMs) {
      nextLearnMs = now + LEARN_MS;
      session.learnTicks();
    }
    boolean complete = parts.contentComplete().getAsBoolean();
    quietSinceMs = since(quietSinceMs, quiet, now);
    completeSinceMs = since(completeSinceMs, complete, now);
    if (!complete) {
      done = false;
      deliverySinceMs = KernelConductor.NEVER;
    }
    if (!parts.links().areOwnUp()) {
      missing = done ? "" : LINKS_DOWN;
    } else if (!done) {
      if (deliverySinceMs == KernelConductor.NEVER) {
        missing = "the own kernel has not got the table yet";
      }
      if (complete) {
        deliver(session, now);
      }
    }
    if (isReadingDue(session, now)) {
      Reading reading = read(session, new Purpose(sentMs(quietSinceMs, now), false, !readOnce));
      if (done && reading.lost() > 0) {
        parts
            .log()
            .info(reading.lost() + " connections that the kernel had lost are sent to it again");
      }
    }
  }

  private static long since(long before, boolean holds, long now) {
    return !holds ? KernelConductor.NEVER : before == KernelConductor.NEVER ? now : before;
  }

  /** True when all that waited in the links was sent, and the kernel had its time. */
  private static boolean isSettled(long since, long now) {
    return since != KernelConductor.NEVER && now - since >= KernelConductor.SETTLE_MS;
  }

  /** Time up to which everything was sent: what waits in a link that is not quiet has any age. */
  private static long sentMs(long since, long now) {
    return isSettled(since, now)
        ? Math.max(since - QUIET_BEFORE_MS, now - KernelConductor.WATCH_MS)
        : Purpose.NOTHING;
  }

  private boolean isReadingDue(KernelSession session, long now) {
    long sinceLast = now - lastReadMs;
    boolean mayConfirm = sinceLast >= lastTookMs;
    if (isRequested() && !mayConfirm) {
      // Peers may ask as often as they like: what is younger than it took to read is good enough.
      serve(requested());
    }
    if (isRequested()) {
      return true;
    }
    if (!readOnce) {
      return now - begunMs >= FIRST_MS && parts.links().areOwnUp();
    }
    if (mayConfirm && (readWanted || confirmWanted && done && isSettled(quietSinceMs, now))) {
      return true;
    }
    if (sinceLast < lastTookMs * REST) {
      return false;
    }
    boolean settled = isSettled(quietSinceMs, now);
    boolean dropped = session.drops() > dropsMended && sinceLast >= KernelConductor.MEND_MS;
    // A reading in a quiet moment also shows what is missing: it is waited for, not for ever.
    long period = session.settings().readPeriodS() * 1000L;
    boolean old = period > 0 && sinceLast >= (settled ? period : 2 * period);
    return dropped && settled || old;
  }

  /**
   * Once all is sent, and the kernel had its time, everything must be there. After a restart the
   * rows are mostly what peers told: read before that has come, they would go to those peers as
   * this kernel's word, over connections that theirs see live. So the first reading waits as well,
   * and is the first of these.
   */
  private void deliver(KernelSession session, long now) throws IOException {
    if (isOverdue(now)) {
      doneUnread();
      return;
    }
    long since =
        quietSinceMs == KernelConductor.NEVER
            ? KernelConductor.NEVER
            : Math.max(quietSinceMs, completeSinceMs);
    if (!isSettled(since, now) || now - lastReadMs < lastTookMs) {
      return;
    }
    if (deliverySinceMs == KernelConductor.NEVER) {
      deliverySinceMs = now;
      timesSent = 0;
      session.table().expectAll();
    }
    Reading reading = read(session, new Purpose(sentMs(since, now), true, !readOnce));
    if (!reading.judged()) {
      return;
    }
    timesSent += reading.lost() > 0 ? 1 : 0;
    if (reading.unmet() == 0) {
      parts.log().info("the own kernel has what the table has: " + reading.rows() + " connections");
      done();
    } else if (!done && timesSent >= KernelConductor.ATTEMPTS && reading.lost() == 0) {
      warnOfUntaken(reading);
      done();
    } else if (!done) {
      missing = "the own kernel has not got " + reading.unmet() + " connections yet";
    }
  }

  private void done() {
    done = true;
    missing = "";
  }

  private boolean isOverdue(long now) {
    return !done && deliverySinceMs != KernelConductor.NEVER && now - deliverySinceMs >= BUDGET_MS;
  }

  private void doneUnread() {
    done();
    parts
        .log()
        .warn(
            "the own kernel's table was not read back within "
                + BUDGET_MS / 1000
                + " s: the node is ready without that; what the kernel lacks is sent when a reading"
                + " shows it");
  }

  private void warnOfUntaken(Reading reading) {
    parts
        .log()
        .warn(
            "the own kernel does not take "
                + reading.unmet()
                + " connections, sent "
                + timesSent
                + " times again, such as "
                + String.join(", ", reading.examples())
                + ": is a module of theirs missing?");
  }

  private Reading read(KernelSession session, Purpose purpose) throws IOException {
    long serving = requested();
    readWanted = false;
    drops = session.drops();
    long dropsBefore = drops;
    long begun = parts.clock().nowMs();
    nextLookMs = begun + KernelConductor.WATCH_MS;
    Reading reading = session.table().read(purpose, () -> lookMeanwhile(session));
    readings++;
    connections = reading.rows();
    sentAgain += reading.lost();
    lastReadMs = parts.clock().nowMs();
    lastTookMs = lastReadMs - begun;
    serve(serving);
    if (reading.judged()) {
      dropsMended = dropsBefore;
      // Once: where rows hide others, each reading misses some.
      confirmWanted = !confirmWanted && reading.missed() > reading.lost();
    } else if (purpose.sentMs() != Purpose.NOTHING) {
      // A delivery comes back by itself.
      readWanted = done;
    }
    if (reading.lost() > 0) {
      quietSinceMs = KernelConductor.NEVER;
    }
    if (!readOnce) {
      readOnce = true;
      parts.log().info("own kernel: " + KernelConductor.describe(reading));
    }
    return reading;
  }

  /** A reading may take minutes, and a stop or a daemon that was stopped does not wait for it. */
  private void lookMeanwhile(KernelSession session) throws IOException {
    if (interrupted.getAsBoolean()) {
      throw new InterruptedIOException("something else is due");
    }
    long now = parts.clock().nowMs();
    if (now < nextLookMs) {
      return;
    }
    nextLookMs = now + KernelConductor.WATCH_MS;
    if (isOverdue(now)) {
      doneUnread();
    }
    try {
      if (session.watch() != null) {
        throw new InterruptedIOException("a daemon was lost");
      }
    } catch (KernelRefusal e) {
      throw (IOException) new InterruptedIOException(e.getMessage()).initCause(e);
    }
    watchServices(session);
  }

  /** The numbers of a status. */
  Numbers numbers(KernelSession session) {
    drops = session.drops();
    return new Numbers(readings, connections, session.table().badLines(), sentAgain, drops);
  }
}

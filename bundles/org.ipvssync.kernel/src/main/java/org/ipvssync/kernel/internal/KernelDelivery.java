package org.ipvssync.kernel.internal;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.ipvssync.api.node.OwnKernel;
import org.ipvssync.kernel.internal.KernelTable.Reading;

/**
 * When the kernel's list is read, and whether the kernel has what the node's table has. Steps are
 * made by the conductor's thread; {@link #refresh} and {@link #missing} may be called by any.
 */
final class KernelDelivery {
  private static final long NEVER = Long.MIN_VALUE / 2;

  private final KernelParts parts;
  private volatile String missing = "";
  private volatile boolean done;
  private boolean readOnce;
  private boolean readWanted;
  private int attempts;
  private long quietSinceMs = NEVER;
  private long lastReadMs = NEVER;
  private long nextLearnMs = NEVER;
  private long dropsMended;
  private long readings;
  private long connections;
  private long badLines;
  private long sentAgain;
  private long drops;

  // Guarded by this.
  private boolean open;
  private long requested;
  private long served;

  KernelDelivery(KernelParts parts) {
    this.parts = parts;
  }

  /** The kernel is ours from now on. */
  void begin(KernelSession session) throws IOException {
    done = false;
    missing = "the links to the own kernel are not up";
    readOnce = false;
    readWanted = false;
    attempts = 0;
    quietSinceMs = NEVER;
    lastReadMs = NEVER;
    nextLearnMs = NEVER;
    dropsMended = 0;
    session.table().readServices();
    synchronized (this) {
      open = true;
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
   * read.
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

  /** Sends templates again whose services have come or changed. */
  void watchServices(KernelSession session) throws IOException {
    KernelTable table = session.table();
    Services before = table.readServices();
    if (table.services() != before) {
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
    boolean up = parts.links().areOwnUp();
    if (session.table().wantsTicksPerSecond() && now >= nextLearnMs) {
      nextLearnMs = now + KernelConductor.REFUSED_MS;
      session.learnTicks();
    }
    if (readOnce ? isReadingDue(session, now) : isRequested()) {
      Reading reading = read(session, false, now - KernelConductor.WATCH_MS);
      if (done && reading.missing() > 0) {
        parts
            .log()
            .info(reading.missing() + " connections that the kernel had lost are sent to it again");
      }
    }
    if (!up) {
      missing = done ? "" : "the links to the own kernel are not up";
      return;
    }
    quietSinceMs = !quiet ? NEVER : quietSinceMs == NEVER ? now : quietSinceMs;
    if (!readOnce) {
      Reading first = read(session, false, now - KernelConductor.WATCH_MS);
      readOnce = true;
      parts.log().info("own kernel: " + KernelConductor.describe(first));
    }
    if (!parts.contentComplete().getAsBoolean()) {
      done = false;
      attempts = 0;
      quietSinceMs = NEVER;
    }
    if (!done) {
      deliver(session);
    }
  }

  private synchronized boolean isRequested() {
    return requested > served;
  }

  private boolean isReadingDue(KernelSession session, long now) {
    long period = session.settings().readPeriodS() * 1000L;
    boolean dropped = session.drops() > dropsMended && now - lastReadMs >= KernelConductor.MEND_MS;
    return readWanted || dropped || isRequested() || period > 0 && now - lastReadMs >= period;
  }

  /** Once all is sent, and the kernel had its time, everything must be there. */
  private void deliver(KernelSession session) throws IOException {
    long now = parts.clock().nowMs();
    missing = "the own kernel has not got the table yet";
    if (quietSinceMs == NEVER || now - quietSinceMs < KernelConductor.SETTLE_MS) {
      return;
    }
    Reading reading = read(session, true, quietSinceMs - KernelConductor.HASTE_MS);
    if (reading.missing() == 0 || attempts == KernelConductor.ATTEMPTS) {
      done = true;
      missing = "";
      tell(reading);
    } else {
      attempts++;
      missing = "the own kernel has not got " + reading.missing() + " connections yet";
      quietSinceMs = NEVER;
    }
  }

  private void tell(Reading reading) {
    if (reading.missing() == 0) {
      parts.log().info("the own kernel has what the table has: " + reading.rows() + " connections");
    } else {
      parts
          .log()
          .warn(
              "the own kernel does not take "
                  + reading.missing()
                  + " connections, sent "
                  + (KernelConductor.ATTEMPTS + 1)
                  + " times, such as "
                  + String.join(", ", reading.examples())
                  + ": is a module of theirs missing?");
    }
  }

  private Reading read(KernelSession session, boolean alsoUnbound, long sentMs) throws IOException {
    long serving;
    synchronized (this) {
      serving = requested;
    }
    readWanted = false;
    drops = session.drops();
    dropsMended = drops;
    Reading reading = session.table().read(alsoUnbound, sentMs);
    readings++;
    connections = reading.rows();
    sentAgain += reading.missing();
    lastReadMs = parts.clock().nowMs();
    synchronized (this) {
      served = serving;
      notifyAll();
    }
    return reading;
  }

  /** The numbers of a status. */
  OwnKernel.Status numbers(KernelSession session) {
    badLines = session.table().badLines();
    drops = session.drops();
    return new OwnKernel.Status(
        OwnKernel.State.UP, "", readings, connections, badLines, sentAgain, drops);
  }
}

package org.ipvssync.kernel.internal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that makes a conductor's steps. */
final class ConductorThread implements AutoCloseable {
  /** How long a stop waits: the daemons are given back meanwhile. */
  private static final long END_MS = 20_000;

  private static final Logger LOG = LoggerFactory.getLogger(ConductorThread.class);

  private final KernelConductor conductor;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private boolean awake;
  private boolean ended;

  ConductorThread(KernelConductor conductor) {
    this.conductor = conductor;
    this.thread = Thread.ofPlatform().name("ipvs-kernel").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Makes the next step now. */
  void wakeUp() {
    lock.lock();
    try {
      awake = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    boolean failed = false;
    while (!hasEnded()) {
      long pause = KernelConductor.WATCH_MS;
      try {
        pause = conductor.step();
        failed = false;
      } catch (RuntimeException | Error e) {
        // Seen once is enough to act on; the watch itself must not stop.
        if (!failed) {
          LOG.error("a look at the own kernel failed; failures that follow are not logged", e);
        }
        failed = true;
      }
      await(pause);
    }
    conductor.close();
  }

  private boolean hasEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  private void await(long ms) {
    lock.lock();
    try {
      long nanos = TimeUnit.MILLISECONDS.toNanos(ms);
      while (!awake && !ended && nanos > 0) {
        nanos = news.awaitNanos(nanos);
      }
      awake = false;
    } catch (InterruptedException e) {
      ended = true;
    } finally {
      lock.unlock();
    }
  }

  /** Ends it, and waits until everything is given back. */
  @Override
  public void close() {
    conductor.stop();
    lock.lock();
    try {
      ended = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      if (!thread.join(java.time.Duration.ofMillis(END_MS))) {
        LOG.warn("the kernel's sync daemons are not given back yet: see ipvsadm -l --daemon");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

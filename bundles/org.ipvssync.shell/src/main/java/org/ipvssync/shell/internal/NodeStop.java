package org.ipvssync.shell.internal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Stops the node once the command that asked for it has had its reply sent.
 *
 * <p>Thread-safe. The first request counts.
 */
final class NodeStop {
  /** A shell that never says that it replied (a console) is not waited for longer. */
  private static final long REPLY_TIMEOUT_MS = 1_000;

  private final Consumer<Runnable> starter;
  private final Runnable stop;
  private final CountDownLatch replied = new CountDownLatch(1);
  private Object asking;

  /**
   * With what stops.
   *
   * @param starter runs something in a thread of its own: a bundle's thread may not wait for its
   *     own end
   * @param stop ends the framework
   */
  NodeStop(Consumer<Runnable> starter, Runnable stop) {
    this.starter = starter;
    this.stop = stop;
  }

  /**
   * Asks for the stop; returns at once.
   *
   * @param session the shell's session in which the command runs, or null
   */
  synchronized void request(Object session) {
    if (asking != null) {
      return;
    }
    asking = session == null ? this : session;
    starter.accept(this::stopWhenReplied);
  }

  /** The reply to a command of that session has been sent. */
  synchronized void replied(Object session) {
    if (asking == session && session != null) {
      replied.countDown();
    }
  }

  private void stopWhenReplied() {
    try {
      replied.await(REPLY_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    stop.run();
  }
}

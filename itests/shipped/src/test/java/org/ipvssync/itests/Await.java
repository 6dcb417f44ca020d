package org.ipvssync.itests;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.opentest4j.AssertionFailedError;

/** Waits for what others do in their own time; fails with what was seen last. */
final class Await {
  /** Far longer than anything takes: machines that build are shared and slow. */
  static final Duration PATIENCE = Duration.ofSeconds(120);

  private static final Duration PAUSE = Duration.ofMillis(20);

  private Await() {}

  /**
   * Looks again and again until what is seen is wanted.
   *
   * @param what is waited for, as the failure says it
   * @return what was seen at last
   */
  static <T> T until(String what, Callable<T> look, Predicate<? super T> wanted) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      T seen = look.call();
      if (wanted.test(seen)) {
        return seen;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionFailedError(
            what + ": not within " + PATIENCE.toSeconds() + " s; seen last: " + seen);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}

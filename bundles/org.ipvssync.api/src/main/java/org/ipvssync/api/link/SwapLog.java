package org.ipvssync.api.link;

import java.util.Locale;
import org.ipvssync.api.node.Swap;
import org.ipvssync.api.node.SwapStats;

/** Tells each swap in one line and remembers them for {@code status}. Thread-safe. */
public final class SwapLog {
  private final String title;
  private final LinkLog log;
  private volatile SwapStats stats = SwapStats.NONE;

  /**
   * No swap yet.
   *
   * @param title whose swaps these are, such as {@code master eth0}
   */
  public SwapLog(String title, LinkLog log) {
    this.title = title;
    this.log = log;
  }

  /** A swap is done. */
  public void done(Swap swap) {
    synchronized (this) {
      stats = stats.with(swap);
    }
    log.info(title + ": " + describe(swap));
  }

  /** What was done so far. */
  public SwapStats stats() {
    return stats;
  }

  /** A swap in words, for people. */
  public static String describe(Swap swap) {
    return String.format(
        Locale.ROOT,
        "%s %s -> %s, stood still %.1f ms, %,d updates waited",
        swap.part(),
        swap.from().isEmpty() ? "none" : swap.from(),
        swap.to(),
        swap.pauseMicros() / 1000.0,
        swap.waited());
  }
}

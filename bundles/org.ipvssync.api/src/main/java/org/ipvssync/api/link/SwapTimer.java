package org.ipvssync.api.link;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.ipvssync.api.node.Swap;

/**
 * Times the exchanges of one part, from the moment in which the old one is missed. The first one
 * that is ever used is no swap; the same one again, after it was missed, is.
 *
 * <p>One thread.
 */
public final class SwapTimer {
  private final String part;
  private final Consumer<Swap> told;
  private String label = "";
  private boolean used;
  private boolean missed;
  private long missedNanos;

  /**
   * Nothing used yet.
   *
   * @param part what is exchanged, such as codec
   * @param told gets each swap when it is done
   */
  public SwapTimer(String part, Consumer<Swap> told) {
    this.part = part;
    this.told = told;
  }

  /** The one in use has gone, or another takes its place; until the next use the first counts. */
  public void missed(long nowNanos) {
    if (used && !missed) {
      missed = true;
      missedNanos = nowNanos;
    }
  }

  /**
   * Work goes on; tells the swap if there was one.
   *
   * @param now the one in use from now on, for people
   * @param resumedNanos when it could be used
   * @param waited updates that waited meanwhile
   */
  public void resumed(String now, long resumedNanos, long waited) {
    String before = label;
    label = now;
    used = true;
    if (missed) {
      missed = false;
      long micros = TimeUnit.NANOSECONDS.toMicros(resumedNanos - missedNanos);
      told.accept(new Swap(part, before, now, micros, waited));
    }
  }
}

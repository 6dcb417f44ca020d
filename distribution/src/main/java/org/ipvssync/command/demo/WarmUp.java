package org.ipvssync.command.demo;

import org.ipvssync.command.child.Delays;

/**
 * Decides when the two nodes, which have just been started, are warm: the delays of some moments in
 * a row were short. A JVM compiles what it runs often, and until then it is slow. One thread.
 */
final class WarmUp {
  /** However quick it is. */
  static final long SHORTEST_MS = 1_000;

  /** However long it takes: then the run begins all the same. */
  static final long LONGEST_MS = 10_000;

  private static final long LOOK_MS = 250;
  private static final int CALM_LOOKS = 3;

  private final long calmMicros;
  private long nextLookMs = LOOK_MS;
  private int calm;

  /**
   * A warm-up that begins at 0.
   *
   * @param calmMicros delays up to this are short
   */
  WarmUp(long calmMicros) {
    this.calmMicros = calmMicros;
  }

  /** True when it is time to look at the delays since the last look. */
  boolean isLookDue(long elapsedMs) {
    return elapsedMs >= nextLookMs;
  }

  /**
   * Looks at the delays since the last look.
   *
   * @return true when the nodes are warm, or it has taken too long
   */
  boolean look(long elapsedMs, Delays delays) {
    nextLookMs = elapsedMs + LOOK_MS;
    if (delays.p99() > calmMicros) {
      calm = 0;
    } else if (delays.count() > 0) {
      calm++;
    }
    return elapsedMs >= LONGEST_MS || (elapsedMs >= SHORTEST_MS && calm >= CALM_LOOKS);
  }
}

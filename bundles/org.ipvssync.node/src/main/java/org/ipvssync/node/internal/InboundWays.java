package org.ipvssync.node.internal;

import java.util.Arrays;

/** For each horizon, how many ways in are open, and since when there is none. Thread-safe. */
final class InboundWays {
  private static final long NEVER = Long.MIN_VALUE;

  private final int[] open = new int[Horizons.MAX + 1];
  private final long[] leftMs = new long[Horizons.MAX + 1];

  InboundWays() {
    Arrays.fill(leftMs, NEVER);
  }

  /** One is opened; returns for how long there was none, 0 when there was never one before. */
  synchronized long opened(int horizon, long nowMs) {
    boolean absent = open[horizon]++ == 0 && leftMs[horizon] != NEVER;
    return absent ? nowMs - leftMs[horizon] : 0;
  }

  /** One was closed. */
  synchronized void closed(int horizon, long nowMs) {
    if (--open[horizon] == 0) {
      leftMs[horizon] = nowMs;
    }
  }
}

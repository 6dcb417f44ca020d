package org.ipvssync.command.demo;

/**
 * Whether this process itself has been running on time. On a machine that has just stood still for
 * a moment, the master had no time either, and its kill would say nothing about it. One thread.
 */
final class Punctuality {
  private final long allowedNanos;
  private final long spanNanos;
  private long roundNanos;
  private long lateNanos;

  /**
   * Punctual from now on if nothing happens.
   *
   * @param allowedNanos longest time from one round to the next
   * @param spanNanos how long no round may have been late
   */
  Punctuality(long allowedNanos, long spanNanos, long nowNanos) {
    this.allowedNanos = allowedNanos;
    this.spanNanos = spanNanos;
    this.roundNanos = nowNanos;
    this.lateNanos = nowNanos;
  }

  /** A round begins or ends. */
  void round(long nowNanos) {
    if (nowNanos - roundNanos > allowedNanos) {
      lateNanos = nowNanos;
    }
    roundNanos = nowNanos;
  }

  /** True when no round was late for the whole span, the one that {@code nowNanos} ends neither. */
  boolean isOnTime(long nowNanos) {
    round(nowNanos);
    return nowNanos - lateNanos >= spanNanos;
  }
}

package org.ipvssync.resync.internal;

/** So many a second on average, and as many at once after a quiet second. Not thread-safe. */
final class RateLimit {
  private double perSecond;
  private double left;
  private long lastMs;

  RateLimit(double perSecond, long nowMs) {
    this.perSecond = perSecond;
    this.left = perSecond;
    this.lastMs = nowMs;
  }

  /** Another limit from now on. */
  void set(double newPerSecond) {
    perSecond = newPerSecond;
  }

  /** Takes one, if there is one. */
  boolean take(long nowMs) {
    if (waitMs(nowMs) > 0) {
      return false;
    }
    left -= 1;
    return true;
  }

  /** Milliseconds until there is one; 0 when there is. */
  long waitMs(long nowMs) {
    left = Math.min(perSecond, left + (nowMs - lastMs) * perSecond / 1000);
    lastMs = nowMs;
    return left >= 1 ? 0 : (long) Math.ceil((1 - left) * 1000 / perSecond);
  }

  /** Takes so many at once; the debt is waited for by those who come later. */
  void spend(long count) {
    left -= count;
  }
}

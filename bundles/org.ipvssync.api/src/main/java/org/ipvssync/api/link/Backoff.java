package org.ipvssync.api.link;

/** Pauses between attempts that double from a first to a longest one. Not thread-safe. */
public final class Backoff {
  private final long firstMs;
  private final long longestMs;
  private long nextMs;

  /**
   * Starts with the first pause.
   *
   * @param firstMs first pause, at least 1
   * @param longestMs longest pause
   */
  public Backoff(long firstMs, long longestMs) {
    if (firstMs < 1 || longestMs < firstMs) {
      throw new IllegalArgumentException("pauses from 1 ms up, the longest not below the first");
    }
    this.firstMs = firstMs;
    this.longestMs = longestMs;
    this.nextMs = firstMs;
  }

  /** The pause to make now; the next will be twice as long. */
  public long nextMs() {
    long pause = nextMs;
    nextMs = Math.min(longestMs, 2 * nextMs);
    return pause;
  }

  /** It worked: the next pause is the first again. */
  public void reset() {
    nextMs = firstMs;
  }
}

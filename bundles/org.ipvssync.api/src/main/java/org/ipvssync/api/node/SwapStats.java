package org.ipvssync.api.node;

/**
 * Swaps under a link, or of the table.
 *
 * @param count how many since it was opened
 * @param longestMicros longest pause of all, microseconds
 * @param last the latest; null when there was none
 */
public record SwapStats(long count, long longestMicros, Swap last) {
  /** No swap yet. */
  public static final SwapStats NONE = new SwapStats(0, 0, null);

  /** These, and one more. */
  public SwapStats with(Swap swap) {
    return new SwapStats(count + 1, Math.max(longestMicros, swap.pauseMicros()), swap);
  }
}

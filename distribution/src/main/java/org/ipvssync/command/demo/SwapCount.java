package org.ipvssync.command.demo;

import org.ipvssync.command.child.NodeStatus;

/**
 * What exchanges of parts came to.
 *
 * @param swaps how many
 * @param longestMicros the longest pause of all, microseconds
 * @param waited updates that waited meanwhile
 */
record SwapCount(long swaps, long longestMicros, long waited) {
  /** None. */
  static final SwapCount NONE = new SwapCount(0, 0, 0);

  /** These, and what a link or table has been through since it was looked at last. */
  SwapCount plus(NodeStatus.Swaps before, NodeStatus.Swaps now) {
    long more = now.count() - before.count();
    return more <= 0
        ? this
        : new SwapCount(
            swaps + more, Math.max(longestMicros, now.lastMicros()), waited + now.lastWaited());
  }
}

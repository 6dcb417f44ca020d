package org.ipvssync.resync.internal;

import java.net.SocketAddress;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ipvssync.resync.internal.ControlMessage.Offer;

/** What was offered, and when to take which. One thread. */
final class Offers {
  /** How long others may answer after the first complete offer. */
  static final long COLLECT_MS = 20;

  private static final int MOST = 64;

  /** Complete ones first, then the most connections, then the lowest node id. */
  private static final Comparator<Made> BEST =
      Comparator.<Made, Boolean>comparing(made -> !made.offer.complete())
          .thenComparing(made -> made.offer.connections(), Comparator.reverseOrder())
          .thenComparing(made -> made.offer.nodeId(), Long::compareUnsigned);

  /** An offer and who made it. */
  record Made(Offer offer, SocketAddress peer) {}

  private final Map<Long, Made> made = new LinkedHashMap<>();
  private long firstCompleteMs;

  /**
   * An offer came; a later one of the same node counts instead.
   *
   * @return false when there are too many
   */
  boolean add(Offer offer, SocketAddress peer, long nowMs) {
    if (!made.containsKey(offer.nodeId()) && made.size() == MOST) {
      return false;
    }
    if (offer.complete() && !anyComplete()) {
      firstCompleteMs = nowMs;
    }
    made.put(offer.nodeId(), new Made(offer, peer));
    return true;
  }

  /**
   * The offer to take now, or null when it is better to wait.
   *
   * @param takeAnyMs from when on one that is not complete will do
   */
  Made choose(long nowMs, long takeAnyMs) {
    boolean collected = anyComplete() && nowMs - firstCompleteMs >= COLLECT_MS;
    return collected || nowMs >= takeAnyMs ? best() : null;
  }

  /** The best there is, or null. */
  Made best() {
    return made.values().stream().min(BEST).orElse(null);
  }

  /** When a choice can be made without anything else coming; {@code takeAnyMs} at the latest. */
  long dueMs(long takeAnyMs) {
    return anyComplete() ? Math.min(takeAnyMs, firstCompleteMs + COLLECT_MS) : takeAnyMs;
  }

  /** One that is of no use. */
  void remove(Made of) {
    made.remove(of.offer.nodeId());
  }

  boolean isEmpty() {
    return made.isEmpty();
  }

  void clear() {
    made.clear();
  }

  private boolean anyComplete() {
    return made.values().stream().anyMatch(one -> one.offer.complete());
  }
}

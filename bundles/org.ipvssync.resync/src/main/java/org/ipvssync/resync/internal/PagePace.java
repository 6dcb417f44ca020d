package org.ipvssync.resync.internal;

/**
 * How many datagrams a page may have: what the receive buffer holds, and fewer after a page that
 * did not come whole. Doubles until the first loss, then grows by an eighth. Not thread-safe.
 */
final class PagePace {
  private static final int FIRST = 16;
  private static final int ETHERNET_PAYLOAD = 1472;

  /** What such a datagram takes in a receive buffer: the kernel counts its own share too. */
  private static final int ETHERNET_TRUE_SIZE = 2816;

  private static final int GROWTH = 8;

  private final int longest;
  private final int most;
  private int now;
  private boolean hasLost;

  /**
   * Pages for a socket.
   *
   * @param bufferBytes its receive buffer as it was granted; the kernel takes twice as much in, so
   *     half of it stays free
   * @param maxLength longest datagram on the interface, bytes
   */
  PagePace(int bufferBytes, int maxLength) {
    longest = Math.min(maxLength, PageSender.LONGEST);
    int trueSize = longest <= ETHERNET_PAYLOAD ? ETHERNET_TRUE_SIZE : 2 * longest + 1024;
    most = Math.clamp(bufferBytes / trueSize, 1, PageSender.MOST_DATAGRAMS);
    now = Math.min(FIRST, most);
  }

  /** Longest message to ask for, bytes. */
  int longest() {
    return longest;
  }

  /** Datagrams of the next page. */
  int datagrams() {
    return now;
  }

  /** A page came whole. */
  void whole() {
    int step = hasLost ? Math.max(1, now / GROWTH) : now;
    now = Math.min(most, now + step);
  }

  /** A page did not. */
  void lost() {
    hasLost = true;
    now = Math.max(1, now / 2);
  }
}

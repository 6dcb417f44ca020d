package org.ipvssync.resync.internal;

import java.util.Arrays;

/** Which messages of one page have come. Not thread-safe; allocates nothing after it is made. */
final class PageReceipt {
  private static final int NOT_KNOWN = -1;

  /** Messages are numbered with 16 bits; a word has 64 of them. */
  private static final int WORDS = (1 << 16) / Long.SIZE;

  private final long[] came = new long[WORDS];
  private int page;
  private int messages;
  private int expected;

  /** Another page: nothing has come. */
  void begin(int newPage) {
    Arrays.fill(came, 0);
    page = newPage;
    messages = 0;
    expected = NOT_KNOWN;
  }

  int page() {
    return page;
  }

  boolean has(int index) {
    return (came[index >> 6] & 1L << index) != 0;
  }

  void add(int index) {
    came[index >> 6] |= 1L << index;
    messages++;
  }

  /** The page's end says how many there are. */
  void expect(int count) {
    expected = count;
  }

  /** Whether the end has come. */
  boolean hasEnd() {
    return expected != NOT_KNOWN;
  }

  /** Whether everything has come: an end, and as many messages as it says. */
  boolean isWhole() {
    return messages == expected;
  }

  /** Whether anything has come. */
  boolean hasAny() {
    return messages > 0 || hasEnd();
  }
}

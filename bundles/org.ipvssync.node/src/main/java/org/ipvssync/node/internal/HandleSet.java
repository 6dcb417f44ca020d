package org.ipvssync.node.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A set of entry handles, one bit each. Thread-safe, and each operation is atomic. */
final class HandleSet {
  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] words;

  /** An empty set for handles below {@code limit}. */
  HandleSet(int limit) {
    words = new long[(limit + 63) >>> 6];
  }

  /** Adds a handle; true when it was not in. */
  boolean add(int handle) {
    long bit = 1L << handle;
    int word = handle >>> 6;
    // Most changes meet an entry that waits already: look before paying for the atomic update.
    if (((long) WORD.getVolatile(words, word) & bit) != 0) {
      return false;
    }
    return ((long) WORD.getAndBitwiseOr(words, word, bit) & bit) == 0;
  }

  /** Takes a handle out; true when it was in. */
  boolean remove(int handle) {
    long bit = 1L << handle;
    int word = handle >>> 6;
    if (((long) WORD.getVolatile(words, word) & bit) == 0) {
      return false;
    }
    return ((long) WORD.getAndBitwiseAnd(words, word, ~bit) & bit) != 0;
  }

  /** True when a handle is in. */
  boolean contains(int handle) {
    return ((long) WORD.getVolatile(words, handle >>> 6) & 1L << handle) != 0;
  }

  /** How many words of 64 handles each there are. */
  int words() {
    return words.length;
  }

  /** Takes all handles of a word out, and says by its bits which. */
  long removeWord(int word) {
    return (long) WORD.getVolatile(words, word) == 0 ? 0 : (long) WORD.getAndSet(words, word, 0L);
  }

  /** Puts handles of a word in, and says by its bits which were in. */
  long addWord(int word, long bits) {
    return (long) WORD.getAndBitwiseOr(words, word, bits) & bits;
  }

  /** The smallest handle of the set from {@code from} on; -1 when there is none. */
  int next(int from) {
    int word = from >>> 6;
    if (word >= words.length) {
      return -1;
    }
    long bits = (long) WORD.getVolatile(words, word) & (-1L << from);
    while (bits == 0) {
      if (++word == words.length) {
        return -1;
      }
      bits = (long) WORD.getVolatile(words, word);
    }
    return (word << 6) + Long.numberOfTrailingZeros(bits);
  }
}

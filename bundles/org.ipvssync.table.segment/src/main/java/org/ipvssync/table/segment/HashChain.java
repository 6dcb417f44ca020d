package org.ipvssync.table.segment;

import java.util.Arrays;

/**
 * The chain of one bucket of the hash, for who hands out its entries from the end, where the oldest
 * is. One thread at a time, and no writer beside it.
 */
final class HashChain {
  private final HashIndex index;
  private final SlotStore slots;
  private int[] newestFirst = new int[8];
  private int length;

  HashChain(HashIndex index, SlotStore slots) {
    this.index = index;
    this.slots = slots;
  }

  /** Reads a bucket's chain, of which at most {@code limit} entries. */
  void read(int bucket, int limit) {
    length = 0;
    int link = index.head(bucket);
    while (link != 0 && length < limit) {
      if (length == newestFirst.length) {
        newestFirst = Arrays.copyOf(newestFirst, 2 * length);
      }
      newestFirst[length++] = link - 1;
      link = slots.next(link - 1);
    }
  }

  /** Entries that were read. */
  int length() {
    return length;
  }

  /** The slot of an entry; 0 is the oldest. */
  int slot(int i) {
    return newestFirst[length - 1 - i];
  }
}

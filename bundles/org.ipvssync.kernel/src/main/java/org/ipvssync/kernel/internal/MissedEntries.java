package org.ipvssync.kernel.internal;

import java.util.Arrays;
import org.ipvssync.api.conn.ConnBatch;

/**
 * The entries that a reading of the kernel's list did not meet, by handle. A handle may be given to
 * another entry meanwhile, so the key counts as well. Not thread-safe.
 */
final class MissedEntries {
  private static final int PRIME = 0x9e3779b1;

  /** For each handle 0, or a print of the key of the entry that was missed. */
  private int[] prints = new int[0];

  /** True when that very entry is in it. */
  boolean contains(ConnBatch batch, int index) {
    int handle = batch.handle(index);
    return handle < prints.length && prints[handle] == print(batch, index);
  }

  void add(ConnBatch batch, int index) {
    int handle = batch.handle(index);
    if (handle >= prints.length) {
      prints = Arrays.copyOf(prints, Math.max(handle + 1, 2 * prints.length));
    }
    prints[handle] = print(batch, index);
  }

  void remove(int handle) {
    if (handle < prints.length) {
      prints[handle] = 0;
    }
  }

  /** Also gives the memory back. */
  void clear() {
    prints = new int[0];
  }

  private static int print(ConnBatch batch, int index) {
    int print = batch.protocol(index) << 1 | (batch.isTemplate(index) ? 1 : 0);
    for (int word = 0; word < 4; word++) {
      print = mix(print, batch.caddrWord(index, word));
      print = mix(print, batch.vaddrWord(index, word));
    }
    print = mix(print, batch.cport(index) << 16 | batch.vport(index));
    return print == 0 ? 1 : print;
  }

  private static int mix(int print, int word) {
    return Integer.rotateLeft((print ^ word) * PRIME, 13);
  }
}

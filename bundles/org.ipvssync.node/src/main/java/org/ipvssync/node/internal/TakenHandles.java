package org.ipvssync.node.internal;

import org.ipvssync.api.conn.ConnBatch;

/**
 * The entries of the batch that was taken last, and where they are now: the link may still give
 * them back when another table has taken over.
 *
 * <p>Used by the link's thread under the table's lock for reading, and by an exchange under that
 * for writing.
 */
final class TakenHandles {
  private int[] then = {};
  private int[] now = {};
  private int[] there = {};
  private int count;

  /** While an exchange goes on: which handles are among them. Null when none is. */
  private HandleSet among;

  /** Another batch was taken. */
  void remember(ConnBatch batch) {
    if (then.length < batch.capacity()) {
      then = new int[batch.capacity()];
      now = new int[batch.capacity()];
      there = new int[batch.capacity()];
    }
    count = batch.size();
    for (int i = 0; i < count; i++) {
      then[i] = batch.handle(i);
      now[i] = then[i];
    }
  }

  /** Nobody will give anything back. */
  void forget() {
    count = 0;
  }

  /** True when nothing can be given back. */
  boolean isEmpty() {
    return count == 0;
  }

  /** Where the entry is that had this handle when it was taken; -1 when it is gone. */
  int now(int handle) {
    for (int i = 0; i < count; i++) {
      if (then[i] == handle) {
        return now[i];
      }
    }
    return -1;
  }

  /** Another table may take over from one with handles below {@code handleLimit}. */
  void begin(int handleLimit) {
    among = count == 0 ? null : new HandleSet(handleLimit);
    for (int i = 0; i < count; i++) {
      there[i] = -1;
      if (now[i] >= 0 && now[i] < handleLimit) {
        among.add(now[i]);
      }
    }
  }

  /** An entry of the old table has another handle in the new one. */
  void carry(int from, int to) {
    if (among != null && among.contains(from)) {
      for (int i = 0; i < count; i++) {
        if (now[i] == from) {
          there[i] = to;
        }
      }
    }
  }

  /** The table has taken over, or has not. */
  void end(boolean taken) {
    among = null;
    if (taken) {
      int[] before = now;
      now = there;
      there = before;
    }
  }
}

package org.ipvssync.table.segment;

import java.lang.foreign.MemorySegment;

/** Whose memory a table lies in, and what becomes of it. */
@FunctionalInterface
public interface TableBacking {
  /** Takes the memory back; called once. */
  void close();

  /** See {@code ConnTable.publish}. */
  default void publish() {}

  /** Takes the memory back and forgets what is in it; called once, in place of close. */
  default void discard() {
    close();
  }

  /**
   * Where entries are noted while they change, for memory that outlives the process: {@link
   * TableSalvage#JOURNAL_BYTES} bytes, zeros at first. Null when nobody will read it.
   */
  default MemorySegment journal() {
    return null;
  }

  /** A writer is at the table; called before its first change, at the table's time. */
  default void at(long tableMs) {}
}

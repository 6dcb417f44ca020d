package org.ipvssync.table.segment;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * What lets a table be read that was left in the midst of a batch: a check byte in every entry, and
 * an image of the one entry that is being changed in place.
 *
 * <pre>
 *   0      4        8           12         64           128               192
 *   +------+--------+-----------+----------+------------+-----------------+
 *   | busy | slot+1 | extension |          | slot image | extension image |
 *   +------+--------+-----------+----------+------------+-----------------+
 * </pre>
 *
 * <p>The images carry the entry's own check.
 *
 * <p>When a process is killed, every store that it has made is in the page cache, and none that was
 * to come later: the order of the instructions is the order in which things come to be. So it is
 * enough to keep the compiler from changing that order; that is what the fences are for.
 *
 * <ul>
 *   <li>A new entry is written whole, with its check, before its meta byte says USED.
 *   <li>An entry that goes is unused before its extensions go.
 *   <li>An entry that changes is here as it was, from before the first change until after the last.
 *       Of its extensions one changes at most: the sequence data, or the addresses when the
 *       sequence data is put behind them.
 * </ul>
 *
 * <p>A writer that threw in the midst leaves what a killed one leaves, and the process goes on.
 * From then on the table stays busy: a count may be wrong for good. What it was changing is put
 * back if nothing more is written; the next writer takes it as it stands, as this process's lookups
 * do.
 *
 * <p>One thread at a time, the table's writer.
 */
final class EntryJournal {
  static final int BYTES = 192;

  private static final long BUSY = 0;
  private static final long SLOT = BUSY + 4;
  private static final long EXTENSION = SLOT + 4;
  private static final long SLOT_IMAGE = 64;
  private static final long EXTENSION_IMAGE = SLOT_IMAGE + TableLayout.SLOT_BYTES;

  private final MemorySegment area;
  private final MemorySegment segment;
  private final SlotStore slots;
  private boolean oneHasThrown;

  EntryJournal(MemorySegment area, MemorySegment segment, SlotStore slots) {
    this.area = area;
    this.segment = segment;
    this.slots = slots;
  }

  /** A writer begins. */
  void begin() {
    if (isBusy()) {
      oneHasThrown = true;
      if (slot() >= 0) {
        changed(slot());
      }
    }
    area.set(JAVA_INT, BUSY, 1);
    VarHandle.storeStoreFence();
  }

  /** The writer is done: all counts agree, unless one has thrown before. */
  void end() {
    VarHandle.storeStoreFence();
    if (!oneHasThrown) {
      area.set(JAVA_INT, BUSY, 0);
    }
  }

  /** True when a writer is at it, or one did not come to its end. */
  boolean isBusy() {
    return area.get(JAVA_INT, BUSY) != 0;
  }

  /**
   * Keeps an entry as it is.
   *
   * @param extension link to the extension of it that may change, or 0
   */
  void keep(int slot, int extension) {
    TableLayout layout = slots.layout();
    MemorySegment.copy(segment, layout.slot(slot), area, SLOT_IMAGE, TableLayout.SLOT_BYTES);
    if (extension != 0) {
      MemorySegment.copy(
          segment,
          layout.extension(extension - 1),
          area,
          EXTENSION_IMAGE,
          TableLayout.EXTENSION_BYTES);
    }
    area.set(JAVA_INT, EXTENSION, extension);
    VarHandle.storeStoreFence();
    area.set(JAVA_INT, SLOT, slot + 1);
    VarHandle.storeStoreFence();
  }

  /** The entry has changed. */
  void changed(int slot) {
    seal(slot, slots.meta(slot));
    VarHandle.storeStoreFence();
    area.set(JAVA_INT, SLOT, 0);
    VarHandle.storeStoreFence();
  }

  /** An entry, complete but for its meta bits, is there from now on. */
  void enter(int slot, int meta) {
    seal(slot, meta);
    slots.setMeta(slot, meta);
    VarHandle.storeStoreFence();
  }

  private void seal(int slot, int meta) {
    slots.setCheck(slot, EntryCheck.of(slots, segment, slot, meta, slots.layout().extensions()));
    VarHandle.storeStoreFence();
  }

  /** The slot that was being changed, or -1. */
  int slot() {
    return area.get(JAVA_INT, SLOT) - 1;
  }

  /** Link to the extension of {@link #slot} that was kept, or 0. */
  int extension() {
    return area.get(JAVA_INT, EXTENSION);
  }

  /** Puts the kept entry back; its places in chains and wheel stay as they are. */
  void putBack() {
    int slot = slot();
    TableLayout layout = slots.layout();
    slots.setHash(slot, area.get(JAVA_INT, SLOT_IMAGE + SlotStore.HASH));
    MemorySegment.copy(
        area,
        SLOT_IMAGE + SlotStore.CONTENT,
        segment,
        layout.slot(slot) + SlotStore.CONTENT,
        TableLayout.SLOT_BYTES - SlotStore.CONTENT);
    if (extension() != 0) {
      MemorySegment.copy(
          area,
          EXTENSION_IMAGE,
          segment,
          layout.extension(extension() - 1),
          TableLayout.EXTENSION_BYTES);
    }
  }
}

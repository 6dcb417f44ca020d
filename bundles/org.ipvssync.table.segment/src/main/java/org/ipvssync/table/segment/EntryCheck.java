package org.ipvssync.table.segment;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * A byte that says whether an entry is what a writer left: over all of its slot that does not
 * change when its neighbours do, over its extensions, and over the slot's number.
 *
 * <p>Every single wrong bit is noticed: the words are rotated and added without carry, so that a
 * bit of theirs is one bit of the sum, and the factor has no eight equal bits in a row, so that a
 * bit of the sum always shows in the product's highest byte. Of all other damage one case in 256 is
 * not; the hash of the key, the bounds and the counts are there for that.
 */
final class EntryCheck {
  /** The chain of extensions leads outside, or does not end. */
  static final int BROKEN = -1;

  private static final long FACTOR = 0x9E37_79B9_7F4A_7C15L;
  private static final int ROTATION = 23;

  /** Protocol and horizon, neither the meta bits nor the check itself. */
  private static final int KINDS_MASK = 0x00ff_00ff;

  private EntryCheck() {}

  /**
   * The check of an entry with these meta bits.
   *
   * @param extensions links beyond this number lead outside
   * @return 0 to 255, or BROKEN
   */
  static int of(SlotStore slots, MemorySegment segment, int slot, int meta, int extensions) {
    TableLayout layout = slots.layout();
    long at = layout.slot(slot);
    long h = slot * FACTOR ^ slots.hash(slot);
    for (long word = SlotStore.CONTENT; word < SlotStore.CONTENT + 32; word += 8) {
      h = Long.rotateLeft(h, ROTATION) ^ segment.get(JAVA_LONG, at + word);
    }
    long kinds = slots.kinds(slot);
    h = Long.rotateLeft(h, ROTATION) ^ ((int) kinds & KINDS_MASK | meta << 8);
    h = Long.rotateLeft(h, ROTATION) ^ SlotStore.caddrOf(kinds);
    h = Long.rotateLeft(h, ROTATION) ^ segment.get(JAVA_LONG, at + SlotStore.CONTENT + 40);
    int steps = 0;
    for (int link = slots.extension(slot); link != 0; steps++) {
      if (link < 0 || link > extensions || steps == ExtensionStore.MOST) {
        return BROKEN;
      }
      long from = layout.extension(link - 1);
      for (long word = 0; word < TableLayout.EXTENSION_BYTES; word += 8) {
        h = Long.rotateLeft(h, ROTATION) ^ segment.get(JAVA_LONG, from + word);
      }
      link = segment.get(JAVA_INT, from + ExtensionStore.NEXT);
    }
    return (int) (h * FACTOR >>> 56);
  }
}

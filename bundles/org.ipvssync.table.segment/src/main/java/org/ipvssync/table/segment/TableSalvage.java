package org.ipvssync.table.segment;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import org.ipvssync.api.conn.ConnBatch;

/**
 * Reads the entries of a table that another process has left, at its end or in the midst of a
 * batch. Trusts nothing: every entry, extension and chain is looked at before the first entry is
 * handed out.
 *
 * <p>A writer that was killed may leave one entry that is coming or going, and one that is
 * changing; see {@link EntryJournal}. The first is left out unless it is whole, the second is put
 * back. What disagrees beyond that is damage.
 *
 * <p>One thread at a time.
 */
public final class TableSalvage {
  /** Bytes of the journal that {@link TableBacking#journal} gives. */
  public static final int JOURNAL_BYTES = EntryJournal.BYTES;

  private static final int ALL_META =
      SlotStore.USED
          | SlotStore.IPV6
          | SlotStore.SEQ
          | SlotStore.PE
          | SlotStore.COPY
          | SlotStore.HASHED
          | SlotStore.MOVED
          | SlotStore.NEWER;

  private final MemorySegment segment;
  private final TableLayout layout;
  private final SlotStore slots;
  private final ExtensionStore extensions;
  private final HashIndex index;
  private final HashChain chain;
  private final EntryReader reader;
  private final EntryJournal journal;
  private final ConnBatch entry = new ConnBatch(1);
  private final BitSet chained;
  private final BitSet taken;
  private int changing = -1;
  private int used;
  private int expired;

  // Where the next piece begins: a bucket and how much of its chain is done, then the slots.
  private int bucket;
  private int done;
  private int slot;

  /**
   * Looks at all of a table.
   *
   * @param segment private to the caller, as large as the layout says; gets the changing entry back
   * @param journal what {@link TableBacking#journal} had; private as well
   * @throws DamagedTableException when it is not what a table leaves
   */
  public TableSalvage(MemorySegment segment, TableLayout layout, long seed, MemorySegment journal)
      throws DamagedTableException {
    this.segment = segment;
    this.layout = layout;
    this.slots = new SlotStore(segment, layout);
    this.extensions = new ExtensionStore(segment, slots);
    this.index = new HashIndex(segment, slots, extensions, seed);
    this.chain = new HashChain(index, slots);
    this.reader = new EntryReader(slots, extensions);
    this.journal = new EntryJournal(journal, segment, slots);
    check(within(slots.touched(), layout.capacity()), "number of slots");
    check(within(extensionsTouched(), layout.extensions()), "number of extensions");
    this.chained = new BitSet(slots.touched());
    this.taken = new BitSet(extensionsTouched());
    putBack();
    checkEntries();
    checkChains();
    checkCounts();
  }

  /** Bytes from the segment's beginning that were ever written, but for the extensions. */
  public static long usedSlotBytes(MemorySegment segment, TableLayout layout) {
    int touched = new SlotStore(segment, layout).touched();
    return layout.slot(Math.clamp(touched, 0, layout.capacity()));
  }

  /** Where the extensions begin that were ever written. */
  public static long extensionsFrom(TableLayout layout) {
    return layout.extension(0);
  }

  /** Where the extensions end that were ever written. */
  public static long extensionsTo(MemorySegment segment, TableLayout layout) {
    int touched = new SlotStore(segment, layout).header(TableLayout.EXTENSIONS_TOUCHED);
    return layout.extension(Math.clamp(touched, 0, layout.extensions()));
  }

  /** Entries, those among them that are over. */
  public int size() {
    return used;
  }

  /** Entries that {@link #next} has passed over because they were over. */
  public int expired() {
    return expired;
  }

  /**
   * Appends entries, each once, in the order of {@code ConnTable.entries}.
   *
   * @param tableMs the table's time; what is not later is over. No entry gets more than its timeout
   * @return false when all were handed out
   */
  public boolean next(ConnBatch into, long tableMs) {
    while (bucket < layout.buckets()) {
      chain.read(bucket, Integer.MAX_VALUE);
      for (; done < chain.length(); done++) {
        if (into.isFull()) {
          return true;
        }
        append(chain.slot(done), into, tableMs);
      }
      bucket++;
      done = 0;
    }
    for (; slot < slots.touched(); slot++) {
      if (into.isFull()) {
        return true;
      }
      if (!chained.get(slot)) {
        append(slot, into, tableMs);
      }
    }
    return into.size() > 0;
  }

  private void append(int slot, ConnBatch into, long tableMs) {
    if (!slots.has(slot, SlotStore.USED)) {
      return;
    }
    if (slots.deadline(slot) <= tableMs) {
      expired++;
      return;
    }
    reader.append(slot, into, tableMs);
    int i = into.size() - 1;
    long fullMs = 1000 * Integer.toUnsignedLong(into.timeoutS(i));
    into.setExpiresMs(i, Math.min(fullMs, into.expiresMs(i)));
  }

  private void putBack() throws DamagedTableException {
    if (journal.slot() == -1) {
      return;
    }
    changing = journal.slot();
    check(journal.isBusy(), "journal of a table that was at rest");
    check(changing >= 0 && changing < slots.touched(), "journal's slot");
    check(within(journal.extension(), extensionsTouched()), "journal's extension");
    journal.putBack();
    check(slots.has(changing, SlotStore.USED), "journal's entry");
  }

  private void checkEntries() throws DamagedTableException {
    for (int s = 0; s < slots.touched(); s++) {
      if (slots.has(s, SlotStore.USED)) {
        used++;
        checkEntry(s);
      }
    }
  }

  private void checkEntry(int s) throws DamagedTableException {
    int meta = slots.meta(s);
    check((meta & ~ALL_META) == 0, "kind of entry", s);
    checkExtensions(s, meta);
    check(
        EntryCheck.of(slots, segment, s, meta, extensionsTouched()) == slots.check(s),
        "check byte of entry",
        s);
    if ((meta & SlotStore.HASHED) != 0) {
      entry.clear();
      check(reader.append(s, entry, 0), "persistence data of entry", s);
      check(index.hash(entry, 0) == slots.hash(s), "hash of entry", s);
    }
  }

  /** Exactly as many extensions as the meta bits say, and none of them another entry's. */
  private void checkExtensions(int s, int meta) throws DamagedTableException {
    int link = slots.extension(s);
    int left = ((meta & SlotStore.IPV6) != 0 ? 1 : 0) + ((meta & SlotStore.SEQ) != 0 ? 1 : 0);
    boolean pe = (meta & SlotStore.PE) != 0;
    while (left > 0 || pe) {
      check(link > 0 && link <= extensionsTouched(), "extension of entry", s);
      check(!taken.get(link - 1), "extension of two entries", s);
      if (left == 0) {
        left = extensions.peExtensions(link);
        pe = false;
        check(left > 0, "persistence data of entry", s);
      }
      taken.set(link - 1);
      link = extensions.next(link - 1);
      left--;
    }
    check(link == 0, "extensions of entry", s);
  }

  /** Every entry that is hashed lies in the chain of its hash, once. */
  private void checkChains() throws DamagedTableException {
    int unused = 0;
    for (int b = 0; b < layout.buckets(); b++) {
      for (int link = index.head(b); link != 0; link = slots.next(link - 1)) {
        check(link > 0 && link <= slots.touched(), "chain of bucket", b);
        int s = link - 1;
        check(!chained.get(s), "chain of bucket", b);
        chained.set(s);
        if (!slots.has(s, SlotStore.USED)) {
          unused++;
        } else if (s != changing) {
          boolean here = slots.has(s, SlotStore.HASHED) && index.bucket(slots.hash(s)) == b;
          check(here, "chain of bucket", b);
        }
      }
    }
    int missing = 0;
    for (int s = chained.nextClearBit(0); s < slots.touched(); s = chained.nextClearBit(s + 1)) {
      missing += s != changing && slots.has(s, SlotStore.USED | SlotStore.HASHED) ? 1 : 0;
    }
    check(unused + missing <= (journal.isBusy() ? 1 : 0), "chains");
  }

  private void checkCounts() throws DamagedTableException {
    int templates = 0;
    int noCports = 0;
    for (int s = 0; s < slots.touched(); s++) {
      if (slots.has(s, SlotStore.USED)) {
        templates += SlotStore.isTemplate(slots.flags(s)) ? 1 : 0;
        noCports += SlotStore.isNoCport(slots.flags(s)) ? 1 : 0;
      }
    }
    int extensionsUsed = slots.header(TableLayout.EXTENSIONS_USED);
    // One entry comes or goes, one changes.
    checkCount(slots.size(), used, 1, "number of entries");
    checkCount(slots.templates(), templates, 2, "number of templates");
    checkCount(slots.noCports(), noCports, 2, "number of entries without a client port");
    checkCount(
        extensionsUsed, taken.cardinality(), ExtensionStore.MOST + 1, "number of extensions");
  }

  private void checkCount(int said, int counted, int inFlight, String what)
      throws DamagedTableException {
    int allowed = journal.isBusy() ? inFlight : 0;
    if (Math.abs((long) said - counted) > allowed) {
      throw new DamagedTableException(what + ": " + counted + " of " + said);
    }
  }

  private int extensionsTouched() {
    return slots.header(TableLayout.EXTENSIONS_TOUCHED);
  }

  private static boolean within(int number, int max) {
    return number >= 0 && number <= max;
  }

  private static void check(boolean right, String what, int number) throws DamagedTableException {
    if (!right) {
      throw new DamagedTableException(what + " " + number + " is wrong");
    }
  }

  private static void check(boolean right, String what) throws DamagedTableException {
    if (!right) {
      throw new DamagedTableException(what + " is wrong");
    }
  }
}

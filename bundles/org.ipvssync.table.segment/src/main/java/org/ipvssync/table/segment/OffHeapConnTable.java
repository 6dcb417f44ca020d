package org.ipvssync.table.segment;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.table.ChangeListener;
import org.ipvssync.api.table.ConnTable;

/**
 * A connection table in one memory segment; nothing is allocated once it is made. How the bytes lie
 * is {@link TableLayout}'s matter, where they come from the caller's; this class lets many threads
 * at them.
 *
 * <p>Writers exclude each other. Readers take no lock: they copy what they find and then ask
 * whether a writer was there meanwhile (a sequence lock; StampedLock is the sequence); if so, what
 * they copied is taken back and they try again, a walk with a smaller piece. What they see
 * meanwhile may be nonsense: a reference may lead outside, which the segment's bounds answer with
 * an exception, taken as one more sign of a writer; and a chain that does not end is left after a
 * number of steps.
 *
 * <p>Writers that follow each other without a break would keep readers out for ever. So a reader
 * that failed often says so, and the next writer pauses once before its batch, for some tens of
 * microseconds at most, whether the reader makes use of it or not.
 */
public final class OffHeapConnTable implements ConnTable {
  private static final int FIRST_CHAIN_LIMIT = 1 << 10;
  private static final int WALK_SLOTS = 1 << 13;
  private static final int SWEEP_PIECE = 256;
  private static final int PATIENCE = 32;
  private static final int COURTESY_SPINS = 1024;
  private static final int SWEEPER_SPINS = 1 << 13;
  private static final int SPINS_BEFORE_YIELD = 64;
  private static final long TORN = -2;
  private static final int CHAIN_BITS = 16;

  /** Longest chain that a walk for a successor follows; hashes are seeded, and a key bounded. */
  private static final int CHAIN_LIMIT = 1 << CHAIN_BITS;

  // In the cursor of a walk for a successor.
  private static final long SOME_WAIT = 1L << 32;
  private static final long NEWER_ONES = 1L << 62;

  private final ReentrantLock writers = new ReentrantLock();
  private final StampedLock sequence = new StampedLock();
  private final TableBacking backing;
  private final EntryJournal journal;
  private final SlotStore slots;
  private final HashIndex index;
  private final EntryReader reader;
  private final TableWriter writer;
  private final HashChain chain;
  private volatile boolean readerWaits;

  /** Nobody reads it; it keeps the compiler from leaving {@link #lookAhead} out. */
  int readAhead;

  private boolean closed;

  /**
   * A table on memory of the caller's.
   *
   * @param segment as large as the layout says; all zeros, or what a table of the same layout and
   *     seed left in it
   * @param seed of the hash; to be random, so that nobody can choose keys that collide
   * @param backing whose the segment is
   */
  public OffHeapConnTable(
      MemorySegment segment, TableLayout layout, long seed, TableBacking backing) {
    if (segment.byteSize() != layout.bytes()) {
      throw new IllegalArgumentException(
          "segment has " + segment.byteSize() + " bytes, the layout " + layout.bytes());
    }
    this.backing = backing;
    this.slots = new SlotStore(segment, layout);
    MemorySegment notes = backing.journal();
    this.journal = notes == null ? null : new EntryJournal(notes, segment, slots);
    ExtensionStore extensions = new ExtensionStore(segment, slots);
    this.index = new HashIndex(segment, slots, extensions, seed);
    this.chain = new HashChain(index, slots);
    this.reader = new EntryReader(slots, extensions);
    this.writer =
        new TableWriter(slots, extensions, index, new TimingWheel(segment, slots), journal);
  }

  @Override
  public int capacity() {
    return slots.layout().capacity();
  }

  @Override
  public int size() {
    return slots.sizeNow();
  }

  @Override
  public int templates() {
    return slots.templatesNow();
  }

  @Override
  public int handleLimit() {
    return capacity();
  }

  // ---- writers ----------------------------------------------------------------------------

  @Override
  public void apply(
      ConnBatch batch,
      MergeRule rule,
      ConnTimeouts timeouts,
      int horizon,
      long nowMs,
      LinkCounters counters) {
    if (horizon < 0 || horizon > 255) {
      throw new IllegalArgumentException("a horizon is 0 to 255, not " + horizon);
    }
    long stamp = beginWrite();
    try {
      long now = start(nowMs);
      writer.apply(batch, rule, timeouts, horizon, now, counters);
      finish();
    } finally {
      endWrite(stamp);
    }
  }

  @Override
  public boolean expire(long nowMs, int budget) {
    for (int left = budget; ; left -= SWEEP_PIECE) {
      letWriterGoFirst();
      long stamp = beginWrite();
      try {
        long now = start(nowMs);
        boolean all = writer.expire(now, Math.min(left, SWEEP_PIECE));
        finish();
        if (all) {
          return true;
        }
      } finally {
        endWrite(stamp);
      }
      if (left <= SWEEP_PIECE) {
        return false;
      }
    }
  }

  @Override
  public int adopt(ConnBatch entries, int[] handles, long nowMs) {
    long stamp = beginWrite();
    try {
      long now = start(nowMs);
      int misfits = writer.adopt(entries, handles, now);
      finish();
      return misfits;
    } finally {
      endWrite(stamp);
    }
  }

  @Override
  public void setChangeListener(ChangeListener listener) {
    long stamp = beginWrite();
    try {
      writer.setChangeListener(listener);
    } finally {
      endWrite(stamp);
    }
  }

  @Override
  public void publish() {
    backing.publish();
  }

  @Override
  public void discard() {
    end(backing::discard);
  }

  @Override
  public void close() {
    end(backing::close);
  }

  private void end(Runnable how) {
    long stamp = beginWrite();
    try {
      if (!closed) {
        closed = true;
        how.run();
      }
    } finally {
      endWrite(stamp);
    }
  }

  /** A writer begins; the table's time. */
  private long start(long nowMs) {
    slots.start(nowMs);
    long now = nowMs - slots.baseMs();
    backing.at(now);
    if (journal != null) {
      journal.begin();
    }
    return now;
  }

  /** A writer is done with its changes; not called by one that throws. */
  private void finish() {
    if (journal != null) {
      journal.end();
    }
  }

  private long beginWrite() {
    writers.lock();
    if (readerWaits) {
      for (int i = 0; i < COURTESY_SPINS && readerWaits; i++) {
        Thread.onSpinWait();
      }
      readerWaits = false;
    }
    return sequence.writeLock();
  }

  /**
   * A sweep is many pieces in a row, and whoever comes back at once gets the lock before one that
   * has to be woken: links would stand still until all is swept, which may be every entry there is.
   * So the sweeper alone waits until one of those who wait has the lock, and for a fraction of a
   * millisecond at most; a fair lock would cost all writers a change of threads.
   */
  private void letWriterGoFirst() {
    for (int spins = 1;
        spins <= SWEEPER_SPINS && writers.hasQueuedThreads() && !writers.isLocked();
        spins++) {
      pause(spins);
    }
  }

  private void endWrite(long stamp) {
    sequence.unlockWrite(stamp);
    writers.unlock();
  }

  // ---- readers ----------------------------------------------------------------------------

  @Override
  public boolean find(ConnBatch key, int keyIndex, ConnBatch into, long nowMs) {
    int mark = into.size();
    int hash = index.hash(key, keyIndex);
    int chainLimit = FIRST_CHAIN_LIMIT;
    int failures = 0;
    try {
      while (true) {
        long stamp = beginRead();
        int slot = HashIndex.TOO_LONG;
        boolean sound = false;
        try {
          long now = nowMs - slots.baseMs();
          slot = index.find(key, keyIndex, hash, now, chainLimit);
          sound = slot < 0 || reader.append(slot, into, now);
        } catch (IndexOutOfBoundsException | IllegalStateException e) {
          rethrowIfReal(e, stamp);
        }
        if (!sound || !sequence.validate(stamp)) {
          takeBack(into, mark);
          failures = failed(failures);
        } else if (slot == HashIndex.TOO_LONG) {
          chainLimit *= 2; // the chain really is that long
        } else {
          return slot != HashIndex.NONE;
        }
      }
    } finally {
      endRead(failures);
    }
  }

  @Override
  public void read(int[] handles, int from, int to, ConnBatch into, long nowMs) {
    int mark = into.size();
    int failures = 0;
    try {
      while (true) {
        long stamp = beginRead();
        boolean sound = false;
        try {
          sound = tryRead(handles, from, to, into, nowMs - slots.baseMs());
        } catch (IndexOutOfBoundsException | IllegalStateException e) {
          rethrowIfReal(e, stamp);
        }
        if (sound && sequence.validate(stamp)) {
          return;
        }
        takeBack(into, mark);
        failures = failed(failures);
      }
    } finally {
      endRead(failures);
    }
  }

  private boolean tryRead(int[] handles, int from, int to, ConnBatch into, long now) {
    lookAhead(handles, from, to);
    for (int i = from; i < to; i++) {
      int handle = handles[i];
      if (handle >= 0
          && handle < capacity()
          && reader.lives(handle, now)
          && !reader.append(handle, into, now)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Touches the slots one after the other before any is looked at, so that the machine waits for
   * memory once for many of them; a {@link TableWriter} does the same for a batch. Decides nothing:
   * for a handle outside of the table the first or the last slot is touched.
   */
  private void lookAhead(int[] handles, int from, int to) {
    int last = capacity() - 1;
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += slots.flags(Math.clamp(handles[i], 0, last));
    }
    readAhead = sum;
  }

  @Override
  public long walk(long cursor, ConnBatch into, long nowMs) {
    if (into.isFull()) {
      throw new IllegalArgumentException("a walk needs room in the batch");
    }
    int mark = into.size();
    int piece = WALK_SLOTS;
    // It may have come over a network; past the end there is nothing either way.
    long position = Math.clamp(cursor, -1L, capacity());
    int failures = 0;
    try {
      // Pieces without an entry need not be one view with those that follow.
      while (position >= 0 && into.size() == mark) {
        long stamp = beginRead();
        long next = TORN;
        try {
          next = tryWalk(position, piece, into, nowMs - slots.baseMs());
        } catch (IndexOutOfBoundsException e) {
          rethrowIfReal(e, stamp);
        }
        if (next != TORN && sequence.validate(stamp)) {
          position = next;
        } else {
          takeBack(into, mark);
          piece = Math.max(1, piece / 2);
          failures = failed(failures);
        }
      }
      return position;
    } finally {
      endRead(failures);
    }
  }

  /** Appends what lives in a piece of the slots; where to go on, -1 at the end, or TORN. */
  private long tryWalk(long from, int piece, ConnBatch into, long now) {
    int end = slots.touched();
    long stop = Math.min(end, from + piece);
    for (long slot = from; slot < stop; slot++) {
      if (reader.lives((int) slot, now)) {
        if (into.isFull()) {
          return slot;
        }
        if (!reader.append((int) slot, into, now)) {
          return TORN;
        }
      }
    }
    return stop == end ? -1 : stop;
  }

  /**
   * In the order of the slots, which is that of the memory. Entries that are newer than another of
   * their hash wait until all others have come; then those come chain by chain, each from its end,
   * where the oldest is.
   */
  @Override
  public long entries(long cursor, ConnBatch into, long nowMs) {
    long now = nowMs - slots.baseMs();
    return (cursor & NEWER_ONES) == 0
        ? entriesOfSlots(cursor, into, now)
        : newerEntries(cursor & ~NEWER_ONES, into, now);
  }

  private long entriesOfSlots(long cursor, ConnBatch into, long now) {
    long waiting = cursor & SOME_WAIT;
    int end = slots.touched();
    for (int slot = (int) cursor; slot < end; slot++) {
      if (reader.lives(slot, now)) {
        if (slots.has(slot, SlotStore.NEWER)) {
          waiting = SOME_WAIT;
        } else if (into.isFull()) {
          return waiting | slot;
        } else {
          reader.append(slot, into, now);
        }
      }
    }
    return waiting == 0 ? -1 : NEWER_ONES;
  }

  private long newerEntries(long cursor, ConnBatch into, long now) {
    int done = (int) cursor & CHAIN_LIMIT - 1;
    for (int slot = (int) (cursor >>> CHAIN_BITS); slot < slots.touched(); slot++) {
      if (slots.has(slot, SlotStore.NEWER) && isFirstNewer(slot)) {
        chain.read(index.bucket(slots.hash(slot)), CHAIN_LIMIT);
        for (; done < chain.length(); done++) {
          int at = chain.slot(done);
          if (slots.has(at, SlotStore.NEWER) && reader.lives(at, now)) {
            if (into.isFull()) {
              return NEWER_ONES | (long) slot << CHAIN_BITS | done;
            }
            reader.append(at, into, now);
          }
        }
        done = 0;
      }
    }
    return -1;
  }

  /** Whether a slot is the first of its chain that is newer than another. */
  private boolean isFirstNewer(int slot) {
    int link = index.head(index.bucket(slots.hash(slot)));
    while (!slots.has(link - 1, SlotStore.NEWER)) {
      link = slots.next(link - 1);
    }
    return link - 1 == slot;
  }

  /** Waits for a moment without a writer; a stamp for {@code validate}. */
  private long beginRead() {
    for (int spins = 1; ; spins++) {
      long stamp = sequence.tryOptimisticRead();
      if (stamp != 0) {
        return stamp;
      }
      pause(spins);
    }
  }

  /** Between two looks; now and then others that want the processor get it. */
  private static void pause(int spins) {
    if (spins % SPINS_BEFORE_YIELD == 0) {
      Thread.yield();
    } else {
      Thread.onSpinWait();
    }
  }

  private int failed(int failures) {
    if (failures >= PATIENCE) {
      readerWaits = true;
    }
    return failures + 1;
  }

  private void endRead(int failures) {
    if (failures > PATIENCE) {
      readerWaits = false;
    }
  }

  private void rethrowIfReal(RuntimeException e, long stamp) {
    if (sequence.validate(stamp)) {
      throw e;
    }
  }

  private static void takeBack(ConnBatch into, int mark) {
    while (into.size() > mark) {
      into.removeLast();
    }
  }
}

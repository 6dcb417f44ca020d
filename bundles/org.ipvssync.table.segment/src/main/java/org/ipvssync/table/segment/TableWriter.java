package org.ipvssync.table.segment;

import java.lang.invoke.VarHandle;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.table.ChangeListener;

/**
 * Changes the table: applies batches, sweeps what is over.
 *
 * <p>Source of what a record does: {@code ip_vs_proc_conn} in net/netfilter/ipvs/ip_vs_sync.c. The
 * merge rule decides between keeping, updating and replacing; this class carries it out.
 *
 * <p>One thread at a time. All times are the table's own (see {@link SlotStore}).
 */
final class TableWriter {
  /** Entries that a record looks at, at most, to find room in a full table. */
  private static final int SWEEP_FOR_ROOM = 4096;

  /** Records that are looked up together. */
  private static final int GROUP = 64;

  private static final LinkCounter[] COUNTERS = LinkCounter.values();

  private final SlotStore slots;
  private final ExtensionStore extensions;
  private final HashIndex index;
  private final TimingWheel wheel;
  private final EntryJournal journal;
  private final TimingWheel.Expiry release = this::release;
  private final long[] tally = new long[COUNTERS.length];
  private final int[] hashes = new int[GROUP];
  private final int[] links = new int[GROUP];
  private final int[] extensionLinks = new int[GROUP];
  private ChangeListener listener;

  /** Nobody reads it; it keeps the compiler from leaving {@link #lookAhead} out. */
  int readAhead;

  // The batch being applied, so that methods need not hand all of it on.
  private ConnBatch batch;
  private MergeRule rule;
  private ConnTimeouts timeouts;
  private int horizon;
  private long now;

  /**
   * A writer.
   *
   * @param journal gets what is needed to read the table if this process is killed; null for none
   */
  TableWriter(
      SlotStore slots,
      ExtensionStore extensions,
      HashIndex index,
      TimingWheel wheel,
      EntryJournal journal) {
    this.slots = slots;
    this.extensions = extensions;
    this.index = index;
    this.wheel = wheel;
    this.journal = journal;
  }

  void setChangeListener(ChangeListener listener) {
    this.listener = listener;
  }

  /** Applies every record of a batch, see ConnTable.apply. */
  void apply(
      ConnBatch batch,
      MergeRule rule,
      ConnTimeouts timeouts,
      int horizon,
      long now,
      LinkCounters counters) {
    this.batch = batch;
    this.rule = rule;
    this.timeouts = timeouts;
    this.horizon = horizon;
    this.now = now;
    try {
      for (int from = 0; from < batch.size(); from += GROUP) {
        applyGroup(from, Math.min(from + GROUP, batch.size()));
      }
    } finally {
      flush(counters);
      this.batch = null;
    }
  }

  /** Sweeps what is due, see {@link TimingWheel#advance}. */
  boolean expire(long now, int budget) {
    return wheel.advance(now, budget, release);
  }

  private void applyGroup(int from, int to) {
    lookAhead(from, to);
    for (int i = from; i < to; i++) {
      if (!batch.isSkipped(i)) {
        applyRecord(i, hashes[i - from]);
      }
    }
  }

  /**
   * Reads what the records of a group will need, step by step for all of them: the machine then
   * waits for memory once a step instead of once a record. In a table larger than the caches this
   * makes the whole more than twice as fast.
   *
   * <p>No step decides by what it has just read: one wrong guess in five, noticed only when the
   * memory answers, would undo the work on those that follow. So where there is nothing to read,
   * slot 0 is read.
   */
  private void lookAhead(int from, int to) {
    int n = to - from;
    int sum = 0;
    for (int i = 0; i < n; i++) {
      hashes[i] = index.hash(batch, from + i);
    }
    for (int i = 0; i < n; i++) {
      links[i] = index.first(hashes[i]);
    }
    // As little as possible, so that the machine has many of these reads under way at once.
    for (int i = 0; i < n; i++) {
      sum += slots.hash(Math.max(links[i], 1) - 1);
    }
    int anyExtension = 0;
    for (int i = 0; i < n; i++) {
      int slot = Math.max(links[i], 1) - 1;
      int extension = slots.extension(slot);
      anyExtension |= extension;
      extensionLinks[i] = extension;
      links[i] = slots.next(slot) & allOnesUnlessEqual(slots.hash(slot), hashes[i]);
    }
    // One lookup in five goes on to the chain's next slot.
    for (int i = 0; i < n; i++) {
      sum += slots.hash(Math.max(links[i], 1) - 1);
    }
    if (anyExtension != 0) {
      for (int i = 0; i < n; i++) {
        sum += extensionLinks[i] == 0 ? 0 : extensions.firstWord(extensionLinks[i]);
      }
    }
    readAhead = sum;
  }

  private static int allOnesUnlessEqual(int a, int b) {
    int difference = a ^ b;
    return (difference | -difference) >> Integer.SIZE - 1;
  }

  private void applyRecord(int i, int hash) {
    int slot = findLiving(i, hash);
    if (slot == HashIndex.NONE) {
      insert(i, hash, false);
      return;
    }
    int flags = slots.flags(slot);
    long kinds = slots.kinds(slot);
    long ports = slots.ports(slot);
    boolean isCopy = (SlotStore.metaOf(kinds) & SlotStore.COPY) != 0;
    MergeRule.Verdict verdict =
        rule.onMatch(flags, isCopy, sameDestination(slot, ports, i), batch.flags(i));
    switch (verdict) {
      case KEEP ->
          count(
              rule == MergeRule.INSERT_IF_ABSENT
                  ? LinkCounter.KEPT
                  : LinkCounter.INACTIVE_ELSEWHERE);
      case UPDATE -> update(slot, flags, kinds, ports, i);
      case REPLACE -> {
        remove(slot);
        insert(i, hash, true);
      }
    }
  }

  /** Finds the entry that the record meets; what is past its time is removed on the way. */
  private int findLiving(int i, int hash) {
    while (true) {
      int slot = index.find(batch, i, hash, Long.MIN_VALUE, Integer.MAX_VALUE);
      if (slot == HashIndex.NONE || slots.deadline(slot) > now) {
        return slot;
      }
      remove(slot);
    }
  }

  private boolean sameDestination(int slot, long ports, int i) {
    if (SlotStore.dportOf(ports) != batch.dport(i)) {
      return false;
    }
    if (!batch.isIpv6(i)) {
      return SlotStore.daddrOf(slots.servers(slot)) == batch.daddrWord(i, 0);
    }
    for (int word = 0; word < 4; word++) {
      if (extensions.addressWord(slot, ExtensionStore.DADDR + word) != batch.daddrWord(i, word)) {
        return false;
      }
    }
    return true;
  }

  private void insert(int i, int hash, boolean replaces) {
    int flags = rule.insertedFlags(batch.version(), batch.flags(i));
    if ((flags & ConnFlags.ONE_PACKET) != 0) {
      count(LinkCounter.ONE_PACKET);
      return;
    }
    boolean isLookedUpByPe = RecordPe.isLookedUp(batch, i);
    boolean withPe = isLookedUpByPe && batch.isTemplate(i);
    boolean isOneMoreOfItsKey = isLookedUpByPe && !withPe;
    if (isOneMoreOfItsKey && index.isCrowded(hash, now)
        || !makeRoom(1, ExtensionStore.needed(batch, i, withPe))) {
      count(LinkCounter.TABLE_FULL);
      return;
    }
    int slot = newEntry(i, flags, horizon, withPe);
    setTimer(slot, i, flags);
    int marks =
        (replaces || batch.isMoved(i) ? SlotStore.MOVED : 0)
            | (rule.makesCopies() ? SlotStore.COPY : 0);
    enter(slot, i, hash, withPe, marks);
    count(replaces ? LinkCounter.REPLACED : LinkCounter.INSERTED);
    announce(slot, replaces);
  }

  /** Takes entries of another table over, see ConnTable.adopt. */
  int adopt(ConnBatch entries, int[] handles, long now) {
    this.batch = entries;
    this.now = now;
    int misfits = 0;
    try {
      for (int i = 0; i < entries.size(); i++) {
        if (i % GROUP == 0) {
          lookAhead(i, Math.min(i + GROUP, entries.size()));
        }
        handles[i] = adoptEntry(i, hashes[i % GROUP]);
        misfits += handles[i] < 0 ? 1 : 0;
      }
    } finally {
      this.batch = null;
    }
    return misfits;
  }

  private int adoptEntry(int i, int hash) {
    boolean withPe = RecordPe.isPresent(batch, i);
    if (!makeRoom(1, ExtensionStore.needed(batch, i, withPe))) {
      return -1;
    }
    int slot = newEntry(i, batch.flags(i), batch.horizon(i), withPe);
    slots.setTimeoutS(slot, batch.timeoutS(i));
    slots.setDeadline(slot, now + batch.expiresMs(i));
    int marks = (batch.isMoved(i) ? SlotStore.MOVED : 0) | (batch.isCopy(i) ? SlotStore.COPY : 0);
    enter(slot, i, hash, withPe, marks);
    return slot;
  }

  /** Writes a new entry, for which there is room, but for its timer and meta bits. */
  private int newEntry(int i, int flags, int from, boolean withPe) {
    int slot = slots.allocate();
    slots.initFlags(slot, flags);
    slots.setFwmark(slot, batch.fwmark(i));
    slots.setPorts(slot, batch.state(i), batch.cport(i), batch.vport(i), batch.dport(i));
    // Those of IPv6 lie in an extension.
    boolean ipv4 = !batch.isIpv6(i);
    slots.initKinds(slot, batch.protocol(i), from, ipv4 ? batch.caddrWord(i, 0) : 0);
    slots.setServers(slot, ipv4 ? batch.vaddrWord(i, 0) : 0, ipv4 ? batch.daddrWord(i, 0) : 0);
    extensions.attach(slot, batch, i, withPe);
    return slot;
  }

  /** Files a new entry and, last of all, says that it is there. */
  private void enter(int slot, int i, int hash, boolean withPe, int marks) {
    int meta =
        SlotStore.USED
            | marks
            | (batch.isIpv6(i) ? SlotStore.IPV6 : 0)
            | (batch.hasSeq(i) ? SlotStore.SEQ : 0)
            | (withPe ? SlotStore.PE : 0);
    wheel.add(slot);
    if (HashIndex.isFindable(slots.flags(slot), batch.cport(i))) {
      meta |= index.add(slot, hash);
    }
    if (journal == null) {
      slots.setMeta(slot, meta);
    } else {
      journal.enter(slot, meta);
    }
  }

  /** Changes an entry whose words are given, so that none is read twice. */
  private void update(int slot, int before, long kinds, long ports, int i) {
    int flags = rule.updatedFlags(before, batch.flags(i));
    if ((flags & ConnFlags.ONE_PACKET) != 0) {
      remove(slot);
      count(LinkCounter.ONE_PACKET);
      return;
    }
    if (journal != null) {
      journal.keep(slot, batch.hasSeq(i) ? extensions.changedBySeq(slot) : 0);
    }
    if (flags != before) {
      slots.changeFlags(slot, flags);
    }
    // What a table took for a copy never updates: something live has confirmed the entry.
    slots.setKinds(slot, SlotStore.confirmed(kinds, horizon));
    int state = batch.state(i);
    boolean otherState = SlotStore.stateOf(ports) != state;
    if (otherState) {
      slots.setPorts(slot, SlotStore.withState(ports, state));
    }
    if (rule == MergeRule.AUTHORITATIVE) {
      slots.setFwmark(slot, batch.fwmark(i));
      fillClientPort(slot, i, before);
    }
    if (batch.hasSeq(i)) {
      updateSeq(slot, i);
    }
    long deadline = slots.deadline(slot);
    wheel.moved(slot, deadline, setTimer(slot, i, flags));
    if (journal != null) {
      journal.changed(slot);
    }
    count(LinkCounter.UPDATED);
    if (otherState || flags != before || !batch.isCopy(i)) {
      announce(slot, false);
    }
  }

  private void updateSeq(int slot, int i) {
    if (slots.has(slot, SlotStore.SEQ)) {
      extensions.setSeq(slot, batch, i);
    } else if (makeRoom(0, 1)) {
      extensions.addSeq(slot, batch, i);
    } else {
      count(LinkCounter.TABLE_FULL);
    }
  }

  /**
   * The load balancer learned the port of a connection that had none, as {@code
   * ip_vs_conn_fill_cport} does; without it the entry could not be found again.
   */
  private void fillClientPort(int slot, int i, int flagsBefore) {
    int learned = flagsBefore & ~slots.flags(slot) & ConnFlags.NO_CPORT;
    if (learned == 0 || batch.cport(i) == 0 || ConnFlags.isTemplate(batch.flags(i))) {
      return;
    }
    index.remove(slot);
    slots.setCport(slot, batch.cport(i));
    int meta = slots.meta(slot) & ~SlotStore.NEWER;
    slots.setMeta(slot, meta | index.add(slot, index.hash(batch, i)));
  }

  /** Restarts the life of an entry, see ConnTable.apply; its deadline now. */
  private long setTimer(int slot, int i, int flags) {
    int timeoutS = batch.timeoutS(i);
    if (timeoutS == 0) {
      timeoutS = timeouts.secondsOf(batch.protocol(i), flags, batch.state(i));
    }
    int lifeS = timeoutS;
    int remainingS = batch.remainingS(i);
    if (remainingS != 0 && Integer.compareUnsigned(remainingS, timeoutS) < 0) {
      lifeS = remainingS;
    }
    slots.setTimeoutS(slot, timeoutS);
    long deadline = now + 1000 * Integer.toUnsignedLong(lifeS);
    slots.setDeadline(slot, deadline);
    return deadline;
  }

  /** True when so many slots and extensions are free, sweeping what is over if they are not. */
  private boolean makeRoom(int newSlots, int newExtensions) {
    if (hasRoom(newSlots, newExtensions)) {
      return true;
    }
    expire(now, SWEEP_FOR_ROOM);
    return hasRoom(newSlots, newExtensions);
  }

  private boolean hasRoom(int newSlots, int newExtensions) {
    return (newSlots == 0 || !slots.isFull()) && newExtensions <= extensions.available();
  }

  private void remove(int slot) {
    wheel.remove(slot);
    release(slot);
  }

  /** Frees an entry that the wheel has let go of. */
  private void release(int slot) {
    index.remove(slot);
    slots.setMeta(slot, 0);
    // Whoever finds the table as it is now must not take the slot for an entry any more.
    VarHandle.storeStoreFence();
    extensions.detach(slot);
    slots.free(slot);
    // Nor find that two entries are going at once.
    VarHandle.storeStoreFence();
  }

  private void announce(int slot, boolean destinationChanged) {
    if (listener != null) {
      listener.changed(slot, horizon, destinationChanged);
    }
  }

  private void count(LinkCounter counter) {
    tally[counter.ordinal()]++;
  }

  /** Adds to the shared counters once a batch, not once a record. */
  private void flush(LinkCounters counters) {
    for (int c = 0; c < tally.length; c++) {
      if (tally[c] != 0) {
        counters.add(COUNTERS[c], tally[c]);
        tally[c] = 0;
      }
    }
  }
}

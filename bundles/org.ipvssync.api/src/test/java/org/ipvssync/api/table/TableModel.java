package org.ipvssync.api.table;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;

/**
 * The connection table as it would be written without a thought for speed: what the real ones are
 * compared with. What is past its time is gone at once; the newest entry of a list is the last.
 */
public final class TableModel {
  /** What every lookup compares. */
  private record Key(boolean ipv6, int protocol, int c0, int c1, int c2, int c3, int mark, int vp) {
    static Key of(ConnBatch b, int i) {
      return new Key(
          b.isIpv6(i),
          b.protocol(i),
          b.caddrWord(i, 0),
          b.caddrWord(i, 1),
          b.caddrWord(i, 2),
          b.caddrWord(i, 3),
          b.vaddrWord(i, 0),
          b.vport(i));
    }
  }

  /** An announced change; its handle is known to the table alone. */
  record Change(Entry entry, boolean destinationChanged) {}

  /** One connection or template. */
  public static final class Entry {
    int handle = -1;
    private final long number;
    private final Key key;
    private final int[] vaddr = new int[4];
    private final int[] daddr = new int[4];
    private final int dport;
    private final String peName;
    private final String peData;
    private int cport;
    private int[] seq;
    private int flags;
    private int state;
    private int fwmark;
    private int timeoutS;
    private int horizon;
    private boolean copy;
    private long deadline;

    private Entry(long number, ConnBatch b, int i) {
      this.number = number;
      this.key = Key.of(b, i);
      this.cport = b.cport(i);
      this.dport = b.dport(i);
      this.fwmark = b.fwmark(i);
      for (int word = 0; word < 4; word++) {
        vaddr[word] = word > 0 && b.protocol(i) == 0 ? 0 : b.vaddrWord(i, word);
        daddr[word] = b.daddrWord(i, word);
      }
      this.peName = hasPe(b, i) ? peName(b, i) : "";
      this.peData = hasPe(b, i) ? peData(b, i) : "";
    }

    /** Appends what the table must hand out for this entry. */
    public void addTo(ConnBatch into, long now) {
      int i = into.add();
      into.setIpv6(i, key.ipv6);
      into.setProtocol(i, key.protocol);
      into.setPorts(i, cport, key.vp, dport);
      int[] caddr = {key.c0, key.c1, key.c2, key.c3};
      for (int word = 0; word < 4; word++) {
        into.setCaddrWord(i, word, caddr[word]);
        into.setVaddrWord(i, word, vaddr[word]);
        into.setDaddrWord(i, word, daddr[word]);
      }
      for (int word = 0; seq != null && word < 6; word++) {
        into.setSeq(i, word, seq[word]);
      }
      if (!peData.isEmpty()) {
        byte[] pe = (peData + peName).getBytes(StandardCharsets.ISO_8859_1);
        int at = into.addPe(i, peData.length(), peName.length());
        MemorySegment.copy(pe, 0, into.peArea(), JAVA_BYTE, at, pe.length);
      }
      into.setFlags(i, flags);
      into.setState(i, state);
      into.setFwmark(i, fwmark);
      into.setTimeoutS(i, timeoutS);
      into.setHorizon(i, horizon);
      into.setExpiresMs(i, deadline - now);
    }

    private boolean sameVaddr(ConnBatch b, int i, int words) {
      for (int word = 0; word < words; word++) {
        if (vaddr[word] != b.vaddrWord(i, word)) {
          return false;
        }
      }
      return true;
    }

    private boolean sameDestination(ConnBatch b, int i) {
      for (int word = 0; word < 4; word++) {
        if (daddr[word] != b.daddrWord(i, word)) {
          return false;
        }
      }
      return dport == b.dport(i);
    }
  }

  private final int capacity;
  private final Map<Key, List<Entry>> entries = new HashMap<>();
  private final TreeSet<Entry> byDeadline =
      new TreeSet<>(
          Comparator.comparingLong((Entry e) -> e.deadline).thenComparingLong(e -> e.number));
  private final Map<LinkCounter, Long> counts = new EnumMap<>(LinkCounter.class);
  private final List<Change> changes = new ArrayList<>();
  private long made;

  /** An empty table for so many entries. */
  public TableModel(int capacity) {
    this.capacity = capacity;
  }

  /** Everything that lives, by the last call's time. */
  public Collection<Entry> living() {
    return byDeadline;
  }

  long templates() {
    return byDeadline.stream().filter(e -> ConnFlags.isTemplate(e.flags)).count();
  }

  long count(LinkCounter counter) {
    return counts.getOrDefault(counter, 0L);
  }

  /** What was announced since the last call. */
  List<Change> takeChanges() {
    List<Change> taken = List.copyOf(changes);
    changes.clear();
    return taken;
  }

  /** Lets go of what is past its time. */
  public void expire(long now) {
    while (!byDeadline.isEmpty() && byDeadline.first().deadline <= now) {
      remove(byDeadline.first());
    }
  }

  /** The entry that a record meets, or null. */
  public Entry find(ConnBatch b, int i) {
    if (b.isTemplate(i)) {
      return hasPe(b, i) ? findPeTemplate(b, i) : findTemplate(b, i);
    }
    if (b.peDataLength(i) > 0 && !peName(b, i).isEmpty()) {
      return null;
    }
    Entry exact = findConnection(b, i, b.cport(i));
    return exact != null ? exact : findConnection(b, i, 0);
  }

  private Entry findConnection(ConnBatch b, int i, int cport) {
    for (Entry e : entries.getOrDefault(Key.of(b, i), List.of()).reversed()) {
      boolean noCport = (e.flags & ConnFlags.NO_CPORT) != 0;
      if (e.peData.isEmpty()
          && e.sameVaddr(b, i, 4)
          && e.cport == cport
          && noCport == (cport == 0)) {
        return e;
      }
    }
    return null;
  }

  private Entry findTemplate(ConnBatch b, int i) {
    for (Entry e : entries.getOrDefault(Key.of(b, i), List.of()).reversed()) {
      if (e.peData.isEmpty()
          && ConnFlags.isTemplate(e.flags)
          && e.sameVaddr(b, i, b.protocol(i) == 0 ? 1 : 4)
          && e.cport == b.cport(i)) {
        return e;
      }
    }
    return null;
  }

  private Entry findPeTemplate(ConnBatch b, int i) {
    for (Entry e : entries.getOrDefault(Key.of(b, i), List.of()).reversed()) {
      if (e.peData.equals(peData(b, i))
          && e.peName.equals(peName(b, i))
          && ConnFlags.isTemplate(e.flags)
          && e.sameVaddr(b, i, b.protocol(i) == 0 ? 1 : 4)) {
        return e;
      }
    }
    return null;
  }

  /** See ConnTable.apply. */
  public void apply(ConnBatch b, MergeRule rule, ConnTimeouts timeouts, int horizon, long now) {
    expire(now);
    for (int i = 0; i < b.size(); i++) {
      if (!b.isSkipped(i)) {
        apply(b, i, rule, timeouts, horizon, now);
      }
    }
  }

  /** See ConnTable.adopt: the entry that record {@code i} was read from, as it is. */
  public void adopt(ConnBatch b, int i, long now) {
    Entry entry = new Entry(made++, b, i);
    entry.copy = b.isCopy(i);
    entry.flags = b.flags(i);
    entry.state = b.state(i);
    entry.horizon = b.horizon(i);
    entry.timeoutS = b.timeoutS(i);
    entry.deadline = now + b.expiresMs(i);
    setSeq(entry, b, i);
    entries.computeIfAbsent(entry.key, k -> new ArrayList<>()).add(entry);
    byDeadline.add(entry);
  }

  private void apply(
      ConnBatch b, int i, MergeRule rule, ConnTimeouts timeouts, int horizon, long now) {
    Entry found = find(b, i);
    boolean replaced = false;
    if (found != null) {
      switch (rule.onMatch(found.flags, found.copy, found.sameDestination(b, i), b.flags(i))) {
        case KEEP -> {
          count1(rule == MergeRule.KERNEL_SYNC ? LinkCounter.INACTIVE_ELSEWHERE : LinkCounter.KEPT);
          return;
        }
        case UPDATE -> {
          update(found, b, i, rule, timeouts, horizon, now);
          return;
        }
        case REPLACE -> {
          remove(found);
          replaced = true;
        }
      }
    }
    int flags = rule.insertedFlags(b.version(), b.flags(i));
    if ((flags & ConnFlags.ONE_PACKET) != 0) {
      count1(LinkCounter.ONE_PACKET);
    } else if (byDeadline.size() == capacity) {
      count1(LinkCounter.TABLE_FULL);
    } else {
      Entry entry = new Entry(made++, b, i);
      entry.copy = rule == MergeRule.INSERT_IF_ABSENT;
      entries.computeIfAbsent(entry.key, k -> new ArrayList<>()).add(entry);
      set(entry, flags, b, i, timeouts, horizon, now);
      count1(replaced ? LinkCounter.REPLACED : LinkCounter.INSERTED);
      changes.add(new Change(entry, replaced));
    }
  }

  private void update(
      Entry e, ConnBatch b, int i, MergeRule rule, ConnTimeouts timeouts, int horizon, long now) {
    int flags = rule.updatedFlags(e.flags, b.flags(i));
    if ((flags & ConnFlags.ONE_PACKET) != 0) {
      remove(e);
      count1(LinkCounter.ONE_PACKET);
      return;
    }
    e.copy = false;
    if (rule == MergeRule.AUTHORITATIVE) {
      e.fwmark = b.fwmark(i);
      boolean learned = (e.flags & ~flags & ConnFlags.NO_CPORT) != 0;
      if (learned && b.cport(i) != 0 && !b.isTemplate(i)) {
        e.cport = b.cport(i);
        entries.get(e.key).remove(e);
        entries.get(e.key).add(e);
      }
    }
    byDeadline.remove(e);
    boolean news = !b.isCopy(i) || e.flags != flags || e.state != b.state(i);
    set(e, flags, b, i, timeouts, horizon, now);
    count1(LinkCounter.UPDATED);
    if (news) {
      changes.add(new Change(e, false));
    }
  }

  private void set(
      Entry e, int flags, ConnBatch b, int i, ConnTimeouts timeouts, int horizon, long now) {
    e.flags = flags;
    e.state = b.state(i);
    e.horizon = horizon;
    setSeq(e, b, i);
    long timeoutS = Integer.toUnsignedLong(b.timeoutS(i));
    if (timeoutS == 0) {
      timeoutS = timeouts.secondsOf(b.protocol(i), flags, b.state(i));
    }
    long remainingS = Integer.toUnsignedLong(b.remainingS(i));
    e.timeoutS = (int) timeoutS;
    e.deadline = now + 1000 * (remainingS == 0 ? timeoutS : Math.min(timeoutS, remainingS));
    byDeadline.add(e);
  }

  private static void setSeq(Entry e, ConnBatch b, int i) {
    if (b.hasSeq(i)) {
      e.seq = new int[6];
      for (int word = 0; word < 6; word++) {
        e.seq[word] = b.seq(i, word);
      }
    }
  }

  private void remove(Entry entry) {
    byDeadline.remove(entry);
    entries.get(entry.key).remove(entry);
  }

  private void count1(LinkCounter counter) {
    counts.merge(counter, 1L, Long::sum);
  }

  private static boolean hasPe(ConnBatch b, int i) {
    return b.isTemplate(i) && b.peDataLength(i) > 0 && !peName(b, i).isEmpty();
  }

  private static String peData(ConnBatch b, int i) {
    return text(b, b.peDataOffset(i), b.peDataLength(i));
  }

  /** The name up to its first zero byte. */
  private static String peName(ConnBatch b, int i) {
    String name = text(b, b.peNameOffset(i), b.peNameLength(i));
    return name.indexOf(0) < 0 ? name : name.substring(0, name.indexOf(0));
  }

  private static String text(ConnBatch b, int offset, int length) {
    byte[] bytes = new byte[length];
    MemorySegment.copy(b.peArea(), JAVA_BYTE, offset, bytes, 0, length);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}

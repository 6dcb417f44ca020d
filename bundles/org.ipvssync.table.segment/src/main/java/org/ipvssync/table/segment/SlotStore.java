package org.ipvssync.table.segment;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.ipvssync.api.conn.ConnFlags;

/**
 * The slots of a table, one an entry, and the numbers of its header: fields by name, and the list
 * of free slots. It knows nothing of keys or time.
 *
 * <pre>
 *   0       4       8         12        16         24      28       32        36
 *   +-------+-------+---------+---------+----------+-------+--------+---------+-----+
 *   | next  | hash  | whl nxt | whl prv | deadline | flags | fwmark | timeout | ext |
 *   +-------+-------+---------+---------+----------+-------+--------+---------+-----+
 *   40                          48                           56
 *   +---------------------------+----------------------------+----------------+
 *   | dport, vport, cport, state| caddr, ck, hz, meta, pro   | daddr, vaddr   |  64 bytes
 *   +---------------------------+----------------------------+----------------+
 * </pre>
 *
 * <p>The last three are longs that hold several fields each, the last named in the lowest bits: a
 * lookup reads few words, and few accesses to the segment let the compiler see a whole lookup or
 * update at once.
 *
 * <p>{@code ck} is the {@link EntryCheck}, where there is an {@link EntryJournal}.
 *
 * <p>The addresses here are IPv4; those of IPv6 lie in an extension. {@code deadline} is in
 * milliseconds since the table's own beginning of time, which the header holds. Numbers are in the
 * machine's byte order.
 *
 * <p>Written by one thread at a time. Reading beside it is allowed and may return anything, also
 * what leads outside the table: using that throws IndexOutOfBoundsException.
 */
final class SlotStore {
  /** Meta: the slot holds an entry. */
  static final int USED = 1;

  /** Meta: the addresses are IPv6, in the first extension. */
  static final int IPV6 = 1 << 1;

  /** Meta: there is sequence data, in the extension after the addresses. */
  static final int SEQ = 1 << 2;

  /** Meta: there is persistence data, in the extensions after all others. */
  static final int PE = 1 << 3;

  /** Meta: the entry is a copy that nothing live has confirmed. */
  static final int COPY = 1 << 4;

  /** Meta: the entry is in its hash bucket, so that a lookup may meet it. */
  static final int HASHED = 1 << 5;

  /** Meta: the entry replaced one with another real server. */
  static final int MOVED = 1 << 6;

  /** Meta: when the entry came, another of its hash was there, which is or was the older. */
  static final int NEWER = 1 << 7;

  private static final VarHandle HEADER = ValueLayout.JAVA_INT.varHandle();

  private static final long NEXT = 0;
  static final long HASH = NEXT + 4;
  private static final long WHEEL_NEXT = HASH + 4;
  private static final long WHEEL_PREV = WHEEL_NEXT + 4;

  /** From here to its end a slot belongs to its entry alone. */
  static final long CONTENT = WHEEL_PREV + 4;

  private static final long DEADLINE = CONTENT;
  private static final long FLAGS = DEADLINE + 8;
  private static final long FWMARK = FLAGS + 4;
  private static final long TIMEOUT = FWMARK + 4;
  private static final long EXTENSION = TIMEOUT + 4;
  private static final long PORTS = EXTENSION + 4;
  private static final long KINDS = PORTS + 8;
  private static final long SERVERS = KINDS + 8;

  private static final int CPORT_SHIFT = 16;
  private static final int VPORT_SHIFT = 32;
  private static final int DPORT_SHIFT = 48;
  private static final int META_SHIFT = 8;
  private static final int HORIZON_SHIFT = 16;
  private static final int CHECK_SHIFT = 24;
  private static final int CADDR_SHIFT = 32;
  private static final int DADDR_SHIFT = 32;

  private final MemorySegment segment;
  private final TableLayout layout;

  SlotStore(MemorySegment segment, TableLayout layout) {
    this.segment = segment;
    this.layout = layout;
  }

  TableLayout layout() {
    return layout;
  }

  // ---- header -----------------------------------------------------------------------------

  /** Entries, and templates and NO_CPORT entries among them. */
  int size() {
    return header(TableLayout.SIZE);
  }

  int templates() {
    return header(TableLayout.TEMPLATES);
  }

  /** {@link #size} for any thread: the number of this moment, perhaps in the middle of a batch. */
  int sizeNow() {
    return (int) HEADER.getVolatile(segment, TableLayout.SIZE);
  }

  /** {@link #templates} for any thread. */
  int templatesNow() {
    return (int) HEADER.getVolatile(segment, TableLayout.TEMPLATES);
  }

  int noCports() {
    return header(TableLayout.NO_CPORTS);
  }

  /** Slots that were ever used; all entries are below. */
  int touched() {
    return header(TableLayout.SLOTS_TOUCHED);
  }

  /** The caller's time at the table's beginning of time; set by {@link #start}. */
  long baseMs() {
    return segment.get(JAVA_LONG_UNALIGNED, TableLayout.BASE_MS);
  }

  /** Lets the table's time begin now, unless it has begun. */
  void start(long nowMs) {
    if (header(TableLayout.STARTED) == 0) {
      segment.set(JAVA_LONG_UNALIGNED, TableLayout.BASE_MS, nowMs);
      setHeader(TableLayout.STARTED, 1);
    }
  }

  int header(long field) {
    return segment.get(JAVA_INT_UNALIGNED, field);
  }

  void setHeader(long field, int value) {
    segment.set(JAVA_INT_UNALIGNED, field, value);
  }

  // ---- slots come and go ------------------------------------------------------------------

  boolean isFull() {
    return header(TableLayout.FREE_SLOT) == 0 && touched() == layout.capacity();
  }

  /** Takes a free slot, which must exist; marks it as used and nothing else. */
  int allocate() {
    int link = header(TableLayout.FREE_SLOT);
    int slot;
    if (link != 0) {
      slot = link - 1;
      setHeader(TableLayout.FREE_SLOT, next(slot));
    } else {
      slot = touched();
      setHeader(TableLayout.SLOTS_TOUCHED, slot + 1);
    }
    setHeader(TableLayout.SIZE, size() + 1);
    return slot;
  }

  /** Gives a slot back that nothing refers to any more, its meta bits cleared. */
  void free(int slot) {
    countFlags(flags(slot), -1);
    setNext(slot, header(TableLayout.FREE_SLOT));
    setHeader(TableLayout.FREE_SLOT, slot + 1);
    setHeader(TableLayout.SIZE, size() - 1);
  }

  /** Sets the flags of a new entry. */
  void initFlags(int slot, int flags) {
    setInt(slot, FLAGS, flags);
    countFlags(flags, 1);
  }

  /** Changes the flags of an entry. */
  void changeFlags(int slot, int flags) {
    countFlags(flags(slot), -1);
    initFlags(slot, flags);
  }

  /** True for what {@link #templates} counts. */
  static boolean isTemplate(int flags) {
    return (flags & ConnFlags.TEMPLATE) != 0;
  }

  /** True for what {@link #noCports} counts. */
  static boolean isNoCport(int flags) {
    return (flags & ConnFlags.NO_CPORT) != 0;
  }

  private void countFlags(int flags, int change) {
    if (isTemplate(flags)) {
      setHeader(TableLayout.TEMPLATES, templates() + change);
    }
    if (isNoCport(flags)) {
      setHeader(TableLayout.NO_CPORTS, noCports() + change);
    }
  }

  // ---- links: an index plus one, or 0 -----------------------------------------------------

  int next(int slot) {
    return intAt(slot, NEXT);
  }

  void setNext(int slot, int link) {
    setInt(slot, NEXT, link);
  }

  int wheelNext(int slot) {
    return intAt(slot, WHEEL_NEXT);
  }

  void setWheelNext(int slot, int link) {
    setInt(slot, WHEEL_NEXT, link);
  }

  int wheelPrev(int slot) {
    return intAt(slot, WHEEL_PREV);
  }

  void setWheelPrev(int slot, int link) {
    setInt(slot, WHEEL_PREV, link);
  }

  int extension(int slot) {
    return intAt(slot, EXTENSION);
  }

  void setExtension(int slot, int link) {
    setInt(slot, EXTENSION, link);
  }

  // ---- fields -----------------------------------------------------------------------------

  int hash(int slot) {
    return intAt(slot, HASH);
  }

  void setHash(int slot, int hash) {
    setInt(slot, HASH, hash);
  }

  long deadline(int slot) {
    return longAt(slot, DEADLINE);
  }

  void setDeadline(int slot, long tableMs) {
    setLong(slot, DEADLINE, tableMs);
  }

  int flags(int slot) {
    return intAt(slot, FLAGS);
  }

  int fwmark(int slot) {
    return intAt(slot, FWMARK);
  }

  void setFwmark(int slot, int fwmark) {
    setInt(slot, FWMARK, fwmark);
  }

  int timeoutS(int slot) {
    return intAt(slot, TIMEOUT);
  }

  void setTimeoutS(int slot, int seconds) {
    setInt(slot, TIMEOUT, seconds);
  }

  /** State, client, virtual and real server's port: see {@link #stateOf} and the like. */
  long ports(int slot) {
    return longAt(slot, PORTS);
  }

  void setPorts(int slot, int state, int cport, int vport, int dport) {
    long low = (cport & 0xffffL) << CPORT_SHIFT | state & 0xffff;
    long high = (dport & 0xffffL) << DPORT_SHIFT | (vport & 0xffffL) << VPORT_SHIFT;
    setLong(slot, PORTS, high | low);
  }

  static int stateOf(long ports) {
    return (int) ports & 0xffff;
  }

  static int cportOf(long ports) {
    return (int) ports >>> CPORT_SHIFT;
  }

  static int vportOf(long ports) {
    return (int) (ports >>> VPORT_SHIFT) & 0xffff;
  }

  static int dportOf(long ports) {
    return (int) (ports >>> DPORT_SHIFT);
  }

  void setPorts(int slot, long ports) {
    setLong(slot, PORTS, ports);
  }

  static long withState(long ports, int state) {
    return ports & ~0xffffL | state & 0xffff;
  }

  void setCport(int slot, int cport) {
    long others = ports(slot) & ~(0xffffL << CPORT_SHIFT);
    setLong(slot, PORTS, others | (cport & 0xffffL) << CPORT_SHIFT);
  }

  /** Protocol, meta bits, horizon, check and an IPv4 client's address. */
  long kinds(int slot) {
    return longAt(slot, KINDS);
  }

  static int protocolOf(long kinds) {
    return (int) kinds & 0xff;
  }

  /** The bits USED, IPV6, SEQ, PE, COPY, HASHED, MOVED and NEWER. */
  static int metaOf(long kinds) {
    return (int) kinds >>> META_SHIFT & 0xff;
  }

  static int horizonOf(long kinds) {
    return (int) kinds >>> HORIZON_SHIFT & 0xff;
  }

  static int caddrOf(long kinds) {
    return (int) (kinds >>> CADDR_SHIFT);
  }

  /** A new entry, which is not USED yet. */
  void initKinds(int slot, int protocol, int horizon, int caddr) {
    setLong(slot, KINDS, (long) caddr << CADDR_SHIFT | (long) horizon << HORIZON_SHIFT | protocol);
  }

  /** See {@link #metaOf}. */
  int meta(int slot) {
    return metaOf(kinds(slot));
  }

  void setMeta(int slot, int bits) {
    setLong(slot, KINDS, kinds(slot) & ~(0xffL << META_SHIFT) | (bits & 0xffL) << META_SHIFT);
  }

  boolean has(int slot, int bits) {
    return (meta(slot) & bits) == bits;
  }

  void setKinds(int slot, long kinds) {
    setLong(slot, KINDS, kinds);
  }

  /** The kinds of an entry that was changed from there: no copy any more. */
  static long confirmed(long kinds, int horizon) {
    long others = kinds & ~((long) COPY << META_SHIFT | 0xffL << HORIZON_SHIFT);
    return others | (long) horizon << HORIZON_SHIFT;
  }

  int check(int slot) {
    return (int) kinds(slot) >>> CHECK_SHIFT;
  }

  void setCheck(int slot, int check) {
    setLong(slot, KINDS, kinds(slot) & ~(0xffL << CHECK_SHIFT) | (check & 0xffL) << CHECK_SHIFT);
  }

  /** IPv4 addresses: the virtual and the real server's. */
  long servers(int slot) {
    return longAt(slot, SERVERS);
  }

  void setServers(int slot, int vaddr, int daddr) {
    setLong(slot, SERVERS, (long) daddr << DADDR_SHIFT | vaddr & 0xffff_ffffL);
  }

  static int vaddrOf(long servers) {
    return (int) servers;
  }

  static int daddrOf(long servers) {
    return (int) (servers >>> DADDR_SHIFT);
  }

  private int intAt(int slot, long field) {
    return segment.get(JAVA_INT_UNALIGNED, layout.slot(slot) + field);
  }

  private void setInt(int slot, long field, int value) {
    segment.set(JAVA_INT_UNALIGNED, layout.slot(slot) + field, value);
  }

  private long longAt(int slot, long field) {
    return segment.get(JAVA_LONG_UNALIGNED, layout.slot(slot) + field);
  }

  private void setLong(int slot, long field, long value) {
    segment.set(JAVA_LONG_UNALIGNED, layout.slot(slot) + field, value);
  }
}

package org.ipvssync.api.conn;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Connection records in one array: the one thing that crosses bundle borders.
 *
 * <p>A record has a fixed size and the kernel's field names. Numbers are in host order; addresses
 * are the bytes of the wire, an IPv4 address in the first four of sixteen, the rest zero.
 * Persistence engine data lies in a side area. Nothing is allocated after construction.
 *
 * <p>The words of a record:
 *
 * <pre>
 *   0     1      2       3         4             5             6          7
 *   +-----+------+-------+---------+-------------+-------------+----------+---------------+
 *   |flags|fwmark|timeout|remaining|cport | state|dport | vport|marks | pr|  hz | nl | dl |
 *   +-----+------+-------+---------+-------------+-------------+----------+---------------+
 *   8        9        10        14        18        22           28          30         32
 *   +--------+--------+---------+---------+---------+------------+-----------+----------+
 *   |pe from | handle |  caddr  |  vaddr  |  daddr  |   in, out  | expiresMs |          |
 *   +--------+--------+---------+---------+---------+------------+-----------+----------+
 * </pre>
 *
 * <p>Not thread-safe: one thread at a time. The caller that made a batch owns it and clears it.
 * Indices outside {@code [0, size)} give unspecified values or {@link IndexOutOfBoundsException}.
 */
public final class ConnBatch {
  /** Most records that one sync message holds: its count is one byte. */
  public static final int MAX_MESSAGE_RECORDS = 255;

  /** Longest persistence engine data, bytes ({@code IP_VS_PEDATA_MAXLEN}). */
  public static final int PE_DATA_MAX = 255;

  /** Longest persistence engine name, bytes ({@code IP_VS_PENAME_MAXLEN}). */
  public static final int PE_NAME_MAX = 16;

  /** Words of sequence data: in and out, each init_seq, delta, previous_delta. */
  public static final int SEQ_WORDS = 6;

  private static final int FLAGS = 0;
  private static final int FWMARK = FLAGS + 1;
  private static final int TIMEOUT = FWMARK + 1;
  private static final int REMAINING = TIMEOUT + 1;
  private static final int STATE_CPORT = REMAINING + 1;
  private static final int VPORT_DPORT = STATE_CPORT + 1;
  private static final int PROTOCOL_MARKS = VPORT_DPORT + 1;
  private static final int LENGTHS_HORIZON = PROTOCOL_MARKS + 1;
  private static final int PE_OFFSET = LENGTHS_HORIZON + 1;
  private static final int HANDLE = PE_OFFSET + 1;
  private static final int CADDR = HANDLE + 1;
  private static final int VADDR = CADDR + 4;
  private static final int DADDR = VADDR + 4;
  private static final int SEQ = DADDR + 4;
  private static final int EXPIRES = SEQ + SEQ_WORDS;

  /** Words from one record to the next: two cache lines. */
  private static final int STRIDE_BITS = 5;

  private static final int PROTOCOL_MASK = 0xff;
  private static final int IPV6 = 1 << 8;
  private static final int HAS_SEQ = 1 << 9;
  private static final int SKIPPED = 1 << 10;
  private static final int MOVED = 1 << 11;
  private static final int COPY = 1 << 12;

  private static final int PE_NAME_SHIFT = 8;
  private static final int HORIZON_SHIFT = 16;

  private final int[] words;
  private final MemorySegment pe;
  private final int capacity;
  private int size;
  private int peUsed;
  private int version = 1;
  private int syncId;

  /** A batch for any one sync message. */
  public ConnBatch() {
    this(MAX_MESSAGE_RECORDS);
  }

  /**
   * A batch for {@code capacity} records, with side area for the longest persistence data of all.
   *
   * @param capacity most records, at least 1
   */
  public ConnBatch(int capacity) {
    this(atLeastOne(capacity), (long) capacity * (PE_DATA_MAX + PE_NAME_MAX));
  }

  private ConnBatch(int capacity, long peBytes) {
    this.capacity = capacity;
    this.words = new int[capacity << STRIDE_BITS];
    this.pe = Arena.ofAuto().allocate(peBytes);
  }

  private static int atLeastOne(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1, is " + capacity);
    }
    return capacity;
  }

  /** A new batch of the records that are not skipped and the message's facts, and no more room. */
  public ConnBatch compactCopy() {
    int count = 0;
    long peBytes = 0;
    for (int i = 0; i < size; i++) {
      if (!isSkipped(i)) {
        count++;
        peBytes += peLength(i);
      }
    }
    ConnBatch copy = new ConnBatch(count, peBytes);
    copy.version = version;
    copy.syncId = syncId;
    for (int i = 0; i < size; i++) {
      if (!isSkipped(i)) {
        copy.addCopy(this, i);
      }
    }
    return copy;
  }

  /** Records in the batch. */
  public int size() {
    return size;
  }

  /** Most records that fit. */
  public int capacity() {
    return capacity;
  }

  /** True when no further record fits. */
  public boolean isFull() {
    return size == capacity;
  }

  /** Forgets all records and the message's facts. */
  public void clear() {
    size = 0;
    peUsed = 0;
    version = 1;
    syncId = 0;
  }

  /**
   * Appends a record of zeros.
   *
   * @return its index
   * @throws IllegalStateException when the batch is full
   */
  public int add() {
    int index = claim();
    clearEight(at(index, 0));
    clearEight(at(index, 8));
    clearEight(at(index, 16));
    clearEight(at(index, 24));
    return index;
  }

  /**
   * Word by word: the compiler then drops the zeros that the caller overwrites at once. A fill or a
   * loop would take as long as all the rest of reading an entry.
   */
  private void clearEight(int from) {
    words[from] = 0;
    words[from + 1] = 0;
    words[from + 2] = 0;
    words[from + 3] = 0;
    words[from + 4] = 0;
    words[from + 5] = 0;
    words[from + 6] = 0;
    words[from + 7] = 0;
  }

  private int claim() {
    if (size == capacity) {
      throw new IllegalStateException("batch is full: " + capacity + " records");
    }
    return size++;
  }

  /** Takes the last record away again, with its side data if it was the last that had any. */
  public void removeLast() {
    size--;
    if (peLength(size) > 0) {
      peUsed = word(size, PE_OFFSET);
    }
  }

  /** Appends a copy of record {@code index} of {@code from}; returns its index here. */
  public int addCopy(ConnBatch from, int index) {
    int to = claim();
    System.arraycopy(from.words, at(index, 0), words, at(to, 0), 1 << STRIDE_BITS);
    int length = from.peLength(index);
    if (length > 0) {
      MemorySegment.copy(from.pe, from.word(index, PE_OFFSET), pe, peUsed, length);
      set(to, PE_OFFSET, peUsed);
      peUsed += length;
    }
    return to;
  }

  /** Version of the message that the records came in: 0 or 1; 1 for records made here. */
  public int version() {
    return version;
  }

  /** Sets the version of the message that the records came in. */
  public void setVersion(int version) {
    this.version = version;
  }

  /** Sync id of the message that the records came in, 0 to 255. */
  public int syncId() {
    return syncId;
  }

  /** Sets the sync id of the message that the records came in. */
  public void setSyncId(int syncId) {
    this.syncId = syncId;
  }

  /** Flags, see {@link ConnFlags}. */
  public int flags(int index) {
    return word(index, FLAGS);
  }

  /** Sets the flags. */
  public void setFlags(int index, int flags) {
    set(index, FLAGS, flags);
  }

  /** True when the flags name a template. */
  public boolean isTemplate(int index) {
    return ConnFlags.isTemplate(flags(index));
  }

  /** Firewall mark; 0 is none. */
  public int fwmark(int index) {
    return word(index, FWMARK);
  }

  /** Sets the firewall mark. */
  public void setFwmark(int index, int fwmark) {
    set(index, FWMARK, fwmark);
  }

  /** Timeout in seconds, an unsigned 32-bit number; 0 leaves it to the state's default. */
  public int timeoutS(int index) {
    return word(index, TIMEOUT);
  }

  /** Sets the timeout in seconds, unsigned. */
  public void setTimeoutS(int index, int seconds) {
    set(index, TIMEOUT, seconds);
  }

  /** Seconds that remain of a copied entry's life, unsigned; 0 when the record does not say. */
  public int remainingS(int index) {
    return word(index, REMAINING);
  }

  /** Sets the seconds that remain of a copied entry's life. */
  public void setRemainingS(int index, int seconds) {
    set(index, REMAINING, seconds);
  }

  /**
   * Makes a record that was read from a table one that never lengthens a life: a connection's
   * timeout is the whole seconds that remain. A template keeps its full timeout, which a kernel
   * takes for its service's, and says what remains beside it.
   *
   * @return false when less than a second remains: such a record must not go, since a timeout of 0
   *     would mean the default
   */
  public boolean limitLife(int index) {
    long seconds = Math.min(expiresMs(index) / 1000, 0xffff_ffffL);
    if (seconds < 1) {
      return false;
    }
    if (isTemplate(index)) {
      setRemainingS(index, (int) seconds);
    } else {
      setTimeoutS(index, (int) seconds);
    }
    return true;
  }

  /**
   * As {@link #limitLife}, and the record says what remains whatever it is: by that its receiver
   * knows a copy from a change.
   */
  public boolean limitToRemaining(int index) {
    boolean goes = limitLife(index);
    if (goes && !isTemplate(index)) {
      setRemainingS(index, timeoutS(index));
    }
    return goes;
  }

  /** For how long nothing was heard of the entry that the record was read from, milliseconds. */
  public long ageMs(int index) {
    return 1000 * Integer.toUnsignedLong(timeoutS(index)) - expiresMs(index);
  }

  /** State of the protocol, 0 to 65535. */
  public int state(int index) {
    return low(word(index, STATE_CPORT));
  }

  /** Sets the state. */
  public void setState(int index, int state) {
    set(index, STATE_CPORT, pair(state, cport(index)));
  }

  /** Client port. */
  public int cport(int index) {
    return high(word(index, STATE_CPORT));
  }

  /** Virtual service's port. */
  public int vport(int index) {
    return low(word(index, VPORT_DPORT));
  }

  /** Real server's port. */
  public int dport(int index) {
    return high(word(index, VPORT_DPORT));
  }

  /** Sets client, virtual and real server's port. */
  public void setPorts(int index, int cport, int vport, int dport) {
    set(index, STATE_CPORT, pair(state(index), cport));
    set(index, VPORT_DPORT, pair(vport, dport));
  }

  /** IP protocol number, 0 to 255. */
  public int protocol(int index) {
    return word(index, PROTOCOL_MARKS) & PROTOCOL_MASK;
  }

  /** Sets the IP protocol number. */
  public void setProtocol(int index, int protocol) {
    int marks = word(index, PROTOCOL_MARKS) & ~PROTOCOL_MASK;
    set(index, PROTOCOL_MARKS, marks | protocol & PROTOCOL_MASK);
  }

  /** True when the addresses are IPv6. */
  public boolean isIpv6(int index) {
    return isMarked(index, IPV6);
  }

  /** Says which family the addresses are of. */
  public void setIpv6(int index, boolean ipv6) {
    mark(index, IPV6, ipv6);
  }

  /** Number of the horizon that the entry's latest update came from; 0 is the node itself. */
  public int horizon(int index) {
    return word(index, LENGTHS_HORIZON) >>> HORIZON_SHIFT;
  }

  /** Sets the horizon's number, 0 to 255. */
  public void setHorizon(int index, int horizon) {
    int lengths = low(word(index, LENGTHS_HORIZON));
    set(index, LENGTHS_HORIZON, lengths | horizon << HORIZON_SHIFT);
  }

  /** True when a check has taken the record out: tables and encoders pass it over. */
  public boolean isSkipped(int index) {
    return isMarked(index, SKIPPED);
  }

  /** Takes the record out. */
  public void skip(int index) {
    mark(index, SKIPPED, true);
  }

  /** True when the entry that the record was read from replaced one with another real server. */
  public boolean isMoved(int index) {
    return isMarked(index, MOVED);
  }

  /** Says whether the entry replaced one with another real server; see ConnTable. */
  public void setMoved(int index, boolean moved) {
    mark(index, MOVED, moved);
  }

  /**
   * True when the entry that the record was read from is a copy that nothing live confirmed; in a
   * record that was received, when its sender says that it is a copy.
   */
  public boolean isCopy(int index) {
    return isMarked(index, COPY);
  }

  /** Says whether the entry, or the record itself, is a copy; see ConnTable. */
  public void setCopy(int index, boolean copy) {
    mark(index, COPY, copy);
  }

  private boolean isMarked(int index, int mark) {
    return (word(index, PROTOCOL_MARKS) & mark) != 0;
  }

  private void mark(int index, int mark, boolean set) {
    int others = word(index, PROTOCOL_MARKS) & ~mark;
    set(index, PROTOCOL_MARKS, set ? others | mark : others);
  }

  /** Handle of the table entry that the record was read from; see ConnTable. */
  public int handle(int index) {
    return word(index, HANDLE);
  }

  /** Sets the handle of the table entry. */
  public void setHandle(int index, int handle) {
    set(index, HANDLE, handle);
  }

  /** Milliseconds that remained of the entry's life when it was read from a table. */
  public long expiresMs(int index) {
    return word(index, EXPIRES) & 0xffff_ffffL | (long) word(index, EXPIRES + 1) << Integer.SIZE;
  }

  /** Sets the milliseconds that remain of the entry's life. */
  public void setExpiresMs(int index, long expiresMs) {
    set(index, EXPIRES, (int) expiresMs);
    set(index, EXPIRES + 1, (int) (expiresMs >>> Integer.SIZE));
  }

  /** Copies the client's, virtual and real server's address, {@code bytes} (4 or 16) each. */
  public void setAddresses(int index, MemorySegment from, long offset, int bytes) {
    int count = bytes / 4;
    for (int word = 0; word < count; word++) {
      set(index, CADDR + word, from.get(JAVA_INT_UNALIGNED, offset + 4L * word));
      set(index, VADDR + word, from.get(JAVA_INT_UNALIGNED, offset + bytes + 4L * word));
      set(index, DADDR + word, from.get(JAVA_INT_UNALIGNED, offset + 2L * bytes + 4L * word));
    }
  }

  /** Writes the client's, virtual and real server's address, {@code bytes} (4 or 16) each. */
  public void addresses(int index, MemorySegment to, long offset, int bytes) {
    int count = bytes / 4;
    for (int word = 0; word < count; word++) {
      to.set(JAVA_INT_UNALIGNED, offset + 4L * word, caddrWord(index, word));
      to.set(JAVA_INT_UNALIGNED, offset + bytes + 4L * word, vaddrWord(index, word));
      to.set(JAVA_INT_UNALIGNED, offset + 2L * bytes + 4L * word, daddrWord(index, word));
    }
  }

  /** Four bytes (0 to 3) of the client's address as an int in host order of the machine's bytes. */
  public int caddrWord(int index, int word) {
    return word(index, CADDR + word);
  }

  /** A word of the virtual address, as {@link #caddrWord}. */
  public int vaddrWord(int index, int word) {
    return word(index, VADDR + word);
  }

  /** A word of the real server's address, as {@link #caddrWord}. */
  public int daddrWord(int index, int word) {
    return word(index, DADDR + word);
  }

  /** Sets a word of the client's address. */
  public void setCaddrWord(int index, int word, int value) {
    set(index, CADDR + word, value);
  }

  /** Sets a word of the virtual address. */
  public void setVaddrWord(int index, int word, int value) {
    set(index, VADDR + word, value);
  }

  /** Sets a word of the real server's address. */
  public void setDaddrWord(int index, int word, int value) {
    set(index, DADDR + word, value);
  }

  /** True when the record carries sequence data. */
  public boolean hasSeq(int index) {
    return isMarked(index, HAS_SEQ);
  }

  /** Word 0 to 5 of the sequence data: in, then out, each init_seq, delta, previous_delta. */
  public int seq(int index, int word) {
    return word(index, SEQ + word);
  }

  /** Sets a word of the sequence data, and that there is some. */
  public void setSeq(int index, int word, int value) {
    set(index, SEQ + word, value);
    mark(index, HAS_SEQ, true);
  }

  /** Length of the persistence engine's data, 0 to 255 bytes. */
  public int peDataLength(int index) {
    return word(index, LENGTHS_HORIZON) & 0xff;
  }

  /** Length of the persistence engine's name, 0 to 16 bytes. */
  public int peNameLength(int index) {
    return word(index, LENGTHS_HORIZON) >>> PE_NAME_SHIFT & 0xff;
  }

  /** The segment that holds persistence data of all records. */
  public MemorySegment peArea() {
    return pe;
  }

  /** Where the record's persistence data starts in {@link #peArea()}; the name follows it. */
  public int peDataOffset(int index) {
    return word(index, PE_OFFSET);
  }

  /** Where the record's persistence engine name starts in {@link #peArea()}. */
  public int peNameOffset(int index) {
    return word(index, PE_OFFSET) + peDataLength(index);
  }

  /**
   * Gives the record persistence data and name, at most once a record.
   *
   * @param from holds both
   * @param dataLength 0 to {@link #PE_DATA_MAX}
   * @param nameLength 0 to {@link #PE_NAME_MAX}
   */
  public void setPe(
      int index,
      MemorySegment from,
      long dataOffset,
      int dataLength,
      long nameOffset,
      int nameLength) {
    int to = addPe(index, dataLength, nameLength);
    MemorySegment.copy(from, dataOffset, pe, to, dataLength);
    MemorySegment.copy(from, nameOffset, pe, (long) to + dataLength, nameLength);
  }

  /**
   * Gives the record room for persistence data and name, at most once a record, for a caller that
   * does not hold them in one piece: it writes the data into {@link #peArea()}, the name behind it.
   *
   * @param dataLength 0 to {@link #PE_DATA_MAX}
   * @param nameLength 0 to {@link #PE_NAME_MAX}
   * @return where the data starts
   */
  public int addPe(int index, int dataLength, int nameLength) {
    int offset = peUsed;
    set(index, PE_OFFSET, offset);
    int others = word(index, LENGTHS_HORIZON) & -1 << HORIZON_SHIFT;
    set(index, LENGTHS_HORIZON, others | nameLength << PE_NAME_SHIFT | dataLength);
    peUsed += dataLength + nameLength;
    return offset;
  }

  private int peLength(int index) {
    return peDataLength(index) + peNameLength(index);
  }

  private static int at(int index, int field) {
    return (index << STRIDE_BITS) + field;
  }

  private int word(int index, int field) {
    return words[at(index, field)];
  }

  private void set(int index, int field, int value) {
    words[at(index, field)] = value;
  }

  private static int low(int word) {
    return word & 0xffff;
  }

  private static int high(int word) {
    return word >>> Short.SIZE;
  }

  private static int pair(int low, int high) {
    return low & 0xffff | high << Short.SIZE;
  }
}

package org.ipvssync.api.conn;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Connection records in one off-heap segment: the one thing that crosses bundle borders.
 *
 * <p>A record has a fixed size and the kernel's field names. Numbers are in host order; addresses
 * are the bytes of the wire, an IPv4 address in the first four of sixteen, the rest zero.
 * Persistence engine data lies in a side area. Nothing is allocated after construction.
 *
 * <pre>
 *   0        4        8        12       16    18    20    22    24 25 26 27 28 29 30 31 32    36
 *   +--------+--------+--------+--------+-----+-----+-----+-----+--+--+--+--+--+--+--+--+-----+
 *   | flags  | fwmark | timeout| remain | st  | cprt| vprt| dprt|pr|v6|sq|nl|dl|hz|sk|mk|peOff|
 *   +--------+--------+--------+--------+-----+-----+-----+-----+--+--+--+--+--+--+--+--+-----+
 *   36       40         56         72         88                      112         120
 *   +--------+----------+----------+----------+-----------------------+-----------+
 *   | handle | caddr 16 | vaddr 16 | daddr 16 | in_seq 12, out_seq 12 | expiresMs |   128 bytes
 *   +--------+----------+----------+----------+-----------------------+-----------+
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

  /** Bytes of one record. */
  public static final int RECORD_BYTES = 128;

  /** Words of sequence data: in and out, each init_seq, delta, previous_delta. */
  public static final int SEQ_WORDS = 6;

  private static final int FLAGS = 0;
  private static final int FWMARK = FLAGS + 4;
  private static final int TIMEOUT = FWMARK + 4;
  private static final int REMAINING = TIMEOUT + 4;
  private static final int STATE = REMAINING + 4;
  private static final int CPORT = STATE + 2;
  private static final int VPORT = CPORT + 2;
  private static final int DPORT = VPORT + 2;
  private static final int PROTOCOL = DPORT + 2;
  private static final int IPV6 = PROTOCOL + 1;
  private static final int HAS_SEQ = IPV6 + 1;
  private static final int PE_NAME_LENGTH = HAS_SEQ + 1;
  private static final int PE_DATA_LENGTH = PE_NAME_LENGTH + 1;
  private static final int HORIZON = PE_DATA_LENGTH + 1;
  private static final int SKIPPED = HORIZON + 1;
  private static final int MARKS = SKIPPED + 1;
  private static final int PE_OFFSET = MARKS + 1;
  private static final int HANDLE = PE_OFFSET + 4;
  private static final int CADDR = HANDLE + 4;
  private static final int VADDR = CADDR + 16;
  private static final int DADDR = VADDR + 16;
  private static final int SEQ = DADDR + 16;
  private static final int EXPIRES = SEQ + 4 * SEQ_WORDS;

  private static final int MOVED = 1;
  private static final int COPY = 1 << 1;

  private final MemorySegment records;
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
    Arena arena = Arena.ofAuto();
    this.records = arena.allocate((long) capacity * RECORD_BYTES, RECORD_BYTES);
    this.pe = arena.allocate(peBytes);
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
    if (size == capacity) {
      throw new IllegalStateException("batch is full: " + capacity + " records");
    }
    records.asSlice((long) size * RECORD_BYTES, RECORD_BYTES).fill((byte) 0);
    return size++;
  }

  /** Takes the last record away again, with its side data if it was the last that had any. */
  public void removeLast() {
    size--;
    if (peLength(size) > 0) {
      peUsed = intAt(size, PE_OFFSET);
    }
  }

  /** Appends a copy of record {@code index} of {@code from}; returns its index here. */
  public int addCopy(ConnBatch from, int index) {
    int to = add();
    MemorySegment.copy(from.records, at(index, 0), records, at(to, 0), RECORD_BYTES);
    int length = from.peLength(index);
    if (length > 0) {
      MemorySegment.copy(from.pe, from.intAt(index, PE_OFFSET), pe, peUsed, length);
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
    return intAt(index, FLAGS);
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
    return intAt(index, FWMARK);
  }

  /** Sets the firewall mark. */
  public void setFwmark(int index, int fwmark) {
    set(index, FWMARK, fwmark);
  }

  /** Timeout in seconds, an unsigned 32-bit number; 0 leaves it to the state's default. */
  public int timeoutS(int index) {
    return intAt(index, TIMEOUT);
  }

  /** Sets the timeout in seconds, unsigned. */
  public void setTimeoutS(int index, int seconds) {
    set(index, TIMEOUT, seconds);
  }

  /** Seconds that remain of a copied entry's life, unsigned; 0 when the record does not say. */
  public int remainingS(int index) {
    return intAt(index, REMAINING);
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
    return shortAt(index, STATE);
  }

  /** Sets the state. */
  public void setState(int index, int state) {
    set(index, STATE, (short) state);
  }

  /** Client port. */
  public int cport(int index) {
    return shortAt(index, CPORT);
  }

  /** Virtual service's port. */
  public int vport(int index) {
    return shortAt(index, VPORT);
  }

  /** Real server's port. */
  public int dport(int index) {
    return shortAt(index, DPORT);
  }

  /** Sets client, virtual and real server's port. */
  public void setPorts(int index, int cport, int vport, int dport) {
    set(index, CPORT, (short) cport);
    set(index, VPORT, (short) vport);
    set(index, DPORT, (short) dport);
  }

  /** IP protocol number, 0 to 255. */
  public int protocol(int index) {
    return byteAt(index, PROTOCOL);
  }

  /** Sets the IP protocol number. */
  public void setProtocol(int index, int protocol) {
    set(index, PROTOCOL, (byte) protocol);
  }

  /** True when the addresses are IPv6. */
  public boolean isIpv6(int index) {
    return byteAt(index, IPV6) != 0;
  }

  /** Says which family the addresses are of. */
  public void setIpv6(int index, boolean ipv6) {
    set(index, IPV6, (byte) (ipv6 ? 1 : 0));
  }

  /** Number of the horizon that the entry's latest update came from; 0 is the node itself. */
  public int horizon(int index) {
    return byteAt(index, HORIZON);
  }

  /** Sets the horizon's number, 0 to 255. */
  public void setHorizon(int index, int horizon) {
    set(index, HORIZON, (byte) horizon);
  }

  /** True when a check has taken the record out: tables and encoders pass it over. */
  public boolean isSkipped(int index) {
    return byteAt(index, SKIPPED) != 0;
  }

  /** Takes the record out. */
  public void skip(int index) {
    set(index, SKIPPED, (byte) 1);
  }

  /** True when the entry that the record was read from replaced one with another real server. */
  public boolean isMoved(int index) {
    return (byteAt(index, MARKS) & MOVED) != 0;
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
    return (byteAt(index, MARKS) & COPY) != 0;
  }

  /** Says whether the entry, or the record itself, is a copy; see ConnTable. */
  public void setCopy(int index, boolean copy) {
    mark(index, COPY, copy);
  }

  private void mark(int index, int mark, boolean set) {
    int others = byteAt(index, MARKS) & ~mark;
    set(index, MARKS, (byte) (set ? others | mark : others));
  }

  /** Handle of the table entry that the record was read from; see ConnTable. */
  public int handle(int index) {
    return intAt(index, HANDLE);
  }

  /** Sets the handle of the table entry. */
  public void setHandle(int index, int handle) {
    set(index, HANDLE, handle);
  }

  /** Milliseconds that remained of the entry's life when it was read from a table. */
  public long expiresMs(int index) {
    return records.get(JAVA_LONG, at(index, EXPIRES));
  }

  /** Sets the milliseconds that remain of the entry's life. */
  public void setExpiresMs(int index, long expiresMs) {
    records.set(JAVA_LONG, at(index, EXPIRES), expiresMs);
  }

  /** Copies the client's, virtual and real server's address, {@code bytes} (4 or 16) each. */
  public void setAddresses(int index, MemorySegment from, long offset, int bytes) {
    if (bytes == 4) {
      set(index, CADDR, from.get(JAVA_INT_UNALIGNED, offset));
      set(index, VADDR, from.get(JAVA_INT_UNALIGNED, offset + 4));
      set(index, DADDR, from.get(JAVA_INT_UNALIGNED, offset + 8));
      return;
    }
    MemorySegment.copy(from, offset, records, at(index, CADDR), bytes);
    MemorySegment.copy(from, offset + bytes, records, at(index, VADDR), bytes);
    MemorySegment.copy(from, offset + 2L * bytes, records, at(index, DADDR), bytes);
  }

  /** Writes the client's, virtual and real server's address, {@code bytes} (4 or 16) each. */
  public void addresses(int index, MemorySegment to, long offset, int bytes) {
    if (bytes == 4) {
      to.set(JAVA_INT_UNALIGNED, offset, intAt(index, CADDR));
      to.set(JAVA_INT_UNALIGNED, offset + 4, intAt(index, VADDR));
      to.set(JAVA_INT_UNALIGNED, offset + 8, intAt(index, DADDR));
      return;
    }
    MemorySegment.copy(records, at(index, CADDR), to, offset, bytes);
    MemorySegment.copy(records, at(index, VADDR), to, offset + bytes, bytes);
    MemorySegment.copy(records, at(index, DADDR), to, offset + 2L * bytes, bytes);
  }

  /** Four bytes (0 to 3) of the client's address as an int in host order of the machine's bytes. */
  public int caddrWord(int index, int word) {
    return intAt(index, CADDR + 4 * word);
  }

  /** A word of the virtual address, as {@link #caddrWord}. */
  public int vaddrWord(int index, int word) {
    return intAt(index, VADDR + 4 * word);
  }

  /** A word of the real server's address, as {@link #caddrWord}. */
  public int daddrWord(int index, int word) {
    return intAt(index, DADDR + 4 * word);
  }

  /** Sets a word of the client's address. */
  public void setCaddrWord(int index, int word, int value) {
    set(index, CADDR + 4 * word, value);
  }

  /** Sets a word of the virtual address. */
  public void setVaddrWord(int index, int word, int value) {
    set(index, VADDR + 4 * word, value);
  }

  /** Sets a word of the real server's address. */
  public void setDaddrWord(int index, int word, int value) {
    set(index, DADDR + 4 * word, value);
  }

  /** True when the record carries sequence data. */
  public boolean hasSeq(int index) {
    return byteAt(index, HAS_SEQ) != 0;
  }

  /** Word 0 to 5 of the sequence data: in, then out, each init_seq, delta, previous_delta. */
  public int seq(int index, int word) {
    return intAt(index, SEQ + 4 * word);
  }

  /** Sets a word of the sequence data, and that there is some. */
  public void setSeq(int index, int word, int value) {
    set(index, SEQ + 4 * word, value);
    set(index, HAS_SEQ, (byte) 1);
  }

  /** Length of the persistence engine's data, 0 to 255 bytes. */
  public int peDataLength(int index) {
    return byteAt(index, PE_DATA_LENGTH);
  }

  /** Length of the persistence engine's name, 0 to 16 bytes. */
  public int peNameLength(int index) {
    return byteAt(index, PE_NAME_LENGTH);
  }

  /** The segment that holds persistence data of all records. */
  public MemorySegment peArea() {
    return pe;
  }

  /** Where the record's persistence data starts in {@link #peArea()}; the name follows it. */
  public int peDataOffset(int index) {
    return intAt(index, PE_OFFSET);
  }

  /** Where the record's persistence engine name starts in {@link #peArea()}. */
  public int peNameOffset(int index) {
    return intAt(index, PE_OFFSET) + peDataLength(index);
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
    set(index, PE_DATA_LENGTH, (byte) dataLength);
    set(index, PE_NAME_LENGTH, (byte) nameLength);
    peUsed += dataLength + nameLength;
    return offset;
  }

  private int peLength(int index) {
    return peDataLength(index) + peNameLength(index);
  }

  private static long at(int index, int field) {
    return (long) index * RECORD_BYTES + field;
  }

  private int intAt(int index, int field) {
    return records.get(JAVA_INT, at(index, field));
  }

  private int shortAt(int index, int field) {
    return records.get(JAVA_SHORT, at(index, field)) & 0xffff;
  }

  private int byteAt(int index, int field) {
    return records.get(JAVA_BYTE, at(index, field)) & 0xff;
  }

  private void set(int index, int field, int value) {
    records.set(JAVA_INT, at(index, field), value);
  }

  private void set(int index, int field, short value) {
    records.set(JAVA_SHORT, at(index, field), value);
  }

  private void set(int index, int field, byte value) {
    records.set(JAVA_BYTE, at(index, field), value);
  }
}

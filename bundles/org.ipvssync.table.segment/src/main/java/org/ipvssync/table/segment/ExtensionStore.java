package org.ipvssync.table.segment;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import org.ipvssync.api.conn.ConnBatch;

/**
 * What does not fit into a slot, in a chain of extensions of 64 bytes: IPv6 addresses first, then
 * sequence data, then persistence data; the slot's meta bits say which of them there are.
 *
 * <pre>
 *   0                                                                     60
 *   +--------------------+--------------------+--------------------+------+------+
 *   | caddr 16           | vaddr 16           | daddr 16           |      | next |  IPv6
 *   +--------------------+--------------------+--------------------+------+------+
 *   | in_seq 12                | out_seq 12                        |      | next |  sequence
 *   +----+----+----------------+-----------------------------------+------+------+
 *   | dl | nl | data, name ...                                            | next |  persistence:
 *   +----+----+-----------------------------------------------------------+------+  up to five
 * </pre>
 *
 * <p>Threads as in {@link SlotStore}.
 */
final class ExtensionStore {
  /** Index of the addresses among the words of an IPv6 extension: client, virtual, real server. */
  static final int CADDR = 0;

  static final int VADDR = 4;
  static final int DADDR = 8;

  private static final int PAYLOAD_BYTES = 60;
  static final int NEXT = PAYLOAD_BYTES;
  private static final int PE_HEADER_BYTES = 2;
  private static final int PE_MAX_BYTES =
      PE_HEADER_BYTES + ConnBatch.PE_DATA_MAX + ConnBatch.PE_NAME_MAX;

  /** Most extensions of an entry: addresses, sequence data, persistence data. */
  static final int MOST = 2 + (PE_MAX_BYTES + PAYLOAD_BYTES - 1) / PAYLOAD_BYTES;

  private final MemorySegment segment;
  private final TableLayout layout;
  private final SlotStore slots;

  ExtensionStore(MemorySegment segment, SlotStore slots) {
    this.segment = segment;
    this.layout = slots.layout();
    this.slots = slots;
  }

  /** How many extensions are free. */
  int available() {
    return layout.extensions() - slots.header(TableLayout.EXTENSIONS_USED);
  }

  /** How many extensions a record's entry takes. */
  static int needed(ConnBatch batch, int index, boolean withPe) {
    int pe = 0;
    if (withPe) {
      int bytes = PE_HEADER_BYTES + batch.peDataLength(index) + RecordPe.nameLength(batch, index);
      pe = (bytes + PAYLOAD_BYTES - 1) / PAYLOAD_BYTES;
    }
    return (batch.isIpv6(index) ? 1 : 0) + (batch.hasSeq(index) ? 1 : 0) + pe;
  }

  /** Gives a new entry the extensions that {@link #needed} counted, all of which are free. */
  void attach(int slot, ConnBatch batch, int index, boolean withPe) {
    int first = withPe ? newPe(batch, index) : 0;
    if (batch.hasSeq(index)) {
      first = newExtension(first);
      writeSeq(first - 1, batch, index);
    }
    if (batch.isIpv6(index)) {
      first = newExtension(first);
      writeAddresses(first - 1, batch, index);
    }
    slots.setExtension(slot, first);
  }

  /** The link to the one extension of an entry that changes when sequence data comes, or 0. */
  int changedBySeq(int slot) {
    return slots.has(slot, SlotStore.SEQ)
        ? seqOf(slot)
        : slots.has(slot, SlotStore.IPV6) ? slots.extension(slot) : 0;
  }

  /** Gives all extensions of an entry back. */
  void detach(int slot) {
    int link = slots.extension(slot);
    while (link != 0) {
      int after = next(link - 1);
      setNext(link - 1, slots.header(TableLayout.FREE_EXTENSION));
      slots.setHeader(TableLayout.FREE_EXTENSION, link);
      slots.setHeader(TableLayout.EXTENSIONS_USED, slots.header(TableLayout.EXTENSIONS_USED) - 1);
      link = after;
    }
    slots.setExtension(slot, 0);
  }

  /** Some bytes of the extension behind a link. */
  int firstWord(int link) {
    return wordAt(link - 1, 0);
  }

  // ---- IPv6 addresses ---------------------------------------------------------------------

  /** A word of the IPv6 addresses, 0 to 11; see {@link #CADDR}. */
  int addressWord(int slot, int word) {
    return wordAt(slots.extension(slot) - 1, word);
  }

  /** Gives a record the entry's IPv6 addresses. */
  void readAddresses(int slot, ConnBatch into, int index) {
    into.setAddresses(index, segment, layout.extension(slots.extension(slot) - 1), 16);
  }

  private void writeAddresses(int extension, ConnBatch batch, int index) {
    batch.addresses(index, segment, layout.extension(extension), 16);
    if (batch.protocol(index) == 0) {
      // The virtual address is a firewall mark: ip_vs_conn_new copies four bytes and clears the
      // rest.
      for (int word = 1; word < 4; word++) {
        setWordAt(extension, VADDR + word, 0);
      }
    }
  }

  // ---- sequence data ----------------------------------------------------------------------

  /** Gives an entry sequence data that has none; an extension must be free. */
  void addSeq(int slot, ConnBatch batch, int index) {
    int added;
    if (slots.has(slot, SlotStore.IPV6)) {
      int addresses = slots.extension(slot) - 1;
      added = newExtension(next(addresses));
      setNext(addresses, added);
    } else {
      added = newExtension(slots.extension(slot));
      slots.setExtension(slot, added);
    }
    slots.setMeta(slot, slots.meta(slot) | SlotStore.SEQ);
    writeSeq(added - 1, batch, index);
  }

  /** Overwrites the sequence data of an entry that has some. */
  void setSeq(int slot, ConnBatch batch, int index) {
    writeSeq(seqOf(slot) - 1, batch, index);
  }

  /** Gives a record the entry's sequence data. */
  void readSeq(int slot, ConnBatch into, int index) {
    int extension = seqOf(slot) - 1;
    for (int word = 0; word < ConnBatch.SEQ_WORDS; word++) {
      into.setSeq(index, word, wordAt(extension, word));
    }
  }

  private int seqOf(int slot) {
    int link = slots.extension(slot);
    return slots.has(slot, SlotStore.IPV6) ? next(link - 1) : link;
  }

  private void writeSeq(int extension, ConnBatch batch, int index) {
    for (int word = 0; word < ConnBatch.SEQ_WORDS; word++) {
      setWordAt(extension, word, batch.seq(index, word));
    }
  }

  // ---- persistence data -------------------------------------------------------------------

  /** True when an entry's persistence data and engine are the record's. */
  boolean samePe(int slot, ConnBatch batch, int index) {
    int link = peOf(slot);
    int dataLength = batch.peDataLength(index);
    int length = dataLength + RecordPe.nameLength(batch, index);
    if (byteAt(link - 1, 0) != dataLength || byteAt(link - 1, 1) != length - dataLength) {
      return false;
    }
    long theirs = batch.peDataOffset(index);
    int from = PE_HEADER_BYTES;
    for (int done = 0; done < length; link = next(link - 1), from = 0) {
      int n = Math.min(length - done, PAYLOAD_BYTES - from);
      long ours = layout.extension(link - 1) + from;
      if (MemorySegment.mismatch(
              segment, ours, ours + n, batch.peArea(), theirs + done, theirs + done + n)
          >= 0) {
        return false;
      }
      done += n;
    }
    return true;
  }

  /**
   * Gives a record the entry's persistence data.
   *
   * @return false when what is there cannot be right, because a writer is at it
   */
  boolean readPe(int slot, ConnBatch into, int index) {
    int link = peOf(slot);
    int dataLength = byteAt(link - 1, 0);
    int nameLength = byteAt(link - 1, 1);
    if (nameLength > ConnBatch.PE_NAME_MAX) {
      return false;
    }
    int to = into.addPe(index, dataLength, nameLength);
    int length = dataLength + nameLength;
    int from = PE_HEADER_BYTES;
    for (int done = 0; done < length; link = next(link - 1), from = 0) {
      int n = Math.min(length - done, PAYLOAD_BYTES - from);
      long ours = layout.extension(link - 1) + from;
      MemorySegment.copy(segment, ours, into.peArea(), (long) to + done, n);
      done += n;
    }
    return true;
  }

  /** How many extensions persistence data takes that begins behind a link; 0 if there is none. */
  int peExtensions(int link) {
    int dataLength = byteAt(link - 1, 0);
    int nameLength = byteAt(link - 1, 1);
    return dataLength == 0 || nameLength == 0 || nameLength > ConnBatch.PE_NAME_MAX
        ? 0
        : Math.ceilDiv(PE_HEADER_BYTES + dataLength + nameLength, PAYLOAD_BYTES);
  }

  private int peOf(int slot) {
    int link = slots.extension(slot);
    int meta = slots.meta(slot);
    if ((meta & SlotStore.IPV6) != 0) {
      link = next(link - 1);
    }
    return (meta & SlotStore.SEQ) != 0 ? next(link - 1) : link;
  }

  /** Writes the last piece first, so that each new extension can point to the one after it. */
  private int newPe(ConnBatch batch, int index) {
    int dataLength = batch.peDataLength(index);
    int nameLength = RecordPe.nameLength(batch, index);
    int length = PE_HEADER_BYTES + dataLength + nameLength;
    int link = 0;
    for (int piece = (length - 1) / PAYLOAD_BYTES; piece >= 0; piece--) {
      link = newExtension(link);
      int from = Math.max(piece * PAYLOAD_BYTES, PE_HEADER_BYTES);
      int to = Math.min((piece + 1) * PAYLOAD_BYTES, length);
      long theirs = batch.peDataOffset(index) + (long) from - PE_HEADER_BYTES;
      long ours = layout.extension(link - 1) + from - (long) piece * PAYLOAD_BYTES;
      MemorySegment.copy(batch.peArea(), theirs, segment, ours, to - from);
    }
    setByteAt(link - 1, 0, dataLength);
    setByteAt(link - 1, 1, nameLength);
    return link;
  }

  // ---- extensions come and go -------------------------------------------------------------

  /** Takes a free extension and puts it before {@code after}; returns the link to it. */
  private int newExtension(int after) {
    int link = slots.header(TableLayout.FREE_EXTENSION);
    if (link != 0) {
      slots.setHeader(TableLayout.FREE_EXTENSION, next(link - 1));
    } else {
      link = slots.header(TableLayout.EXTENSIONS_TOUCHED) + 1;
      slots.setHeader(TableLayout.EXTENSIONS_TOUCHED, link);
    }
    slots.setHeader(TableLayout.EXTENSIONS_USED, slots.header(TableLayout.EXTENSIONS_USED) + 1);
    setNext(link - 1, after);
    return link;
  }

  /** The link behind an extension, or 0. */
  int next(int extension) {
    return segment.get(JAVA_INT_UNALIGNED, layout.extension(extension) + NEXT);
  }

  private void setNext(int extension, int link) {
    segment.set(JAVA_INT_UNALIGNED, layout.extension(extension) + NEXT, link);
  }

  private int wordAt(int extension, int word) {
    return segment.get(JAVA_INT_UNALIGNED, layout.extension(extension) + 4L * word);
  }

  private void setWordAt(int extension, int word, int value) {
    segment.set(JAVA_INT_UNALIGNED, layout.extension(extension) + 4L * word, value);
  }

  private int byteAt(int extension, int at) {
    return segment.get(JAVA_BYTE, layout.extension(extension) + at) & 0xff;
  }

  private void setByteAt(int extension, int at, int value) {
    segment.set(JAVA_BYTE, layout.extension(extension) + at, (byte) value);
  }
}

package org.ipvssync.codec.v0.internal;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncHeader;
import org.osgi.service.component.annotations.Component;

/**
 * Version 0 of the sync protocol, the compact one: IPv4 only, no timeout, no firewall mark.
 *
 * <p>The header is {@link SyncHeader}'s. A record; numbers are big-endian but for the sequence
 * data, which comes in the sender's own order:
 *
 * <pre>
 *       0                   1                   2                   3
 *       0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *      +---------------+---------------+-------------------------------+
 *    0 |  reserved 0   |   protocol    |             cport             |
 *      +---------------+---------------+-------------------------------+
 *    4 |             vport             |             dport             |
 *      +-------------------------------+-------------------------------+
 *    8 |                             caddr                             |
 *      +---------------------------------------------------------------+
 *   12 |                             vaddr                             |
 *      +---------------------------------------------------------------+
 *   16 |                             daddr                             |
 *      +-------------------------------+-------------------------------+
 *   20 |             flags             |             state             |
 *      +-------------------------------+-------------------------------+
 *   24 | only when flags have IN_SEQ or OUT_SEQ: in_seq, then out_seq, |
 *   36 | each init_seq, delta, previous_delta; sender's host order     |
 *   48 +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Records follow each other without padding. Whatever is not version 1 is read as version 0;
 * with a first byte of 0 it has no records.
 *
 * <p>Source: {@code struct ip_vs_sync_conn_v0}, {@code ip_vs_sync_conn_v0} (sender) and {@code
 * ip_vs_process_message_v0} (receiver) in net/netfilter/ipvs/ip_vs_sync.c.
 */
@Component(property = SyncCodec.NAME_PROPERTY + "=" + V0Codec.NAME)
public final class V0Codec implements SyncCodec {
  /** The name by which configuration chooses this codec. */
  static final String NAME = "v0";

  private static final int VERSION = 0;

  private static final int RESERVED = 0;
  private static final int PROTOCOL = RESERVED + 1;
  private static final int CPORT = PROTOCOL + 1;
  private static final int VPORT = CPORT + 2;
  private static final int DPORT = VPORT + 2;
  private static final int ADDRESSES = DPORT + 2;
  private static final int FLAGS = ADDRESSES + 3 * 4;
  private static final int STATE = FLAGS + 2;
  private static final int SIMPLE_BYTES = STATE + 2;
  private static final int SEQ = SIMPLE_BYTES;
  private static final int FULL_BYTES = SEQ + 4 * ConnBatch.SEQ_WORDS;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final boolean littleEndianSeq;

  /** For directors with this machine's byte order, as the kernel takes it for granted. */
  public V0Codec() {
    this(ByteOrder.nativeOrder());
  }

  /**
   * For directors with a byte order of their own; for tools and tests.
   *
   * @param seqOrder order of the sequence data
   */
  public V0Codec(ByteOrder seqOrder) {
    littleEndianSeq = seqOrder == ByteOrder.LITTLE_ENDIAN;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public boolean carriesTimeout() {
    return false;
  }

  /**
   * False for what a receiver would take for something else: IPv6 has no room at all; a firewall
   * mark binds the connection to its service; persistence data tells templates of one client apart,
   * without it they become one; and a copied template that cannot say what remains of its life
   * would begin a new one.
   *
   * <p>Flags above 16 bits and a persistence engine's name alone mean nothing to a receiver. The
   * timeout is lost too, as it is when a kernel sends; see {@link #carriesTimeout}.
   */
  @Override
  public boolean carries(ConnBatch batch, int index) {
    return !batch.isIpv6(index)
        && batch.fwmark(index) == 0
        && batch.peDataLength(index) == 0
        && batch.remainingS(index) == 0;
  }

  @Override
  public void decode(Datagram message, ConnBatch into, LinkCounters counters) {
    into.clear();
    into.setVersion(VERSION);
    int end = message.length();
    if (end < SyncHeader.V0_BYTES) {
      counters.increment(LinkCounter.TOO_SHORT);
      return;
    }
    MemorySegment m = message.segment();
    into.setSyncId(SyncHeader.syncId(m));
    int at = SyncHeader.V0_BYTES;
    for (int left = byteAt(m, SyncHeader.V0_NR_CONNS); left > 0; left--) {
      if (at + SIMPLE_BYTES > end || at + recordBytes(shortAt(m, at + FLAGS)) > end) {
        counters.increment(LinkCounter.RECORD_CUT_SHORT);
        return;
      }
      at += addRecord(m, at, into);
    }
  }

  /** Returns the bytes of the record. */
  private int addRecord(MemorySegment m, int at, ConnBatch into) {
    int flags = shortAt(m, at + FLAGS);
    int i = into.add();
    into.setProtocol(i, byteAt(m, at + PROTOCOL));
    into.setPorts(i, shortAt(m, at + CPORT), shortAt(m, at + VPORT), shortAt(m, at + DPORT));
    into.setAddresses(i, m, at + ADDRESSES, 4);
    into.setFlags(i, flags);
    into.setState(i, shortAt(m, at + STATE));
    if (hasSeq(flags)) {
      for (int word = 0; word < ConnBatch.SEQ_WORDS; word++) {
        into.setSeq(i, word, inSeqOrder(m.get(INT, at + SEQ + 4 * word)));
      }
    }
    return recordBytes(flags);
  }

  @Override
  public int encode(ConnBatch batch, int from, int syncId, int maxLength, Datagram into) {
    MemorySegment m = into.segment();
    int end = SyncHeader.V0_BYTES;
    int count = 0;
    int i = from;
    for (; i < batch.size() && count < ConnBatch.MAX_MESSAGE_RECORDS; i++) {
      if (batch.isSkipped(i) || !carries(batch, i)) {
        continue;
      }
      int recordEnd = end + recordBytes(batch.flags(i));
      if (recordEnd > maxLength) {
        break;
      }
      putRecord(batch, i, m, end);
      end = recordEnd;
      count++;
    }
    if (count > 0) {
      putByte(m, SyncHeader.V0_NR_CONNS, count);
      putByte(m, SyncHeader.SYNC_ID, syncId);
      putShort(m, SyncHeader.SIZE, end);
    }
    into.setLength(count > 0 ? end : 0);
    return i;
  }

  private void putRecord(ConnBatch batch, int i, MemorySegment m, int at) {
    int flags = batch.flags(i);
    putByte(m, at + RESERVED, 0);
    putByte(m, at + PROTOCOL, batch.protocol(i));
    putShort(m, at + CPORT, batch.cport(i));
    putShort(m, at + VPORT, batch.vport(i));
    putShort(m, at + DPORT, batch.dport(i));
    batch.addresses(i, m, at + ADDRESSES, 4);
    putShort(m, at + FLAGS, flags & ~ConnFlags.HASHED);
    putShort(m, at + STATE, batch.state(i));
    if (hasSeq(flags)) {
      // The flags alone decide: a record that has none of its own gets zeros.
      for (int word = 0; word < ConnBatch.SEQ_WORDS; word++) {
        m.set(INT, at + SEQ + 4 * word, inSeqOrder(batch.seq(i, word)));
      }
    }
  }

  private static boolean hasSeq(int flags) {
    return (flags & ConnFlags.SEQ_MASK) != 0;
  }

  private static int recordBytes(int flags) {
    return hasSeq(flags) ? FULL_BYTES : SIMPLE_BYTES;
  }

  /** From big-endian to the order of the sequence data, and back. */
  private int inSeqOrder(int word) {
    return littleEndianSeq ? Integer.reverseBytes(word) : word;
  }

  private static int byteAt(MemorySegment m, int at) {
    return m.get(JAVA_BYTE, at) & 0xff;
  }

  private static int shortAt(MemorySegment m, int at) {
    return m.get(SHORT, at) & 0xffff;
  }

  private static void putByte(MemorySegment m, int at, int value) {
    m.set(JAVA_BYTE, at, (byte) value);
  }

  private static void putShort(MemorySegment m, int at, int value) {
    m.set(SHORT, at, (short) value);
  }
}

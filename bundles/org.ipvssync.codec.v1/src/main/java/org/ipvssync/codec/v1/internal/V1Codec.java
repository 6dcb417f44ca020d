package org.ipvssync.codec.v1.internal;

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
 * Version 1 of the sync protocol. All numbers are big-endian.
 *
 * <p>The header is {@link SyncHeader}'s. A record:
 *
 * <pre>
 *       0                   1                   2                   3
 *       0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *      +---------------+---------------+-------+-----------------------+
 *    0 |     type      |   protocol    | vers. | size with its options |
 *      +---------------+---------------+-------+-----------------------+
 *    4 |                             flags                             |
 *      +-------------------------------+-------------------------------+
 *    8 |             state             |             cport             |
 *      +-------------------------------+-------------------------------+
 *   12 |             vport             |             dport             |
 *      +-------------------------------+-------------------------------+
 *   16 |                            fwmark                             |
 *      +---------------------------------------------------------------+
 *   20 |                       timeout, seconds                        |
 *      +---------------------------------------------------------------+
 *   24 |         caddr, vaddr, daddr: 4 bytes each, IPv6 16 each       |
 *      +---------------+---------------+-------------------------------+
 *   36 | option type   | option length | data ...                      |
 *   72 +---------------+---------------+-------------------------------+
 * </pre>
 *
 * <p>Bit 0 of the type is IPv6, the version 0. Options in the sender's order: 1 SEQ (24 bytes), 2
 * PE data, 3 PE name, 0x6C what remains of a copied entry's life (4 bytes, seconds; ours). Bit 0x40
 * of an option's type lets a receiver pass over what it does not know. A record begins at a
 * multiple of 4: zeros fill up before the next one, nothing follows the last.
 *
 * <p>Source: {@code struct ip_vs_sync_v4}, {@code ip_vs_sync_v6}, {@code ip_vs_sync_conn} (sender),
 * {@code ip_vs_process_message} and {@code ip_vs_proc_sync_conn} (receiver, whose checks are made
 * here in its order) in net/netfilter/ipvs/ip_vs_sync.c.
 */
@Component(property = SyncCodec.NAME_PROPERTY + "=" + V1Codec.NAME)
public final class V1Codec implements SyncCodec {
  /** The name by which configuration chooses this codec. */
  static final String NAME = "v1";

  private static final int VERSION = 1;

  // Each is read and written with what follows it, eight bytes at once.
  private static final int HEAD = 0;
  private static final int STATE = HEAD + 8;
  private static final int FWMARK = STATE + 8;
  private static final int ADDRESSES = FWMARK + 8;
  private static final int IPV4_BYTES = ADDRESSES + 3 * 4;
  private static final int IPV6_BYTES = ADDRESSES + 3 * 16;

  private static final int TYPE_IPV4 = 0;
  private static final int TYPE_IPV6_BIT = 1;
  private static final long RECORD_VERSION_MASK = 0xf000L << 32;
  private static final int SIZE_MASK = 0x0fff;
  private static final int ALIGN = 4;

  private static final int OPTION_LENGTH = 1;
  private static final int OPTION_DATA = OPTION_LENGTH + 1;
  private static final int OPTION_MAY_SKIP = 0x40;
  private static final int OPTION_SEQ = 1;
  private static final int OPTION_PE_DATA = 2;
  private static final int OPTION_PE_NAME = 3;
  private static final int OPTION_REMAINING = 0x2c | OPTION_MAY_SKIP;
  private static final int SEQ_BYTES = 4 * ConnBatch.SEQ_WORDS;
  private static final int REMAINING_BYTES = 4;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

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
    return true;
  }

  @Override
  public boolean carries(ConnBatch batch, int index) {
    return true;
  }

  @Override
  public void decode(Datagram message, ConnBatch into, LinkCounters counters) {
    into.clear();
    into.setVersion(VERSION);
    int end = message.length();
    if (end < SyncHeader.V1_BYTES) {
      counters.increment(LinkCounter.TOO_SHORT);
      return;
    }
    MemorySegment m = message.segment();
    into.setSyncId(SyncHeader.syncId(m));
    int at = SyncHeader.V1_BYTES;
    for (int left = byteAt(m, SyncHeader.V1_NR_CONNS); left > 0; left--) {
      // The kernel asks for an IPv4 record's bytes here, whatever the type says.
      if (at + IPV4_BYTES > end) {
        counters.increment(LinkCounter.RECORD_CUT_SHORT);
        return;
      }
      long head = m.get(LONG, at + HEAD);
      LinkCounter fault = recordFault(m, at, head, end);
      if (fault == null) {
        addRecord(m, at, head, into);
      } else {
        counters.increment(fault);
        if (fault != LinkCounter.UNKNOWN_OPTION) {
          return;
        }
      }
      at = aligned(at + sizeOf(head));
    }
  }

  /** What is wrong with the record at {@code at}; only UNKNOWN_OPTION leaves the next one sound. */
  private static LinkCounter recordFault(MemorySegment m, int at, long head, int end) {
    int recordEnd = at + sizeOf(head);
    if (recordEnd > end) {
      return LinkCounter.RECORD_PAST_END;
    }
    if ((head & RECORD_VERSION_MASK) != 0) {
      return LinkCounter.RECORD_VERSION;
    }
    int type = typeOf(head);
    if (!isIpv6(type) && type != TYPE_IPV4) {
      return LinkCounter.RECORD_TYPE;
    }
    int options = at + fixedBytes(isIpv6(type));
    if (options > recordEnd) {
      return LinkCounter.RECORD_TOO_SMALL;
    }
    return optionFault(m, options, recordEnd);
  }

  private static LinkCounter optionFault(MemorySegment m, int options, int end) {
    int seen = 0;
    int next;
    for (int at = options; at < end; at = next) {
      if (at + OPTION_DATA > end) {
        return LinkCounter.OPTION_LENGTH;
      }
      int length = byteAt(m, at + OPTION_LENGTH);
      next = at + OPTION_DATA + length;
      if (length == 0 || next > end) {
        return LinkCounter.OPTION_LENGTH;
      }
      int type = byteAt(m, at);
      int base = type & ~OPTION_MAY_SKIP;
      if (base < OPTION_SEQ || base > OPTION_PE_NAME) {
        if ((type & OPTION_MAY_SKIP) == 0) {
          return LinkCounter.UNKNOWN_OPTION;
        }
        continue;
      }
      if (!isLengthOf(base, length)) {
        return LinkCounter.OPTION_LENGTH;
      }
      if ((seen & 1 << base) != 0) {
        return LinkCounter.OPTION_TWICE;
      }
      seen |= 1 << base;
    }
    return null;
  }

  private static boolean isLengthOf(int option, int length) {
    return switch (option) {
      case OPTION_SEQ -> length == SEQ_BYTES;
      case OPTION_PE_DATA -> length <= ConnBatch.PE_DATA_MAX;
      default -> length <= ConnBatch.PE_NAME_MAX;
    };
  }

  private static void addRecord(MemorySegment m, int at, long head, ConnBatch into) {
    boolean ipv6 = isIpv6(typeOf(head));
    long ports = m.get(LONG, at + STATE);
    long marks = m.get(LONG, at + FWMARK);
    int i = into.add();
    into.setIpv6(i, ipv6);
    into.setProtocol(i, protocolOf(head));
    into.setFlags(i, (int) head);
    into.setState(i, (int) (ports >>> 48));
    into.setPorts(i, (int) (ports >>> 32), (int) (ports >>> 16), (int) ports);
    into.setFwmark(i, (int) (marks >>> 32));
    into.setTimeoutS(i, (int) marks);
    into.setAddresses(i, m, at + ADDRESSES, ipv6 ? 16 : 4);
    int options = at + fixedBytes(ipv6);
    int end = at + sizeOf(head);
    if (options < end) {
      addOptions(m, options, end, into, i);
    }
  }

  /** Takes over options that {@link #optionFault} has found sound. */
  private static void addOptions(MemorySegment m, int options, int end, ConnBatch into, int i) {
    int peData = options;
    int peDataLength = 0;
    int peName = options;
    int peNameLength = 0;
    int length;
    for (int at = options; at < end; at += OPTION_DATA + length) {
      int type = byteAt(m, at);
      int data = at + OPTION_DATA;
      length = byteAt(m, at + OPTION_LENGTH);
      switch (type & ~OPTION_MAY_SKIP) {
        case OPTION_SEQ -> addSeq(m, data, into, i);
        case OPTION_PE_DATA -> {
          peData = data;
          peDataLength = length;
        }
        case OPTION_PE_NAME -> {
          peName = data;
          peNameLength = length;
        }
        default -> {
          // A kernel looks at neither the length nor a repetition of this one.
          if (type == OPTION_REMAINING && length == REMAINING_BYTES) {
            into.setRemainingS(i, m.get(INT, data));
            into.setCopy(i, true);
          }
        }
      }
    }
    if (peDataLength + peNameLength > 0) {
      into.setPe(i, m, peData, peDataLength, peName, peNameLength);
    }
  }

  private static void addSeq(MemorySegment m, int data, ConnBatch into, int i) {
    for (int word = 0; word < ConnBatch.SEQ_WORDS; word++) {
      into.setSeq(i, word, m.get(INT, data + 4 * word));
    }
  }

  @Override
  public int encode(ConnBatch batch, int from, int syncId, int maxLength, Datagram into) {
    MemorySegment m = into.segment();
    int end = SyncHeader.V1_BYTES;
    int count = 0;
    int i = from;
    for (; i < batch.size() && count < ConnBatch.MAX_MESSAGE_RECORDS; i++) {
      if (batch.isSkipped(i)) {
        continue;
      }
      int at = aligned(end);
      int recordEnd = at + recordBytes(batch, i);
      if (recordEnd > maxLength) {
        break;
      }
      while (end < at) {
        putByte(m, end++, 0);
      }
      putRecord(batch, i, m, at, recordEnd - at);
      end = recordEnd;
      count++;
    }
    if (count > 0) {
      putByte(m, SyncHeader.V1_RESERVED, 0);
      putByte(m, SyncHeader.SYNC_ID, syncId);
      putShort(m, SyncHeader.SIZE, end);
      putByte(m, SyncHeader.V1_NR_CONNS, count);
      putByte(m, SyncHeader.V1_VERSION, VERSION);
      putShort(m, SyncHeader.V1_SPARE, 0);
    }
    into.setLength(count > 0 ? end : 0);
    return i;
  }

  private static int recordBytes(ConnBatch batch, int i) {
    int bytes = fixedBytes(batch.isIpv6(i));
    if (batch.hasSeq(i)) {
      bytes += OPTION_DATA + SEQ_BYTES;
    }
    if (batch.peDataLength(i) > 0) {
      bytes += OPTION_DATA + batch.peDataLength(i);
    }
    if (batch.peNameLength(i) > 0) {
      bytes += OPTION_DATA + batch.peNameLength(i);
    }
    if (batch.remainingS(i) != 0) {
      bytes += OPTION_DATA + REMAINING_BYTES;
    }
    return bytes;
  }

  private static void putRecord(ConnBatch batch, int i, MemorySegment m, int at, int bytes) {
    boolean ipv6 = batch.isIpv6(i);
    int type = ipv6 ? TYPE_IPV6_BIT : TYPE_IPV4;
    m.set(
        LONG, at + HEAD, head(type, batch.protocol(i), bytes, batch.flags(i) & ~ConnFlags.HASHED));
    long low = (long) batch.vport(i) << 16 | batch.dport(i);
    m.set(LONG, at + STATE, (long) batch.state(i) << 48 | (long) batch.cport(i) << 32 | low);
    m.set(LONG, at + FWMARK, (long) batch.fwmark(i) << 32 | batch.timeoutS(i) & 0xffff_ffffL);
    batch.addresses(i, m, at + ADDRESSES, ipv6 ? 16 : 4);
    int fixed = fixedBytes(ipv6);
    if (bytes > fixed) {
      putOptions(batch, i, m, at + fixed);
    }
  }

  private static void putOptions(ConnBatch batch, int i, MemorySegment m, int options) {
    int at = options;
    if (batch.hasSeq(i)) {
      at = putOptionHead(m, at, OPTION_SEQ, SEQ_BYTES);
      for (int word = 0; word < ConnBatch.SEQ_WORDS; word++) {
        m.set(INT, at + 4 * word, batch.seq(i, word));
      }
      at += SEQ_BYTES;
    }
    int length = batch.peDataLength(i);
    if (length > 0) {
      at = putOptionHead(m, at, OPTION_PE_DATA, length);
      MemorySegment.copy(batch.peArea(), batch.peDataOffset(i), m, at, length);
      at += length;
    }
    length = batch.peNameLength(i);
    if (length > 0) {
      at = putOptionHead(m, at, OPTION_PE_NAME, length);
      MemorySegment.copy(batch.peArea(), batch.peNameOffset(i), m, at, length);
      at += length;
    }
    if (batch.remainingS(i) != 0) {
      at = putOptionHead(m, at, OPTION_REMAINING, REMAINING_BYTES);
      m.set(INT, at, batch.remainingS(i));
    }
  }

  /** Returns where the option's data begins. */
  private static int putOptionHead(MemorySegment m, int at, int type, int length) {
    putByte(m, at, type);
    putByte(m, at + OPTION_LENGTH, length);
    return at + OPTION_DATA;
  }

  private static boolean isIpv6(int type) {
    return (type & TYPE_IPV6_BIT) != 0;
  }

  private static int fixedBytes(boolean ipv6) {
    return ipv6 ? IPV6_BYTES : IPV4_BYTES;
  }

  /** The first eight bytes of a record: type, protocol, version and size, flags. */
  private static long head(int type, int protocol, int bytes, int flags) {
    return (long) type << 56 | (long) protocol << 48 | (long) bytes << 32 | flags & 0xffff_ffffL;
  }

  private static int typeOf(long head) {
    return (int) (head >>> 56);
  }

  private static int protocolOf(long head) {
    return (int) (head >>> 48) & 0xff;
  }

  private static int sizeOf(long head) {
    return (int) (head >>> 32) & SIZE_MASK;
  }

  private static int aligned(int at) {
    return at + ALIGN - 1 & -ALIGN;
  }

  private static int byteAt(MemorySegment m, int at) {
    return m.get(JAVA_BYTE, at) & 0xff;
  }

  private static void putByte(MemorySegment m, int at, int value) {
    m.set(JAVA_BYTE, at, (byte) value);
  }

  private static void putShort(MemorySegment m, int at, int value) {
    m.set(SHORT, at, (short) value);
  }
}

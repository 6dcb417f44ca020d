package org.ipvssync.api.fake;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncHeader;

/**
 * The smallest codec with which roles can be tested: the real message headers, records of its own.
 *
 * <pre>
 *  0       4         8       12       16       18    20  21  22      24
 *  +-------+---------+-------+--------+--------+-----+---+---+-------+-----------------+
 *  | flags | timeout | caddr | remain | cport  |state|pr |pe | pad 2 | pe data (pe)    |
 *  +-------+---------+-------+--------+--------+-----+---+---+-------+-----------------+
 * </pre>
 */
public final class TinyCodec implements SyncCodec {
  /** Bytes of a record without persistence data. */
  public static final int RECORD_BYTES = 24;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /** When set, every decode and encode throws it: a fault of the program. */
  public volatile RuntimeException fault;

  /** When set, {@link #version} throws it: no good codec. */
  public volatile RuntimeException versionFault;

  /** When set, {@link #carries} throws it. */
  public volatile Error carriesFault;

  private final String name;
  private final int version;

  /**
   * A codec; version 0 carries no timeout and no IPv6, version 1 all.
   *
   * @param version 0 or 1
   */
  public TinyCodec(String name, int version) {
    this.name = name;
    this.version = version;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int version() {
    RuntimeException told = versionFault;
    if (told != null) {
      throw told;
    }
    return version;
  }

  @Override
  public boolean carriesTimeout() {
    return version == 1;
  }

  @Override
  public boolean carries(ConnBatch batch, int index) {
    Error told = carriesFault;
    if (told != null) {
      throw told;
    }
    return version == 1 || !batch.isIpv6(index);
  }

  @Override
  public void decode(Datagram message, ConnBatch into, LinkCounters counters) {
    failIfTold();
    MemorySegment bytes = message.segment();
    into.clear();
    into.setVersion(version);
    into.setSyncId(SyncHeader.syncId(bytes));
    int records = bytes.get(JAVA_BYTE, countOffset()) & 0xff;
    int at = headerBytes();
    for (int r = 0; r < records; r++) {
      if (message.length() - at < RECORD_BYTES) {
        counters.increment(LinkCounter.RECORD_CUT_SHORT);
        return;
      }
      int i = into.add();
      into.setFlags(i, bytes.get(INT, at));
      into.setTimeoutS(i, bytes.get(INT, at + 4));
      into.setCaddrWord(i, 0, bytes.get(INT, at + 8));
      into.setRemainingS(i, bytes.get(INT, at + 12));
      into.setPorts(i, bytes.get(SHORT, at + 16) & 0xffff, 80, 8080);
      into.setState(i, bytes.get(SHORT, at + 18) & 0xffff);
      into.setProtocol(i, bytes.get(JAVA_BYTE, at + 20) & 0xff);
      int peLength = bytes.get(JAVA_BYTE, at + 21) & 0xff;
      at += RECORD_BYTES;
      if (message.length() - at < peLength) {
        into.removeLast();
        counters.increment(LinkCounter.RECORD_PAST_END);
        return;
      }
      if (peLength > 0) {
        into.setPe(i, bytes, at, peLength, at, 0);
        at += peLength;
      }
    }
  }

  @Override
  public int encode(ConnBatch batch, int from, int syncId, int maxLength, Datagram into) {
    failIfTold();
    MemorySegment bytes = into.segment();
    int at = headerBytes();
    int records = 0;
    int index = from;
    while (index < batch.size() && records < ConnBatch.MAX_MESSAGE_RECORDS) {
      if (!batch.isSkipped(index) && carries(batch, index)) {
        if (at + RECORD_BYTES + batch.peDataLength(index) > maxLength) {
          break;
        }
        at = write(batch, index, bytes, at);
        records++;
      }
      index++;
    }
    into.setLength(records == 0 ? 0 : at);
    if (records > 0) {
      bytes.asSlice(0, headerBytes()).fill((byte) 0);
      bytes.set(JAVA_BYTE, SyncHeader.SYNC_ID, (byte) syncId);
      bytes.set(SHORT, SyncHeader.SIZE, (short) at);
      if (version == 1) {
        bytes.set(JAVA_BYTE, SyncHeader.V1_VERSION, (byte) 1);
      }
      bytes.set(JAVA_BYTE, countOffset(), (byte) records);
    }
    return index;
  }

  private static int write(ConnBatch batch, int index, MemorySegment bytes, int at) {
    int peLength = batch.peDataLength(index);
    bytes.set(INT, at, batch.flags(index));
    bytes.set(INT, at + 4, batch.timeoutS(index));
    bytes.set(INT, at + 8, batch.caddrWord(index, 0));
    bytes.set(INT, at + 12, batch.remainingS(index));
    bytes.set(SHORT, at + 16, (short) batch.cport(index));
    bytes.set(SHORT, at + 18, (short) batch.state(index));
    bytes.set(JAVA_BYTE, at + 20, (byte) batch.protocol(index));
    bytes.set(JAVA_BYTE, at + 21, (byte) peLength);
    bytes.set(SHORT, at + 22, (short) 0);
    if (peLength > 0) {
      MemorySegment.copy(
          batch.peArea(), batch.peDataOffset(index), bytes, at + RECORD_BYTES, peLength);
    }
    return at + RECORD_BYTES + peLength;
  }

  private int headerBytes() {
    return version == 1 ? SyncHeader.V1_BYTES : SyncHeader.V0_BYTES;
  }

  private int countOffset() {
    return version == 1 ? SyncHeader.V1_NR_CONNS : SyncHeader.V0_NR_CONNS;
  }

  private void failIfTold() {
    RuntimeException told = fault;
    if (told != null) {
      throw told;
    }
  }
}

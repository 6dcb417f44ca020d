package org.ipvssync.api.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The header of a sync message: what both versions share, and how they are told apart.
 *
 * <pre>
 *           0            1            2            3            4          5         6        7
 *      +------------+------------+------------+------------+----------+---------+--------+--------+
 *  v0  |  nr_conns  |   syncid   |     size (big-endian)   |  records ...
 *      +------------+------------+------------+------------+----------+---------+--------+--------+
 *  v1  |  reserved 0|   syncid   |     size (big-endian)   | nr_conns | version |     spare 0     |
 *      +------------+------------+------------+------------+----------+---------+--------+--------+
 *  ctl |  reserved 0|   syncid   |     size (big-endian)   |   kind   |   0xC5  |     spare       |
 *      +------------+------------+------------+------------+----------+---------+--------+--------+
 *      |       "IVSC", 8 to 11   |     by kind, 12 ...
 * </pre>
 *
 * <p>Source: {@code struct ip_vs_sync_mesg} and {@code ip_vs_process_message} in
 * net/netfilter/ipvs/ip_vs_sync.c.
 */
public final class SyncHeader {
  /** Bytes of a version 0 header, and the shortest message. */
  public static final int V0_BYTES = 4;

  /** Bytes of a version 1 header. */
  public static final int V1_BYTES = 8;

  /** Offset of the sync id, both versions. */
  public static final int SYNC_ID = 1;

  /** Offset of the message's size, both versions. */
  public static final int SIZE = SYNC_ID + 1;

  /** Offset of the number of records, version 0. */
  public static final int V0_NR_CONNS = 0;

  /** Offset of the byte that is 0 in version 1. */
  public static final int V1_RESERVED = 0;

  /** Offset of the number of records, version 1. */
  public static final int V1_NR_CONNS = SIZE + 2;

  /** Offset of the version number, version 1. */
  public static final int V1_VERSION = V1_NR_CONNS + 1;

  /** Offset of two bytes that are 0, version 1. */
  public static final int V1_SPARE = V1_VERSION + 1;

  /** Bytes of a control message's header, and the shortest control message. */
  public static final int CONTROL_BYTES = 16;

  /**
   * In the version's place of a control message: not 1, so that a kernel reads a version 0 message,
   * and one of no records, since its first byte is 0.
   */
  public static final int CONTROL_VERSION = 0xc5;

  /** Offset of {@link #CONTROL_MAGIC} in a control message, 4 bytes. */
  public static final int CONTROL_MAGIC_AT = V1_SPARE + 2;

  /** "IVSC": tells a control message from a version 0 message that is empty by chance. */
  public static final int CONTROL_MAGIC = 0x49565343;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private SyncHeader() {}

  /** The sync id, 0 to 255, of a message of at least {@link #V0_BYTES}. */
  public static int syncId(MemorySegment message) {
    return message.get(JAVA_BYTE, SYNC_ID) & 0xff;
  }

  /** The size field of a message of at least {@link #V0_BYTES}. */
  public static int size(MemorySegment message) {
    return message.get(SHORT, SIZE) & 0xffff;
  }

  /**
   * 1 when the header says so, else 0: everything that is not version 1 is read as version 0.
   *
   * @param length bytes of the message; below {@link #V1_BYTES} it is version 0
   */
  public static int version(MemorySegment message, int length) {
    boolean one =
        length >= V1_BYTES
            && message.get(JAVA_BYTE, V1_VERSION) == 1
            && message.get(JAVA_BYTE, V1_RESERVED) == 0
            && message.get(SHORT, V1_SPARE) == 0;
    return one ? 1 : 0;
  }

  /**
   * True for a message between nodes of this program that is no sync message. Stock kernels take it
   * for a version 0 message without records.
   *
   * @param length bytes of the message
   */
  public static boolean isControl(MemorySegment message, int length) {
    return length >= CONTROL_BYTES
        && message.get(JAVA_BYTE, V1_RESERVED) == 0
        && (message.get(JAVA_BYTE, V1_VERSION) & 0xff) == CONTROL_VERSION
        && message.get(INT, CONTROL_MAGIC_AT) == CONTROL_MAGIC;
  }
}

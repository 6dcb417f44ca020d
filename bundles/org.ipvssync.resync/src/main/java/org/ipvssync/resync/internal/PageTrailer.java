package org.ipvssync.resync.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncHeader;

/**
 * Says of a sync message which page it belongs to and which of its messages it is. It stands behind
 * the last record, inside the message's size, where every reader of version 1 passes over it.
 *
 * <pre>
 *   0        4        8         10        12
 *   +--------+--------+---------+---------+
 *   | "IVSP" | page   | index   | spare 0 |   at the end of the message
 *   +--------+--------+---------+---------+
 * </pre>
 */
final class PageTrailer {
  /** Bytes of it. */
  static final int BYTES = 12;

  private static final int MAGIC = 0x49565350;
  private static final int PAGE = 4;
  private static final int INDEX = PAGE + 4;
  private static final int SPARE = INDEX + 2;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private PageTrailer() {}

  /** Whether a datagram is a version 1 message with a trailer. */
  static boolean isOn(Datagram datagram) {
    MemorySegment m = datagram.segment();
    int length = datagram.length();
    return length >= SyncHeader.V1_BYTES + BYTES
        && SyncHeader.version(m, length) == 1
        && SyncHeader.size(m) == length
        && m.get(INT, length - BYTES) == MAGIC;
  }

  /** The page's number. */
  static int page(Datagram datagram) {
    return datagram.segment().get(INT, datagram.length() - BYTES + PAGE);
  }

  /** Which message of the page it is, 0 to 65535. */
  static int index(Datagram datagram) {
    return datagram.segment().get(SHORT, datagram.length() - BYTES + INDEX) & 0xffff;
  }

  /** Appends a trailer to a message that has room for it. */
  static void append(Datagram message, int page, int index) {
    MemorySegment m = message.segment();
    int at = message.length();
    m.set(INT, at, MAGIC);
    m.set(INT, at + PAGE, page);
    m.set(SHORT, at + INDEX, (short) index);
    m.set(SHORT, at + SPARE, (short) 0);
    m.set(SHORT, SyncHeader.SIZE, (short) (at + BYTES));
    message.setLength(at + BYTES);
  }
}

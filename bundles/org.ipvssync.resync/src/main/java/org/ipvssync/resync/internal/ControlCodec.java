package org.ipvssync.resync.internal;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncHeader;
import org.ipvssync.resync.internal.ControlMessage.Begin;
import org.ipvssync.resync.internal.ControlMessage.End;
import org.ipvssync.resync.internal.ControlMessage.Offer;
import org.ipvssync.resync.internal.ControlMessage.Pull;
import org.ipvssync.resync.internal.ControlMessage.Request;
import org.ipvssync.resync.internal.ControlMessage.Wait;

/**
 * Reads and writes control messages.
 *
 * <pre>
 *   0    1      2       4    5    6       8        12   13        16       24
 *   +----+------+-------+----+----+-------+--------+----+---------+--------+
 *   | 0  |syncid| size  |kind|0xC5|spare 0| "IVSC" | 1  | spare 0 | nonce  |  by kind ...
 *   +----+------+-------+----+----+-------+--------+----+---------+--------+
 *              24          32          40            48
 *   1 REQUEST  | node id   |
 *   2 OFFER    | node id   | cookie    | connections | flags, 4: bit 0 complete |
 *   3 PULL     | cookie    | page 4, most datagrams 2, max length 2 | cursor | generation 4 |
 *              24       28           30
 *   4 WAIT     | page 4 | retryMs 2  | spare 2 |
 *              24       28            32           40          44            46
 *   5 BEGIN    | page 4 | generation 4| total 8    |
 *   6 END      | page 4 | generation 4| cursor 8   | records 4 | datagrams 2 | spare 2 |
 * </pre>
 *
 * <p>Numbers are big-endian. Byte 12 is the version of this layout; bytes behind what is known are
 * for later ones. Stateless; malformed input is null and a counter.
 */
final class ControlCodec {
  /** No control message is longer, bytes. */
  static final int MAX_BYTES = 64;

  static final int KIND = SyncHeader.V1_NR_CONNS;
  static final int REQUEST = 1;
  static final int OFFER = 2;
  static final int PULL = 3;
  static final int WAIT = 4;
  static final int BEGIN = 5;
  static final int END = 6;

  private static final int LAYOUT = SyncHeader.CONTROL_MAGIC_AT + 4;
  private static final int LAYOUT_VERSION = 1;
  private static final int NONCE = SyncHeader.CONTROL_BYTES;
  private static final int BODY = NONCE + 8;
  private static final int COMPLETE = 1;

  private static final int[] BYTES = {0, BODY + 8, BODY + 28, BODY + 28, BODY + 8, BODY + 16, 48};

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private ControlCodec() {}

  /**
   * Reads a message.
   *
   * @return null when it is none, and then counted by its reason
   */
  static ControlMessage decode(Datagram datagram, ResyncCounters counters) {
    MemorySegment m = datagram.segment();
    ResyncCounter fault = fault(m, datagram.length());
    if (fault != null) {
      counters.increment(fault);
      return null;
    }
    long nonce = m.get(LONG, NONCE);
    return switch (kind(m)) {
      case REQUEST -> new Request(nonce, m.get(LONG, BODY));
      case OFFER -> offer(m, nonce);
      case PULL -> pull(m, nonce);
      case WAIT -> new Wait(nonce, m.get(INT, BODY), shortAt(m, BODY + 4));
      case BEGIN -> new Begin(nonce, m.get(INT, BODY), m.get(INT, BODY + 4), m.get(LONG, BODY + 8));
      default -> end(m, nonce);
    };
  }

  private static ResyncCounter fault(MemorySegment m, int length) {
    if (!SyncHeader.isControl(m, length)) {
      return ResyncCounter.NOT_CONTROL;
    }
    if (SyncHeader.size(m) != length) {
      return ResyncCounter.CONTROL_SIZE;
    }
    int kind = kind(m);
    if (m.get(JAVA_BYTE, LAYOUT) != LAYOUT_VERSION || kind < REQUEST || kind > END) {
      return ResyncCounter.CONTROL_UNKNOWN;
    }
    return length < BYTES[kind] ? ResyncCounter.CONTROL_CUT_SHORT : null;
  }

  private static Offer offer(MemorySegment m, long nonce) {
    boolean complete = (m.get(INT, BODY + 24) & COMPLETE) != 0;
    return new Offer(
        nonce, m.get(LONG, BODY), m.get(LONG, BODY + 8), m.get(LONG, BODY + 16), complete);
  }

  private static Pull pull(MemorySegment m, long nonce) {
    return new Pull(
        nonce,
        m.get(LONG, BODY),
        m.get(INT, BODY + 8),
        m.get(LONG, BODY + 16),
        m.get(INT, BODY + 24),
        shortAt(m, BODY + 12),
        shortAt(m, BODY + 14));
  }

  private static End end(MemorySegment m, long nonce) {
    return new End(
        nonce,
        m.get(INT, BODY),
        m.get(INT, BODY + 4),
        m.get(LONG, BODY + 8),
        m.get(INT, BODY + 16),
        shortAt(m, BODY + 20));
  }

  /**
   * Writes a message.
   *
   * @param syncId 0 to 255
   * @param into of {@link #MAX_BYTES} at least
   */
  static void encode(ControlMessage message, int syncId, Datagram into) {
    MemorySegment m = into.segment();
    m.asSlice(0, MAX_BYTES).fill((byte) 0);
    int kind =
        switch (message) {
          case Request r -> {
            m.set(LONG, BODY, r.nodeId());
            yield REQUEST;
          }
          case Offer o -> {
            m.set(LONG, BODY, o.nodeId());
            m.set(LONG, BODY + 8, o.cookie());
            m.set(LONG, BODY + 16, o.connections());
            m.set(INT, BODY + 24, o.complete() ? COMPLETE : 0);
            yield OFFER;
          }
          case Pull p -> putPull(p, m);
          case Wait w -> {
            m.set(INT, BODY, w.page());
            m.set(SHORT, BODY + 4, (short) w.retryMs());
            yield WAIT;
          }
          case Begin b -> {
            m.set(INT, BODY, b.page());
            m.set(INT, BODY + 4, b.generation());
            m.set(LONG, BODY + 8, b.total());
            yield BEGIN;
          }
          case End e -> putEnd(e, m);
        };
    m.set(JAVA_BYTE, SyncHeader.SYNC_ID, (byte) syncId);
    m.set(SHORT, SyncHeader.SIZE, (short) BYTES[kind]);
    m.set(JAVA_BYTE, KIND, (byte) kind);
    m.set(JAVA_BYTE, SyncHeader.V1_VERSION, (byte) SyncHeader.CONTROL_VERSION);
    m.set(INT, SyncHeader.CONTROL_MAGIC_AT, SyncHeader.CONTROL_MAGIC);
    m.set(JAVA_BYTE, LAYOUT, (byte) LAYOUT_VERSION);
    m.set(LONG, NONCE, message.nonce());
    into.setLength(BYTES[kind]);
  }

  private static int putPull(Pull p, MemorySegment m) {
    m.set(LONG, BODY, p.cookie());
    m.set(INT, BODY + 8, p.page());
    m.set(SHORT, BODY + 12, (short) p.mostDatagrams());
    m.set(SHORT, BODY + 14, (short) p.maxLength());
    m.set(LONG, BODY + 16, p.cursor());
    m.set(INT, BODY + 24, p.generation());
    return PULL;
  }

  private static int putEnd(End e, MemorySegment m) {
    m.set(INT, BODY, e.page());
    m.set(INT, BODY + 4, e.generation());
    m.set(LONG, BODY + 8, e.nextCursor());
    m.set(INT, BODY + 16, e.records());
    m.set(SHORT, BODY + 20, (short) e.datagrams());
    return END;
  }

  private static int kind(MemorySegment m) {
    return m.get(JAVA_BYTE, KIND) & 0xff;
  }

  private static int shortAt(MemorySegment m, int at) {
    return m.get(SHORT, at) & 0xffff;
  }
}

package org.ipvssync.workload.internal;

import java.nio.ByteBuffer;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncHeader;

/**
 * The shape of the feed's stream.
 *
 * <pre>
 *   to the node:    +----------------+--------------------------------+
 *                   | length u16     | v1 sync message, length bytes  |   again and again
 *                   +----------------+--------------------------------+
 *   from the node:  +---------------------------------+
 *                   | messages applied so far, u64    |   after one message or several
 *                   +---------------------------------+
 * </pre>
 *
 * <p>All numbers are big-endian. The count starts at 0 with each connection.
 */
final class FeedFrame {
  /** Bytes before a message. */
  static final int LENGTH_BYTES = 2;

  /** Bytes of an acknowledgement. */
  static final int ACK_BYTES = 8;

  /** Longest message. */
  static final int MAX_MESSAGE_BYTES = 65_507;

  private FeedFrame() {}

  /** What {@link #next} found. */
  enum Result {
    /** A message was taken. */
    MESSAGE,
    /** The frame is not all there yet. */
    INCOMPLETE,
    /** It is no version 1 message, or says another size than the frame. */
    MALFORMED
  }

  /**
   * Takes the next message of what was received.
   *
   * @param received from its position to its limit; the position moves behind a message only
   * @param message gets the message, of capacity {@link #MAX_MESSAGE_BYTES}
   */
  static Result next(ByteBuffer received, Datagram message) {
    if (received.remaining() < LENGTH_BYTES) {
      return Result.INCOMPLETE;
    }
    int start = received.position();
    int length = received.getShort(start) & 0xffff;
    if (length < SyncHeader.V1_BYTES || length > MAX_MESSAGE_BYTES) {
      return Result.MALFORMED;
    }
    if (received.remaining() < LENGTH_BYTES + length) {
      return Result.INCOMPLETE;
    }
    message.buffer().clear().put(0, received, start + LENGTH_BYTES, length);
    message.setLength(length);
    received.position(start + LENGTH_BYTES + length);
    boolean sound =
        SyncHeader.version(message.segment(), length) == 1
            && SyncHeader.size(message.segment()) == length;
    return sound ? Result.MESSAGE : Result.MALFORMED;
  }
}

package org.ipvssync.command.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The classic format.
 *
 * <pre>
 *   file    magic u32, major u16, minor u16, zone i32, sigfigs u32, snaplen u32, linktype u32
 *   packet  seconds u32, micro- or nanoseconds u32, captured u32, original u32, bytes
 * </pre>
 *
 * <p>Numbers are in the byte order that the magic number is in.
 */
final class PcapReader extends CaptureReader {
  private static final int MICROS = 0xa1b2c3d4;
  private static final int NANOS = 0xa1b23c4d;
  private static final int FILE_HEADER_BYTES = 20; // after the magic number
  private static final int LINK_TYPE = 16;
  private static final int LINK_TYPE_MASK = 0x0fff_ffff; // above it: length of a checksum
  private static final int PACKET_HEADER_BYTES = 16;

  private final ByteOrder order;
  private final long nanosPerUnit;
  private final int linkType;

  private PcapReader(InputStream in, ByteOrder order, long nanosPerUnit) throws IOException {
    super(in);
    this.order = order;
    this.nanosPerUnit = nanosPerUnit;
    this.linkType = readMore(FILE_HEADER_BYTES, order).getInt(LINK_TYPE) & LINK_TYPE_MASK;
  }

  /** Reads on after the magic number, given in big-endian order; null when it is none. */
  static PcapReader begin(InputStream in, int magic) throws IOException {
    int swapped = Integer.reverseBytes(magic);
    if (magic == MICROS || magic == NANOS) {
      return new PcapReader(in, ByteOrder.BIG_ENDIAN, magic == NANOS ? 1 : 1000);
    }
    if (swapped == MICROS || swapped == NANOS) {
      return new PcapReader(in, ByteOrder.LITTLE_ENDIAN, swapped == NANOS ? 1 : 1000);
    }
    return null;
  }

  @Override
  Packet next() throws IOException {
    ByteBuffer header = read(PACKET_HEADER_BYTES, order);
    if (header == null) {
      return null;
    }
    long seconds = Integer.toUnsignedLong(header.getInt());
    long fraction = Integer.toUnsignedLong(header.getInt());
    int length = header.getInt();
    if (length < 0 || length > MAX_BYTES) {
      throw new CaptureException(
          "the file is damaged: a packet of " + Integer.toUnsignedString(length) + " bytes");
    }
    byte[] bytes = length == 0 ? new byte[0] : readMore(length, order).array();
    return new Packet(seconds * 1_000_000_000L + fraction * nanosPerUnit, linkType, bytes);
  }
}

package org.ipvssync.command.capture;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The format that Wireshark writes: blocks of {type u32, length u32, body, length u32}, in sections
 * that each have a byte order and a list of interfaces.
 */
final class PcapngReader extends CaptureReader {
  /** Type of the block that begins a section, and so the file; the same in both byte orders. */
  static final int SECTION_HEADER = 0x0a0d0d0a;

  private static final int INTERFACE = 1;
  private static final int OBSOLETE_PACKET = 2;
  private static final int SIMPLE_PACKET = 3;
  private static final int ENHANCED_PACKET = 6;

  private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
  private static final int FRAME_BYTES = 12; // type and both lengths
  private static final int OPTION_END = 0;
  private static final int OPTION_RESOLUTION = 9;
  private static final int OPTION_OFFSET = 14;
  private static final long NANOS = 1_000_000_000L;
  private static final int MAX_INTERFACES = 65_536;

  private final List<Interface> interfaces = new ArrayList<>();
  private ByteOrder order = ByteOrder.BIG_ENDIAN;

  /** One interface of a section: what its packets begin with, and what their times mean. */
  private record Interface(int linkType, long unitsPerSecond, long offsetSeconds) {
    long nanos(int high, int low) {
      long units = (Integer.toUnsignedLong(high) << 32) | Integer.toUnsignedLong(low);
      // Exact for every resolution; the usual one is 10^6.
      BigInteger nanos =
          new BigInteger(Long.toUnsignedString(units))
              .multiply(BigInteger.valueOf(NANOS))
              .divide(BigInteger.valueOf(unitsPerSecond));
      return offsetSeconds * NANOS + nanos.longValue();
    }
  }

  /** Reads on after the first block's type. */
  PcapngReader(InputStream in) throws IOException {
    super(in);
    beginSection(readMore(4, order));
  }

  @Override
  Packet next() throws IOException {
    while (true) {
      ByteBuffer type = read(4, order);
      if (type == null) {
        return null;
      }
      int blockType = type.getInt();
      ByteBuffer length = readMore(4, order);
      if (blockType == SECTION_HEADER) {
        beginSection(length);
        continue;
      }
      ByteBuffer body = body(length.getInt());
      Packet packet =
          switch (blockType) {
            case INTERFACE -> addInterface(body);
            case ENHANCED_PACKET -> enhanced(body);
            case SIMPLE_PACKET -> simple(body);
            case OBSOLETE_PACKET -> obsolete(body);
            default -> null;
          };
      if (packet != null) {
        return packet;
      }
    }
  }

  private void beginSection(ByteBuffer length) throws IOException {
    ByteBuffer magic = readMore(4, ByteOrder.BIG_ENDIAN);
    order = magic.getInt(0) == BYTE_ORDER_MAGIC ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    if (magic.order(order).getInt(0) != BYTE_ORDER_MAGIC) {
      throw new CaptureException("the file is damaged: a section of unknown byte order");
    }
    interfaces.clear();
    int bytes = checked(length.order(order).getInt(0)) - FRAME_BYTES - 4;
    if (bytes < 0) {
      throw new CaptureException("the file is damaged: a section header of the wrong length");
    }
    readMore(bytes + 4, order);
  }

  private ByteBuffer body(int blockLength) throws IOException {
    int bytes = checked(blockLength) - FRAME_BYTES;
    ByteBuffer body = readMore(bytes + 4, order);
    return body.limit(bytes);
  }

  private static int checked(int blockLength) throws IOException {
    if (blockLength < FRAME_BYTES || blockLength > MAX_BYTES || blockLength % 4 != 0) {
      throw new CaptureException(
          "the file is damaged: a block of " + Integer.toUnsignedString(blockLength) + " bytes");
    }
    return blockLength;
  }

  private Packet addInterface(ByteBuffer body) throws IOException {
    need(body, 8);
    int linkType = body.getShort() & 0xffff;
    body.position(8);
    long unitsPerSecond = 1_000_000;
    long offsetSeconds = 0;
    while (body.remaining() >= 4) {
      int code = body.getShort() & 0xffff;
      int length = body.getShort() & 0xffff;
      if (code == OPTION_END) {
        break;
      }
      need(body, length);
      if (code == OPTION_RESOLUTION && length == 1) {
        unitsPerSecond = unitsPerSecond(body.get(body.position()));
      } else if (code == OPTION_OFFSET && length == 8) {
        offsetSeconds = body.getLong(body.position());
      }
      body.position(Math.min(body.limit(), body.position() + length + 3 & ~3));
    }
    if (interfaces.size() == MAX_INTERFACES) {
      throw new CaptureException("the file is damaged: too many interfaces");
    }
    interfaces.add(new Interface(linkType, unitsPerSecond, offsetSeconds));
    return null;
  }

  /** A power of ten, or of two when the high bit is set. */
  private static long unitsPerSecond(byte resolution) throws IOException {
    int exponent = resolution & 0x7f;
    boolean two = resolution < 0;
    if (exponent > (two ? 62 : 18)) {
      throw new CaptureException("the file is damaged: times in units of 10^-" + exponent + " s");
    }
    return two ? 1L << exponent : BigInteger.TEN.pow(exponent).longValue();
  }

  private Packet enhanced(ByteBuffer body) throws IOException {
    need(body, 20);
    Interface of = interfaceAt(body.getInt());
    long nanos = of.nanos(body.getInt(), body.getInt());
    int captured = body.getInt();
    body.getInt();
    return new Packet(nanos, of.linkType, take(body, captured));
  }

  private Packet obsolete(ByteBuffer body) throws IOException {
    need(body, 20);
    Interface of = interfaceAt(body.getShort() & 0xffff);
    body.getShort();
    long nanos = of.nanos(body.getInt(), body.getInt());
    int captured = body.getInt();
    body.getInt();
    return new Packet(nanos, of.linkType, take(body, captured));
  }

  private Packet simple(ByteBuffer body) throws IOException {
    need(body, 4);
    Interface of = interfaceAt(0);
    int original = body.getInt();
    return new Packet(0, of.linkType, take(body, Math.clamp(original, 0, body.remaining())));
  }

  private Interface interfaceAt(int index) throws IOException {
    if (index < 0 || index >= interfaces.size()) {
      throw new CaptureException("the file is damaged: a packet of interface " + index);
    }
    return interfaces.get(index);
  }

  private static byte[] take(ByteBuffer body, int count) throws IOException {
    need(body, count);
    byte[] bytes = new byte[count];
    body.get(bytes);
    return bytes;
  }

  private static void need(ByteBuffer body, int count) throws IOException {
    if (count < 0 || body.remaining() < count) {
      throw new CaptureException("the file is damaged: a block is too short for what it holds");
    }
  }
}

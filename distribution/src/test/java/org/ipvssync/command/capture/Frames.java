package org.ipvssync.command.capture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** Makes packets and capture files, byte by byte, for tests. */
final class Frames {
  static final int IPV4_PORT = 8848;
  static final int SOURCE_PORT = 40_000;

  private static final HexFormat HEX = HexFormat.of();

  private Frames() {}

  /** An IPv4 packet: UDP from 10.0.0.1 to 224.0.0.81 port 8848. */
  static byte[] ipv4(byte[] payload) {
    return ipv4(payload, 0, 0);
  }

  /** As {@link #ipv4(byte[])}, with so many bytes of options and the fragment field given. */
  static byte[] ipv4(byte[] payload, int optionBytes, int fragment) {
    ByteBuffer packet = ByteBuffer.allocate(20 + optionBytes + 8 + payload.length);
    packet.put((byte) (0x45 + optionBytes / 4)).put((byte) 0);
    packet.putShort((short) packet.capacity()).putShort((short) 1).putShort((short) fragment);
    packet.put((byte) 1).put((byte) 17).putShort((short) 0);
    packet.put(HEX.parseHex("0a000001e0000051")).put(new byte[optionBytes]);
    return udp(packet, payload).array();
  }

  /** An IPv6 packet: UDP from fd00::1 to ff02::5a port 8848, after the given extension headers. */
  static byte[] ipv6(byte[] payload, int nextHeader, byte[] extensions) {
    ByteBuffer packet = ByteBuffer.allocate(40 + extensions.length + 8 + payload.length);
    packet.putInt(0x60000000);
    packet.putShort((short) (extensions.length + 8 + payload.length));
    packet.put((byte) nextHeader).put((byte) 1);
    packet.put(HEX.parseHex("fd000000000000000000000000000001"));
    packet.put(HEX.parseHex("ff02000000000000000000000000005a"));
    packet.put(extensions);
    return udp(packet, payload).array();
  }

  private static ByteBuffer udp(ByteBuffer packet, byte[] payload) {
    packet.putShort((short) SOURCE_PORT).putShort((short) IPV4_PORT);
    return packet.putShort((short) (8 + payload.length)).putShort((short) 0).put(payload);
  }

  /** Bytes one after another: byte arrays, and strings of hexadecimal digits. */
  static byte[] join(Object... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (Object part : parts) {
      joined.writeBytes(part instanceof byte[] bytes ? bytes : HEX.parseHex((String) part));
    }
    return joined.toByteArray();
  }

  /** A classic capture file of packets that are each one second after the one before. */
  static byte[] pcap(int magic, ByteOrder order, int linkType, byte[]... packets) {
    ByteBuffer file = ByteBuffer.allocate(1 << 16).order(order);
    file.putInt(magic).putShort((short) 2).putShort((short) 4).putLong(0);
    file.putInt(262_144).putInt(linkType);
    for (int i = 0; i < packets.length; i++) {
      file.putInt(1_000_000 + i).putInt(123_456);
      file.putInt(packets[i].length).putInt(packets[i].length).put(packets[i]);
    }
    return written(file);
  }

  /** A block of a pcapng file. */
  static byte[] block(ByteOrder order, int type, byte[] body) {
    int padding = -body.length & 3;
    int length = 12 + body.length + padding;
    ByteBuffer block = ByteBuffer.allocate(length).order(order);
    block.putInt(type).putInt(length).put(body).put(new byte[padding]).putInt(length);
    return block.array();
  }

  /** The block that begins a section. */
  static byte[] section(ByteOrder order) {
    ByteBuffer body = ByteBuffer.allocate(16).order(order);
    body.putInt(0x1a2b3c4d).putShort((short) 1).putShort((short) 0).putLong(-1);
    return block(order, 0x0a0d0d0a, body.array());
  }

  /** An interface of a section, with options. */
  static byte[] interfaceOf(ByteOrder order, int linkType, byte[] options) {
    ByteBuffer body = ByteBuffer.allocate(8 + options.length).order(order);
    body.putShort((short) linkType).putShort((short) 0).putInt(0).put(options);
    return block(order, 1, body.array());
  }

  /** An enhanced packet block. */
  static byte[] packet(ByteOrder order, int of, long time, byte[] bytes) {
    ByteBuffer body = ByteBuffer.allocate(20 + bytes.length).order(order);
    body.putInt(of).putInt((int) (time >>> 32)).putInt((int) time);
    body.putInt(bytes.length).putInt(bytes.length).put(bytes);
    return block(order, 6, body.array());
  }

  private static byte[] written(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.position()];
    buffer.get(0, bytes);
    return bytes;
  }
}

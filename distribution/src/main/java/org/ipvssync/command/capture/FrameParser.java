package org.ipvssync.command.capture;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * Finds the UDP datagram in a captured packet: Ethernet (with VLAN tags), Linux cooked, raw IP or
 * loopback; IPv4 or IPv6 (with extension headers). Never throws for what is in a packet.
 */
final class FrameParser {
  private static final int NULL = 0;
  private static final int ETHERNET = 1;
  private static final Set<Integer> RAW = Set.of(12, 14, 101, 228, 229);
  private static final int LOOP = 108;
  private static final int LINUX_SLL = 113;
  private static final int LINUX_SLL2 = 276;

  /** Those with something before the IP header. */
  private static final Set<Integer> FRAMED = Set.of(NULL, ETHERNET, LOOP, LINUX_SLL, LINUX_SLL2);

  private static final int TYPE_IPV4 = 0x0800;
  private static final int TYPE_IPV6 = 0x86dd;
  private static final Set<Integer> VLAN = Set.of(0x8100, 0x88a8, 0x9100);

  private static final int UDP = 17;
  private static final int UDP_HEADER_BYTES = 8;
  private static final int IPV4_HEADER_BYTES = 20;
  private static final int IPV6_HEADER_BYTES = 40;
  private static final int IPV6_FRAGMENT = 44;

  /** Hop-by-hop, routing and destination options: {next header, length in 8 bytes after 8}. */
  private static final Set<Integer> IPV6_EXTENSIONS = Set.of(0, 43, 60);

  private FrameParser() {}

  /** True when packets of that link type are understood. */
  static boolean knows(int linkType) {
    return RAW.contains(linkType) || FRAMED.contains(linkType);
  }

  /** The datagram; null when the packet is none, or part of a fragmented one. */
  static CapturedDatagram parse(Packet packet) {
    ByteBuffer bytes = ByteBuffer.wrap(packet.bytes());
    int network = networkHeader(packet.linkType(), bytes);
    if (network < 0 || network >= bytes.limit()) {
      return null;
    }
    return switch (bytes.get(network) >> 4 & 0xf) {
      case 4 -> ipv4(packet, bytes, network);
      case 6 -> ipv6(packet, bytes, network);
      default -> null;
    };
  }

  /** Where the IP header begins; -1 when there is none. */
  private static int networkHeader(int linkType, ByteBuffer bytes) {
    return switch (linkType) {
      case ETHERNET -> afterEtherType(bytes, 12);
      case LINUX_SLL -> afterEtherType(bytes, 14);
      case LINUX_SLL2 -> hasIpType(bytes, 0) ? 20 : -1;
      case NULL, LOOP -> 4;
      default -> RAW.contains(linkType) ? 0 : -1;
    };
  }

  private static int afterEtherType(ByteBuffer bytes, int typeOffset) {
    int offset = typeOffset;
    while (offset + 2 <= bytes.limit() && VLAN.contains(bytes.getShort(offset) & 0xffff)) {
      offset += 4;
    }
    return hasIpType(bytes, offset) ? offset + 2 : -1;
  }

  private static boolean hasIpType(ByteBuffer bytes, int offset) {
    if (offset + 2 > bytes.limit()) {
      return false;
    }
    int type = bytes.getShort(offset) & 0xffff;
    return type == TYPE_IPV4 || type == TYPE_IPV6;
  }

  private static CapturedDatagram ipv4(Packet packet, ByteBuffer bytes, int at) {
    if (bytes.limit() < at + IPV4_HEADER_BYTES) {
      return null;
    }
    int headerBytes = (bytes.get(at) & 0xf) * 4;
    int totalBytes = bytes.getShort(at + 2) & 0xffff;
    boolean fragment = (bytes.getShort(at + 6) & 0x3fff) != 0; // more fragments, or an offset
    if (headerBytes < IPV4_HEADER_BYTES || fragment || bytes.get(at + 9) != UDP) {
      return null;
    }
    int transport = at + headerBytes;
    return udp(packet, bytes, transport, totalBytes - headerBytes, at + 12, 4);
  }

  private static CapturedDatagram ipv6(Packet packet, ByteBuffer bytes, int at) {
    if (bytes.limit() < at + IPV6_HEADER_BYTES) {
      return null;
    }
    int left = bytes.getShort(at + 4) & 0xffff;
    int next = bytes.get(at + 6) & 0xff;
    int header = at + IPV6_HEADER_BYTES;
    while (IPV6_EXTENSIONS.contains(next) && header + 2 <= bytes.limit()) {
      int headerBytes = ((bytes.get(header + 1) & 0xff) + 1) * 8;
      next = bytes.get(header) & 0xff;
      header += headerBytes;
      left -= headerBytes;
    }
    if (next != UDP) {
      return null; // also IPV6_FRAGMENT
    }
    return udp(packet, bytes, header, left, at + 8, 16);
  }

  private static CapturedDatagram udp(
      Packet packet, ByteBuffer bytes, int at, int available, int addresses, int addressBytes) {
    if (available < UDP_HEADER_BYTES || bytes.limit() < at + UDP_HEADER_BYTES) {
      return null;
    }
    int udpBytes = bytes.getShort(at + 4) & 0xffff;
    if (udpBytes < UDP_HEADER_BYTES || udpBytes > available) {
      return null;
    }
    int length = udpBytes - UDP_HEADER_BYTES;
    int begin = at + UDP_HEADER_BYTES;
    byte[] payload = new byte[Math.min(length, bytes.limit() - begin)];
    bytes.get(begin, payload);
    return new CapturedDatagram(
        packet.timeNanos(),
        address(bytes, addresses, addressBytes),
        bytes.getShort(at) & 0xffff,
        address(bytes, addresses + addressBytes, addressBytes),
        bytes.getShort(at + 2) & 0xffff,
        payload,
        length);
  }

  private static InetAddress address(ByteBuffer bytes, int at, int count) {
    byte[] address = new byte[count];
    bytes.get(at, address);
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new AssertionError("an address has 4 or 16 bytes", e);
    }
  }

  /** True when the packet is one of several that make up a UDP datagram. */
  static boolean isFragment(Packet packet) {
    ByteBuffer bytes = ByteBuffer.wrap(packet.bytes());
    int at = networkHeader(packet.linkType(), bytes);
    if (at < 0 || bytes.limit() < at + IPV4_HEADER_BYTES) {
      return false;
    }
    if ((bytes.get(at) >> 4 & 0xf) == 4) {
      return bytes.get(at + 9) == UDP && (bytes.getShort(at + 6) & 0x3fff) != 0;
    }
    return (bytes.get(at + 6) & 0xff) == IPV6_FRAGMENT;
  }
}

package org.ipvssync.transport.multicast.internal;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Addresses as the tables below /proc/net write them: words of 32 bits in the host's order. */
final class ProcAddress {
  private ProcAddress() {}

  /** 8 or 32 hexadecimal digits in capitals. */
  static String hex(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress()).order(ByteOrder.nativeOrder());
    StringBuilder digits = new StringBuilder();
    while (bytes.hasRemaining()) {
      digits.append("%08X".formatted(bytes.getInt()));
    }
    return digits.toString();
  }
}

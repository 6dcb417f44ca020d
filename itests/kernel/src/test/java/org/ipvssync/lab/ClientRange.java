package org.ipvssync.lab;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * The client addresses of one case, so that rows of the tables tell whose they are: 100.X.Y.* and
 * 2001:db8::64XX:YY*.
 *
 * @param number 0 to 65535
 */
record ClientRange(int number) {
  private static final int FIRST = 100;
  private static final int PREFIX = 3;
  private static final int IPV6 = 16;
  private static final byte[] IPV6_HEAD = {0x20, 0x01, 0x0d, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0};

  /** A client's address. */
  byte[] address(boolean ipv6, int client) {
    byte[] address = ipv6 ? Arrays.copyOf(IPV6_HEAD, IPV6) : new byte[4];
    int at = address.length - 4;
    address[at] = FIRST;
    address[at + 1] = (byte) (number >> 8);
    address[at + 2] = (byte) number;
    address[at + 3] = (byte) client;
    return address;
  }

  /** The number of the range that an address is of; negative when it is of none. */
  static int of(InetAddress client) {
    byte[] address = client.getAddress();
    int at = address.length - 4;
    boolean headed =
        address.length == 4 || Arrays.equals(address, 0, at, IPV6_HEAD, 0, IPV6_HEAD.length);
    return headed && address[at] == FIRST
        ? (address[at + 1] & 0xff) << 8 | address[at + 2] & 0xff
        : -1;
  }

  /** A datagram of this range as one of another. */
  byte[] moved(byte[] datagram, ClientRange to) {
    return replaced(datagram, address(false, 0), to.address(false, 0));
  }

  /** Replaces the first three bytes of an address by those of another, wherever they stand. */
  static byte[] replaced(byte[] datagram, byte[] from, byte[] to) {
    byte[] replaced = datagram.clone();
    for (int at = 0; at + PREFIX <= datagram.length; at++) {
      if (Arrays.equals(datagram, at, at + PREFIX, from, 0, PREFIX)) {
        System.arraycopy(to, 0, replaced, at, PREFIX);
      }
    }
    return replaced;
  }

  /** True when a datagram has these bytes somewhere. */
  static boolean contains(byte[] datagram, byte[] bytes) {
    for (int at = 0; at + bytes.length <= datagram.length; at++) {
      if (Arrays.equals(datagram, at, at + bytes.length, bytes, 0, bytes.length)) {
        return true;
      }
    }
    return false;
  }
}

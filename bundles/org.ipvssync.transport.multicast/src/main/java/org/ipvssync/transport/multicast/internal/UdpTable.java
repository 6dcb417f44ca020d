package org.ipvssync.transport.multicast.internal;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The kernel's table of UDP sockets, /proc/net/udp or udp6: the rows of one local address.
 *
 * <pre>
 *  column:  0   1             2             3 4     5     6        7 8 9    10 11   12
 *           sl  local_address rem_address   st queue tr    retrnsmt … … inode …     drops
 *          812: 510000E0:2290 00000000:0000 07 0:0   00:00 00000000 0 0 4711  2 c2a7 0
 * </pre>
 *
 * <p>A host may have many thousands of rows, so lines are looked at as bytes and those of other
 * addresses are passed over. Not thread-safe.
 *
 * <p>Source: {@code udp4_format_sock} in net/ipv4/udp.c, {@code __ip6_dgram_sock_seq_show} in
 * net/ipv6/datagram.c.
 */
final class UdpTable {
  /** Gets the rows. */
  interface Visitor {
    /**
     * A socket that is bound to the address.
     *
     * @param inode number of the socket, as in the links below /proc/self/fd
     * @param drops datagrams dropped since the socket was made, modulo 2^32
     */
    void socket(int port, long inode, int drops);
  }

  private static final int INODE_COLUMN = 9;
  private static final int DROPS_COLUMN = 12;

  private final String file;
  private final byte[] addressDigits;
  private final byte[] chunk = new byte[8192];
  private final byte[] line = new byte[512];
  private int lineLength;

  /**
   * The rows of {@code local}.
   *
   * @param net the folder, /proc/net
   */
  UdpTable(Path net, InetAddress local) {
    this.file = net.resolve(local instanceof Inet6Address ? "udp6" : "udp").toString();
    this.addressDigits = (ProcAddress.hex(local) + ":").getBytes(StandardCharsets.US_ASCII);
  }

  /** Reads the table once, from its start. */
  void read(Visitor visitor) throws IOException {
    lineLength = 0;
    // Not through a channel, which an interrupt would close.
    try (InputStream in = new FileInputStream(file)) {
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        for (int i = 0; i < count; i++) {
          add(chunk[i], visitor);
        }
      }
    }
  }

  private void add(byte next, Visitor visitor) {
    if (next == '\n') {
      look(visitor);
      lineLength = 0;
    } else if (lineLength < line.length) {
      line[lineLength++] = next;
    }
  }

  private void look(Visitor visitor) {
    int start = column(1);
    if (start < 0 || start + addressDigits.length + 4 > lineLength) {
      return;
    }
    for (int i = 0; i < addressDigits.length; i++) {
      if (line[start + i] != addressDigits[i]) {
        return;
      }
    }
    int inode = column(INODE_COLUMN);
    int drops = column(DROPS_COLUMN);
    if (inode >= 0 && drops >= 0) {
      int port = (int) number(start + addressDigits.length, 16);
      visitor.socket(port, number(inode, 10), (int) number(drops, 10));
    }
  }

  /** Where a column starts, or -1. */
  private int column(int wanted) {
    int at = 0;
    for (int column = 0; ; column++) {
      while (at < lineLength && line[at] == ' ') {
        at++;
      }
      if (at == lineLength) {
        return -1;
      }
      if (column == wanted) {
        return at;
      }
      while (at < lineLength && line[at] != ' ') {
        at++;
      }
    }
  }

  private long number(int from, int radix) {
    long value = 0;
    for (int i = from; i < lineLength; i++) {
      int digit = Character.digit(line[i], radix);
      if (digit < 0) {
        break;
      }
      value = value * radix + digit;
    }
    return value;
  }
}

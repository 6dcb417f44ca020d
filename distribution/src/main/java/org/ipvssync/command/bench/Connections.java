package org.ipvssync.command.bench;

import java.nio.ByteOrder;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnProtocol;

/**
 * Distinct TCP connections by number, in an order as random as that of clients on the Internet, and
 * the number of a connection by its record.
 */
final class Connections {
  /** Most of them: the client's address has 24 bits to choose. */
  static final int MOST = 1 << 24;

  private static final int MASK = MOST - 1;
  private static final int SCATTER = 0x9E37_79B1;
  private static final int GATHER = inverse(SCATTER);
  private static final int CLIENTS = 0x0a00_0000;
  private static final int PREFIX_IPV6 = 0xfd00_0000;
  private static final int VADDR = 0xc000_0201;
  private static final int REAL_SERVERS = 0xac10_0000;
  private static final int REAL_SERVER_COUNT = 16;
  private static final int FIRST_CLIENT_PORT = 1_024;
  private static final int CLIENT_PORTS = 60_000;
  private static final int PORT = 443;
  private static final int TCP = 6;
  private static final int ESTABLISHED = ConnProtocol.TCP_ESTABLISHED;

  private Connections() {}

  /**
   * Appends an established connection.
   *
   * @param number from 0 to {@link #MOST} - 1
   */
  static void add(ConnBatch into, int number, boolean ipv6, int timeoutS) {
    int scattered = number * SCATTER & MASK;
    int i = into.add();
    into.setProtocol(i, TCP);
    into.setFlags(i, ConnFlags.DROUTE);
    into.setState(i, ESTABLISHED);
    into.setTimeoutS(i, timeoutS);
    into.setPorts(i, FIRST_CLIENT_PORT + number % CLIENT_PORTS, PORT, PORT);
    int last = 0;
    if (ipv6) {
      last = 3;
      into.setIpv6(i, true);
      into.setCaddrWord(i, 0, wire(PREFIX_IPV6));
      into.setVaddrWord(i, 0, wire(PREFIX_IPV6));
      into.setDaddrWord(i, 0, wire(PREFIX_IPV6));
    }
    into.setCaddrWord(i, last, wire(CLIENTS | scattered));
    into.setVaddrWord(i, last, wire(VADDR));
    into.setDaddrWord(i, last, wire(REAL_SERVERS | scattered % REAL_SERVER_COUNT));
  }

  /** The number of the connection that a record is about. */
  static int number(ConnBatch batch, int i) {
    return wire(batch.caddrWord(i, batch.isIpv6(i) ? 3 : 0)) * GATHER & MASK;
  }

  /** Of an odd number, modulo 2^32. */
  private static int inverse(int odd) {
    int inverse = odd;
    for (int i = 0; i < 5; i++) {
      inverse *= 2 - odd * inverse;
    }
    return inverse;
  }

  /** A number as the machine's int whose bytes are in network order, and back. */
  private static int wire(int number) {
    return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? number : Integer.reverseBytes(number);
  }
}

package org.ipvssync.command.demo;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.Map;
import org.ipvssync.api.conn.ConnBatch;

/** Reads a line of {@code ipvs:connections --format json} back into a record. */
final class ConnectionRow {
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;

  private ConnectionRow() {}

  /**
   * Appends the row to {@code into}, with the seconds that remain as its remaining milliseconds.
   *
   * @throws IOException when the line is no such row
   */
  static void read(String line, ConnBatch into) throws IOException {
    Map<String, Object> row = JSON.std.mapFrom(line);
    try {
      int i = into.add();
      boolean ipv6 = Json.text(row, "af").equals("inet6");
      into.setIpv6(i, ipv6);
      into.setProtocol(i, (int) Json.number(row, "protocol"));
      into.setFlags(i, Long.decode(Json.text(row, "flags")).intValue());
      into.setState(i, (int) Json.number(row, "state"));
      into.setPorts(i, port(row, "cport"), port(row, "vport"), port(row, "dport"));
      into.setExpiresMs(i, 1_000 * Json.number(row, "expires"));
      int bytes = ipv6 ? IPV6_BYTES : IPV4_BYTES;
      byte[] addresses = new byte[3 * bytes];
      put(row, "caddr", addresses, 0, bytes);
      put(row, "vaddr", addresses, bytes, bytes);
      put(row, "daddr", addresses, 2 * bytes, bytes);
      into.setAddresses(i, MemorySegment.ofArray(addresses), 0, bytes);
    } catch (IllegalArgumentException e) {
      throw new IOException("not a row of connections: " + line, e);
    }
  }

  private static int port(Map<String, Object> row, String field) {
    return (int) Json.number(row, field);
  }

  private static void put(Map<String, Object> row, String field, byte[] to, int offset, int bytes) {
    byte[] address = InetAddress.ofLiteral(Json.text(row, field)).getAddress();
    if (address.length != bytes) {
      throw new IllegalArgumentException(field + " is of another family");
    }
    System.arraycopy(address, 0, to, offset, bytes);
  }
}

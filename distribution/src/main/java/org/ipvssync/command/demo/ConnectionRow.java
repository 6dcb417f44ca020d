package org.ipvssync.command.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import org.ipvssync.api.conn.ConnBatch;

/** Reads lines of {@code ipvs:connections --format json} back into records. One thread. */
final class ConnectionRow {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;
  private static final long MS_PER_S = 1_000;

  private final byte[] addresses = new byte[3 * IPV6_BYTES];
  private int addressBytes;
  private int found;
  private int cport;
  private int vport;
  private int dport;

  /**
   * Appends the row to {@code into}, with the seconds that remain as its remaining milliseconds.
   *
   * @throws IOException when the line is no such row
   */
  void read(String line, ConnBatch into) throws IOException {
    int i = into.add();
    found = 0;
    addressBytes = IPV4_BYTES;
    try (JsonParser json = FACTORY.createParser(line)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("no object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        json.nextToken();
        take(field, json, into, i);
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("not a row of connections: " + line, e);
    }
    if (found != 3) {
      throw new IOException("a row of connections without its addresses: " + line);
    }
    into.setPorts(i, cport, vport, dport);
    into.setAddresses(i, MemorySegment.ofArray(addresses), 0, addressBytes);
  }

  private void take(String field, JsonParser json, ConnBatch into, int i) throws IOException {
    switch (field) {
      case "af" -> {
        boolean ipv6 = json.getText().equals("inet6");
        into.setIpv6(i, ipv6);
        addressBytes = ipv6 ? IPV6_BYTES : IPV4_BYTES;
      }
      case "protocol" -> into.setProtocol(i, json.getIntValue());
      case "flags" -> into.setFlags(i, Long.decode(json.getText()).intValue());
      case "state" -> into.setState(i, json.getIntValue());
      case "expires" -> into.setExpiresMs(i, MS_PER_S * json.getLongValue());
      case "cport" -> cport = json.getIntValue();
      case "vport" -> vport = json.getIntValue();
      case "dport" -> dport = json.getIntValue();
      case "caddr" -> address(json.getText(), 0);
      case "vaddr" -> address(json.getText(), 1);
      case "daddr" -> address(json.getText(), 2);
      default -> json.skipChildren();
    }
  }

  private void address(String text, int which) {
    byte[] address = InetAddress.ofLiteral(text).getAddress();
    if (address.length != addressBytes) {
      throw new IllegalArgumentException(text + " is of another family");
    }
    System.arraycopy(address, 0, addresses, which * addressBytes, addressBytes);
    found++;
  }
}

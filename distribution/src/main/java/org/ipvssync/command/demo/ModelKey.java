package org.ipvssync.command.demo;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnProtocol;

/**
 * What tells one connection or template from all others: protocol, family, kind, client and virtual
 * address and port.
 */
record ModelKey(long caddr0, long caddr1, long vaddr0, long vaddr1, int ports, int kind) {
  private static final int TEMPLATE_BIT = 1 << 8;
  private static final int IPV6_BIT = 1 << 9;
  private static final long MIX = 0x9e3779b97f4a7c15L;

  /** The key of a record. */
  static ModelKey of(ConnBatch batch, int i) {
    return new ModelKey(
        pair(batch.caddrWord(i, 0), batch.caddrWord(i, 1)),
        pair(batch.caddrWord(i, 2), batch.caddrWord(i, 3)),
        pair(batch.vaddrWord(i, 0), batch.vaddrWord(i, 1)),
        pair(batch.vaddrWord(i, 2), batch.vaddrWord(i, 3)),
        batch.cport(i) << 16 | batch.vport(i),
        batch.protocol(i)
            | (batch.isTemplate(i) ? TEMPLATE_BIT : 0)
            | (batch.isIpv6(i) ? IPV6_BIT : 0));
  }

  /** True for the key of a template. */
  boolean isTemplate() {
    return (kind & TEMPLATE_BIT) != 0;
  }

  // The record's own would let neighbouring ports and addresses cancel each other out.
  @Override
  public int hashCode() {
    long h = mix(mix(caddr0, caddr1), mix(vaddr0, vaddr1));
    h = mix(h, (long) ports << 32 | kind);
    return (int) (h ^ h >>> 32);
  }

  /** For people: which connection. */
  @Override
  public String toString() {
    return ConnProtocol.nameOf(kind & 0xff)
        + (isTemplate() ? " template " : " ")
        + address(caddr0, caddr1)
        + " "
        + (ports >>> 16)
        + " to "
        + address(vaddr0, vaddr1)
        + " "
        + (ports & 0xffff);
  }

  private String address(long first, long second) {
    ByteBuffer bytes =
        ByteBuffer.allocate(2 * Long.BYTES)
            .order(ByteOrder.nativeOrder())
            .putInt((int) (first >>> 32))
            .putInt((int) first)
            .putInt((int) (second >>> 32))
            .putInt((int) second);
    int length = (kind & IPV6_BIT) != 0 ? bytes.capacity() : Integer.BYTES;
    try {
      byte[] address = Arrays.copyOf(bytes.array(), length);
      return InetAddress.getByAddress(address).getHostAddress();
    } catch (UnknownHostException e) {
      throw new AssertionError("an address has 4 or 16 bytes", e);
    }
  }

  private static long mix(long a, long b) {
    long h = (a ^ Long.rotateLeft(b, 29)) * MIX;
    return h ^ h >>> 31;
  }

  private static long pair(int first, int second) {
    return (long) first << 32 | Integer.toUnsignedLong(second);
  }
}

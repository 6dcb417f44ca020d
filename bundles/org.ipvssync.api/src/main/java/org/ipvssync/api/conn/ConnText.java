package org.ipvssync.api.conn;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Records as people and programs read them: the kernel's columns, ipvsadm's lines, named fields.
 *
 * <p>Allocates; for output, not for the data path.
 */
public final class ConnText {
  /** First line of {@code /proc/net/ip_vs_conn_sync}. */
  public static final String PROC_HEADER =
      "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Origin Expires";

  /** The two lines before ipvsadm's list of connections. */
  public static final String IPVSADM_HEADER =
      "IPVS connection entries\n"
          + String.format(
              Locale.ROOT,
              "pro expire %-11s %-18s %-18s %s",
              "state",
              "source",
              "virtual",
              "destination");

  private static final HexFormat HEX = HexFormat.of();

  private ConnText() {}

  /** Takes the fields of a record one by one, in the order of the wire. */
  public interface FieldSink {
    /** A number, never negative. */
    void number(String name, long value);

    /** A text. */
    void text(String name, String value);
  }

  /** One of the three addresses of a record. */
  public enum Address {
    /** The client's. */
    CADDR,
    /** The virtual service's. */
    VADDR,
    /** The real server's. */
    DADDR
  }

  /** Gives {@code sink} every field of a record under the kernel's name. */
  public static void describe(ConnBatch batch, int index, FieldSink sink) {
    int protocol = batch.protocol(index);
    int flags = batch.flags(index);
    sink.text("af", batch.isIpv6(index) ? "inet6" : "inet");
    sink.number("protocol", protocol);
    sink.text("proto", ConnProtocol.nameOf(protocol));
    sink.text("caddr", address(batch, index, Address.CADDR));
    sink.number("cport", batch.cport(index));
    sink.text("vaddr", address(batch, index, Address.VADDR));
    sink.number("vport", batch.vport(index));
    sink.text("daddr", address(batch, index, Address.DADDR));
    sink.number("dport", batch.dport(index));
    sink.text("flags", "0x" + Integer.toHexString(flags));
    sink.number("state", batch.state(index));
    sink.text("state_name", ConnProtocol.stateName(protocol, flags, batch.state(index)));
    sink.number("fwmark", Integer.toUnsignedLong(batch.fwmark(index)));
    sink.number("timeout", Integer.toUnsignedLong(batch.timeoutS(index)));
    if (batch.remainingS(index) != 0) {
      sink.number("remaining", Integer.toUnsignedLong(batch.remainingS(index)));
    }
    if (batch.hasSeq(index)) {
      sink.text("in_seq", seq(batch, index, 0));
      sink.text("out_seq", seq(batch, index, 3));
    }
    if (batch.peNameLength(index) > 0) {
      sink.text("pe_name", peName(batch, index));
    }
    if (batch.peDataLength(index) > 0) {
      sink.text("pe_data", peData(batch, index));
    }
  }

  /** A line of {@code /proc/net/ip_vs_conn_sync} for an entry read from a table. */
  public static String procLine(ConnBatch batch, int index) {
    int flags = batch.flags(index);
    return String.format(
        Locale.ROOT,
        "%-3s %s %04X %s %04X %s %04X %-11s %-6s %7d",
        ConnProtocol.nameOf(batch.protocol(index)),
        procAddress(batch, index, Address.CADDR),
        batch.cport(index),
        procAddress(batch, index, Address.VADDR),
        batch.vport(index),
        procAddress(batch, index, Address.DADDR),
        batch.dport(index),
        ConnProtocol.stateName(batch.protocol(index), flags, batch.state(index)),
        ConnFlags.originName(flags),
        expiresS(batch, index));
  }

  /** A line of {@code ipvsadm -Lnc} for an entry read from a table. */
  public static String ipvsadmLine(ConnBatch batch, int index) {
    long expires = expiresS(batch, index);
    return String.format(
        Locale.ROOT,
        "%-3s %-6s %-11s %-18s %-18s %s",
        ConnProtocol.nameOf(batch.protocol(index)),
        String.format(Locale.ROOT, "%02d:%02d", expires / 60, expires % 60),
        ConnProtocol.stateName(batch.protocol(index), batch.flags(index), batch.state(index)),
        endpoint(batch, index, Address.CADDR, batch.cport(index)),
        endpoint(batch, index, Address.VADDR, batch.vport(index)),
        endpoint(batch, index, Address.DADDR, batch.dport(index)));
  }

  /**
   * Whole seconds that remain, as /proc shows them: rounded down, and around again at 2^32
   * milliseconds.
   */
  public static long expiresS(ConnBatch batch, int index) {
    return (batch.expiresMs(index) & 0xffff_ffffL) / 1000;
  }

  /** An address in its usual notation. */
  public static String address(ConnBatch batch, int index, Address which) {
    byte[] bytes = addressBytes(batch, index, which);
    try {
      // InetAddress.getByAddress would make an IPv4 address of ::ffff:1.2.3.4.
      return bytes.length == 4
          ? InetAddress.getByAddress(bytes).getHostAddress()
          : shortenIpv6(Inet6Address.getByAddress(null, bytes, -1).getHostAddress());
    } catch (UnknownHostException e) {
      throw new AssertionError("an address has 4 or 16 bytes", e);
    }
  }

  /** An address in its usual notation, as inet_ntop prints it; without a scope. */
  public static String address(InetAddress address) {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return shortenIpv6(scope < 0 ? text : text.substring(0, scope));
  }

  /** The name of the persistence engine; empty when there is none. */
  public static String peName(ConnBatch batch, int index) {
    return text(batch, batch.peNameOffset(index), batch.peNameLength(index));
  }

  /** The data of the persistence engine, one character a byte; empty when there is none. */
  public static String peData(ConnBatch batch, int index) {
    return text(batch, batch.peDataOffset(index), batch.peDataLength(index));
  }

  private static String text(ConnBatch batch, int offset, int length) {
    byte[] bytes = new byte[length];
    MemorySegment.copy(batch.peArea(), JAVA_BYTE, offset, bytes, 0, length);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static String seq(ConnBatch batch, int index, int from) {
    return String.format(
        Locale.ROOT,
        "0x%08x 0x%08x 0x%08x",
        batch.seq(index, from),
        batch.seq(index, from + 1),
        batch.seq(index, from + 2));
  }

  private static String procAddress(ConnBatch batch, int index, Address which) {
    byte[] bytes = addressBytes(batch, index, which);
    if (bytes.length == 4) {
      return HEX.withUpperCase().formatHex(bytes);
    }
    StringBuilder out = new StringBuilder(39);
    for (int i = 0; i < 16; i += 2) {
      out.append(i == 0 ? "" : ":").append(HEX.formatHex(bytes, i, i + 2));
    }
    return out.toString();
  }

  private static String endpoint(ConnBatch batch, int index, Address which, int port) {
    String address = address(batch, index, which);
    return batch.isIpv6(index) ? "[" + address + "]:" + port : address + ":" + port;
  }

  private static byte[] addressBytes(ConnBatch batch, int index, Address which) {
    int words = batch.isIpv6(index) ? 4 : 1;
    ByteBuffer bytes = ByteBuffer.allocate(4 * words).order(ByteOrder.nativeOrder());
    for (int w = 0; w < words; w++) {
      bytes.putInt(
          switch (which) {
            case CADDR -> batch.caddrWord(index, w);
            case VADDR -> batch.vaddrWord(index, w);
            case DADDR -> batch.daddrWord(index, w);
          });
    }
    return bytes.array();
  }

  /** Replaces the longest run of zero groups by "::" (RFC 5952), as inet_ntop prints it. */
  private static String shortenIpv6(String text) {
    String[] groups = text.split(":");
    if (groups.length != 8) {
      return text;
    }
    int bestStart = -1;
    int bestLength = 1;
    for (int i = 0; i < 8; i++) {
      int run = 0;
      while (i + run < 8 && groups[i + run].equals("0")) {
        run++;
      }
      if (run > bestLength) {
        bestStart = i;
        bestLength = run;
      }
    }
    if (bestStart < 0) {
      return text;
    }
    boolean mapped = bestLength == 5 && groups[5].equals("ffff");
    if (bestStart == 0 && (bestLength == 6 || mapped)) {
      return (mapped ? "::ffff:" : "::") + dotted(groups[6]) + "." + dotted(groups[7]);
    }
    String head = String.join(":", Arrays.copyOfRange(groups, 0, bestStart));
    String tail = String.join(":", Arrays.copyOfRange(groups, bestStart + bestLength, 8));
    return head + "::" + tail;
  }

  /** Two bytes of an IPv4 address that is part of an IPv6 address. */
  private static String dotted(String group) {
    int bytes = Integer.parseInt(group, 16);
    return (bytes >> 8) + "." + (bytes & 0xff);
  }
}

package org.ipvssync.shell.internal;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnProtocol;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.conn.ConnText.Address;

/** Connections for people: aligned columns, flags by name. */
final class ConnectionTable implements ConnectionFormat.Lines {
  /** What has no column of its own; HASHED says nothing outside of a kernel. */
  private static final Flag[] FLAGS = {
    new Flag(ConnFlags.TEMPLATE, "template"),
    new Flag(ConnFlags.INACTIVE, "inactive"),
    new Flag(ConnFlags.NOOUTPUT, "nooutput"),
    new Flag(ConnFlags.NO_CPORT, "no-cport"),
    new Flag(ConnFlags.IN_SEQ, "in-seq"),
    new Flag(ConnFlags.OUT_SEQ, "out-seq"),
    new Flag(ConnFlags.ONE_PACKET, "one-packet"),
    new Flag(ConnFlags.NFCT, "nfct"),
  };

  private static final int SHOWN_ELSEWHERE = ConnFlags.FWD_MASK | ConnFlags.SYNC | ConnFlags.HASHED;

  private final PrintWriter out;
  private final TextTable table =
      new TextTable(
          "PRO",
          ">EXPIRES",
          "STATE",
          "CLIENT",
          "VIRTUAL",
          "REAL",
          "FORWARD",
          ">FWMARK",
          "ORIGIN",
          "FLAGS",
          "PERSISTENCE");

  private record Flag(int bit, String name) {}

  ConnectionTable(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void print(ConnBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      int flags = batch.flags(i);
      int protocol = batch.protocol(i);
      table.row(
          ConnProtocol.nameOf(protocol),
          expires(batch.expiresMs(i) / 1000),
          ConnProtocol.stateName(protocol, flags, batch.state(i)),
          endpoint(batch, i, Address.CADDR, batch.cport(i)),
          endpoint(batch, i, Address.VADDR, batch.vport(i)),
          endpoint(batch, i, Address.DADDR, batch.dport(i)),
          ConnFlags.forwardingName(flags),
          batch.fwmark(i) == 0 ? "-" : Integer.toUnsignedString(batch.fwmark(i)),
          ConnFlags.originName(flags),
          flagNames(flags),
          persistence(batch, i));
    }
    table.print(out);
  }

  private static String expires(long seconds) {
    return String.format("%02d:%02d", seconds / 60, seconds % 60);
  }

  private static String endpoint(ConnBatch batch, int index, Address which, int port) {
    String address = ConnText.address(batch, index, which);
    return batch.isIpv6(index) ? "[" + address + "]:" + port : address + ":" + port;
  }

  private static String flagNames(int flags) {
    List<String> names = new ArrayList<>();
    int rest = flags & ~SHOWN_ELSEWHERE;
    for (Flag flag : FLAGS) {
      if ((flags & flag.bit) != 0) {
        names.add(flag.name);
        rest &= ~flag.bit;
      }
    }
    if (rest != 0) {
      names.add("0x" + Integer.toHexString(rest));
    }
    return names.isEmpty() ? "-" : String.join(",", names);
  }

  /** Engine and data; what does not print comes as a dot. */
  private static String persistence(ConnBatch batch, int index) {
    if (batch.peNameLength(index) == 0) {
      return "";
    }
    return ConnText.peName(batch, index)
        + ":"
        + ConnText.peData(batch, index).replaceAll("[^\\x20-\\x7e]", ".");
  }
}

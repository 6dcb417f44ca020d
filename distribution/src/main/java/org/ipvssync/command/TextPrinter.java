package org.ipvssync.command;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnProtocol;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.conn.ConnText.Address;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.command.capture.CapturedDatagram;

/** For people: a line a message, and beneath it an aligned line a record. */
final class TextPrinter implements MessagePrinter {
  private static final String GAP = "  ";

  private final OutputStream out;

  TextPrinter(OutputStream out) {
    this.out = out;
  }

  @Override
  public void print(DecodedMessage message) throws IOException {
    StringBuilder text = new StringBuilder();
    heading(message, text);
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < message.records().size(); i++) {
      rows.add(row(message.records(), i, message.skipped().get(i)));
    }
    align(rows, text);
    for (LinkCounter reason : message.drops()) {
      text.append(GAP).append("! dropped: ").append(reason.meaning()).append('\n');
    }
    out.write(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void heading(DecodedMessage message, StringBuilder text) {
    CapturedDatagram datagram = message.datagram();
    text.append(WireTime.text(datagram.timeNanos()))
        .append(GAP)
        .append(endpoint(ConnText.address(datagram.source()), datagram.sourcePort()))
        .append(" > ")
        .append(endpoint(ConnText.address(datagram.destination()), datagram.port()));
    if (message.version() >= 0) {
      text.append(GAP).append("version ").append(message.version());
      text.append(", syncid ").append(message.syncId());
      text.append(", size ").append(message.size());
      text.append(", nr_conns ").append(message.nrConns());
    }
    if (datagram.payload().length < datagram.length()) {
      text.append(", ").append(datagram.payload().length).append(" bytes captured");
    }
    text.append('\n');
  }

  private static List<String> row(ConnBatch records, int i, LinkCounter skipped) {
    int protocol = records.protocol(i);
    int flags = records.flags(i);
    List<String> row = new ArrayList<>();
    row.add(ConnProtocol.nameOf(protocol));
    row.add(ConnProtocol.stateName(protocol, flags, records.state(i)));
    row.add(endpoint(ConnText.address(records, i, Address.CADDR), records.cport(i)));
    row.add(endpoint(ConnText.address(records, i, Address.VADDR), records.vport(i)));
    row.add(endpoint(ConnText.address(records, i, Address.DADDR), records.dport(i)));
    row.add(records.version() == 0 ? "" : Integer.toUnsignedString(records.timeoutS(i)) + "s");
    row.add(ConnFlags.forwardingName(flags));
    row.add("0x" + Integer.toHexString(flags));
    row.add(remarks(records, i, skipped));
    return row;
  }

  private static String remarks(ConnBatch records, int i, LinkCounter skipped) {
    List<String> remarks = new ArrayList<>();
    if (records.isTemplate(i)) {
      remarks.add("template");
    }
    if (records.remainingS(i) != 0) {
      remarks.add("remaining " + Integer.toUnsignedString(records.remainingS(i)) + "s");
    }
    if (records.fwmark(i) != 0) {
      remarks.add("fwmark " + Integer.toUnsignedString(records.fwmark(i)));
    }
    if (records.peNameLength(i) > 0 || records.peDataLength(i) > 0) {
      remarks.add(ConnText.peName(records, i) + " " + printable(ConnText.peData(records, i)));
    }
    if (records.hasSeq(i)) {
      remarks.add("seq");
    }
    if (skipped != null) {
      remarks.add("! a kernel skips it: " + skipped.meaning());
    }
    return String.join(", ", remarks);
  }

  /** Bytes of a capture must not steer a terminal. */
  private static String printable(String bytes) {
    StringBuilder text = new StringBuilder();
    bytes.chars().forEach(c -> text.append(c < 0x20 || c >= 0x7f ? '.' : (char) c));
    return text.toString();
  }

  private static String endpoint(String address, int port) {
    return address.indexOf(':') >= 0 ? "[" + address + "]:" + port : address + ":" + port;
  }

  private static void align(List<List<String>> rows, StringBuilder text) {
    int columns = rows.isEmpty() ? 0 : rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String cell = row.get(c);
        line.append(widths[c] == 0 ? "" : GAP).append(cell);
        line.repeat(' ', widths[c] - cell.length());
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }
}

package org.ipvssync.shell.internal;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.OutboundLink;
import org.ipvssync.api.node.ParkedWay;
import org.ipvssync.api.node.SwapStats;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.TableStatus;

/** A node's service with a table of rows that the test writes. */
final class FakeNode implements SyncNode {
  final List<ObjIntConsumer<ConnBatch>> rows = new ArrayList<>();
  TableStatus table = new TableStatus("memory", 3, 1, 1_000_000, 0, SwapStats.NONE, "", 1);
  List<ParkedWay> parked = List.of();
  long uptimeMs = 61_999;
  int pieces;

  /** Adds a row: addresses and ports as text, the rest as the test sets it. */
  void row(
      int protocol,
      String caddr,
      int cport,
      String vaddr,
      int vport,
      String daddr,
      int dport,
      ObjIntConsumer<ConnBatch> rest) {
    rows.add(
        (batch, i) -> {
          batch.setProtocol(i, protocol);
          batch.setPorts(i, cport, vport, dport);
          addresses(batch, i, caddr, vaddr, daddr);
          rest.accept(batch, i);
        });
  }

  @Override
  public List<ParkedWay> parked() {
    return parked;
  }

  static void addresses(ConnBatch batch, int index, String... literals) {
    int bytes = InetAddress.ofLiteral(literals[0]).getAddress().length;
    byte[] all = new byte[3 * bytes];
    for (int i = 0; i < 3; i++) {
      byte[] one = InetAddress.ofLiteral(literals[i]).getAddress();
      System.arraycopy(one, 0, all, i * bytes, bytes);
    }
    batch.setIpv6(index, bytes == 16);
    batch.setAddresses(index, MemorySegment.ofArray(all), 0, bytes);
  }

  static void persistence(ConnBatch batch, int index, String name, String data) {
    byte[] dataBytes = data.getBytes(StandardCharsets.ISO_8859_1);
    byte[] nameBytes = name.getBytes(StandardCharsets.ISO_8859_1);
    int at = batch.addPe(index, dataBytes.length, nameBytes.length);
    MemorySegment.copy(dataBytes, 0, batch.peArea(), JAVA_BYTE, at, dataBytes.length);
    MemorySegment.copy(
        nameBytes, 0, batch.peArea(), JAVA_BYTE, (long) at + dataBytes.length, nameBytes.length);
  }

  @Override
  public long walk(long cursor, ConnBatch into) {
    pieces++;
    int at = (int) cursor;
    while (at < rows.size() && !into.isFull()) {
      rows.get(at++).accept(into, into.add());
    }
    return at < rows.size() ? at : -1;
  }

  @Override
  public void find(ConnBatch keys, ConnBatch into) {
    for (int i = 0; i < keys.size(); i++) {
      into.skip(into.add());
    }
  }

  @Override
  public int again(String outbound, ConnBatch keys) {
    return 0;
  }

  @Override
  public TableStatus table() {
    return table;
  }

  @Override
  public long uptimeMs() {
    return uptimeMs;
  }

  @Override
  public InboundLink openInbound(String horizon) {
    throw new AssertionError("a command opens no link");
  }

  @Override
  public OutboundLink openOutbound(String name, String horizon) {
    throw new AssertionError("a command opens no link");
  }
}

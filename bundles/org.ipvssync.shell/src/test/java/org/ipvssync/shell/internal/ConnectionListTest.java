package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.node.TableStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectionListTest {
  private final FakeNode node = new FakeNode();
  private final Printed printed = new Printed();

  /** The rows of a real kernel's dumps: persist-v1, tcp6-nat-v1, and one of SIP persistence. */
  @BeforeEach
  void fillTable() {
    node.row(
        6,
        "192.168.50.103",
        41529,
        "192.168.50.200",
        80,
        "172.16.9.22",
        80,
        (batch, i) -> rest(batch, i, ConnFlags.SYNC, 1, 892_700));
    node.row(
        6,
        "fd50:0:0:1::101",
        36423,
        "fd50:0:0:1::beef",
        80,
        "fd50:0:0:2::16",
        80,
        (batch, i) -> rest(batch, i, ConnFlags.SYNC | ConnFlags.INACTIVE, 5, 111_000));
    node.row(
        17,
        "192.168.50.102",
        0,
        "192.168.50.200",
        1812,
        "172.16.9.21",
        1812,
        (batch, i) -> {
          rest(batch, i, ConnFlags.TEMPLATE | ConnFlags.INACTIVE | ConnFlags.DROUTE, 1, 174_999);
          batch.setFwmark(i, 5);
          batch.setTimeoutS(i, 360);
          FakeNode.persistence(batch, i, "sip", "call\u0001id");
        });
  }

  private static void rest(ConnBatch batch, int i, int flags, int state, long expiresMs) {
    batch.setFlags(i, flags);
    batch.setState(i, state);
    batch.setExpiresMs(i, expiresMs);
    batch.setTimeoutS(i, 900);
  }

  @Test
  void shouldPrintIpvsadmsList() throws IOException {
    ConnectionList.print(node, ConnectionFormat.IPVSADM, printed.out);
    assertEquals(
        """
        IPVS connection entries
        pro expire state       source             virtual            destination
        TCP 14:52  ESTABLISHED 192.168.50.103:41529 192.168.50.200:80  172.16.9.22:80
        TCP 01:51  TIME_WAIT   [fd50:0:0:1::101]:36423 [fd50:0:0:1::beef]:80 [fd50:0:0:2::16]:80
        UDP 02:54  ASSURED     192.168.50.102:0   192.168.50.200:1812 172.16.9.21:1812
        """,
        printed.text());
  }

  @Test
  void shouldPrintTheKernelsFile() throws IOException {
    ConnectionList.print(node, ConnectionFormat.PROC, printed.out);
    assertEquals(
        """
        Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Origin Expires
        TCP C0A83267 A239 C0A832C8 0050 AC100916 0050 ESTABLISHED SYNC       892
        TCP fd50:0000:0000:0001:0000:0000:0000:0101 8E47 fd50:0000:0000:0001:0000:0000:0000:beef\
         0050 fd50:0000:0000:0002:0000:0000:0000:0016 0050 TIME_WAIT   SYNC       111
        UDP C0A83266 0000 C0A832C8 0714 AC100915 0714 ASSURED     LOCAL      174
        """,
        printed.text());
  }

  @Test
  void shouldPrintAlignedColumnsForPeople() throws IOException {
    ConnectionList.print(node, ConnectionFormat.TABLE, printed.out);
    List<String> lines = printed.lines();
    assertEquals(4, lines.size());
    assertEquals(
        List.of(
            "PRO",
            "EXPIRES",
            "STATE",
            "CLIENT",
            "VIRTUAL",
            "REAL",
            "FORWARD",
            "FWMARK",
            "ORIGIN",
            "FLAGS",
            "PERSISTENCE"),
        cells(lines.get(0)));
    assertEquals(
        List.of(
            "TCP",
            "14:52",
            "ESTABLISHED",
            "192.168.50.103:41529",
            "192.168.50.200:80",
            "172.16.9.22:80",
            "Masq",
            "-",
            "SYNC",
            "-"),
        cells(lines.get(1)));
    assertEquals(
        List.of(
            "UDP",
            "02:54",
            "ASSURED",
            "192.168.50.102:0",
            "192.168.50.200:1812",
            "172.16.9.21:1812",
            "Route",
            "5",
            "LOCAL",
            "template,inactive",
            "sip:call.id"),
        cells(lines.get(3)));
    int client = lines.get(0).indexOf("CLIENT");
    for (String line : lines.subList(1, 4)) {
      assertEquals(' ', line.charAt(client - 1));
      assertTrue(line.charAt(client) != ' ', line);
    }
  }

  @Test
  void shouldNameEveryFlagThatHasNoColumn() throws IOException {
    node.rows.clear();
    node.row(
        6,
        "10.0.0.1",
        1,
        "10.0.0.2",
        2,
        "10.0.0.3",
        3,
        (batch, i) -> rest(batch, i, 0x8001_3fe4, 1, 0));
    ConnectionList.print(node, ConnectionFormat.TABLE, printed.out);
    assertEquals(
        "template,inactive,nooutput,no-cport,in-seq,out-seq,one-packet,nfct,0x80000000",
        cells(printed.lines().get(1)).getLast());
  }

  @Test
  void shouldPrintOneObjectALine() throws IOException {
    ConnectionList.print(node, ConnectionFormat.JSON, printed.out);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String line : printed.lines()) {
      rows.add(Json.object(line));
    }
    assertEquals(3, rows.size());
    assertEquals("192.168.50.103", rows.get(0).get("caddr"));
    assertEquals(892L, rows.get(0).get("expires"));
    assertEquals("SYNC", rows.get(0).get("origin"));
    assertEquals("fd50:0:0:1::beef", rows.get(1).get("vaddr"));
    assertEquals("inet6", rows.get(1).get("af"));
    assertEquals(
        Map.ofEntries(
            Map.entry("af", "inet"),
            Map.entry("protocol", 17L),
            Map.entry("proto", "UDP"),
            Map.entry("caddr", "192.168.50.102"),
            Map.entry("cport", 0L),
            Map.entry("vaddr", "192.168.50.200"),
            Map.entry("vport", 1812L),
            Map.entry("daddr", "172.16.9.21"),
            Map.entry("dport", 1812L),
            Map.entry("flags", "0x1103"),
            Map.entry("state", 1L),
            Map.entry("state_name", "ASSURED"),
            Map.entry("fwmark", 5L),
            Map.entry("timeout", 360L),
            Map.entry("pe_name", "sip"),
            Map.entry("pe_data", "call\u0001id"),
            Map.entry("expires", 174L),
            Map.entry("origin", "LOCAL")),
        rows.get(2));
    assertTrue(printed.text().endsWith("}\n"));
    assertFalse(printed.text().contains("\n "));
  }

  @Test
  void shouldPrintHeadersOfAnEmptyTable() throws IOException {
    node.rows.clear();
    ConnectionList.print(node, ConnectionFormat.IPVSADM, printed.out);
    ConnectionList.print(node, ConnectionFormat.PROC, printed.out);
    ConnectionList.print(node, ConnectionFormat.JSON, printed.out);
    ConnectionList.print(node, ConnectionFormat.TABLE, printed.out);
    assertEquals(4, printed.lines().size());
  }

  @Test
  void shouldPrintManyPiecesWithOneHeader() throws IOException {
    for (int i = 0; i < 5000; i++) {
      node.rows.add(node.rows.get(i % 3));
    }
    for (ConnectionFormat format : ConnectionFormat.values()) {
      Printed all = new Printed();
      node.pieces = 0;
      ConnectionList.print(node, format, all.out);
      long rows = all.lines().stream().filter(l -> l.contains("1812") || l.contains("714")).count();
      assertEquals(1667, rows, format.label());
      assertEquals(5, node.pieces, format.label());
    }
  }

  @Test
  void shouldEndWhenNobodyReads() {
    for (int i = 0; i < 5000; i++) {
      node.rows.add(node.rows.getFirst());
    }
    PrintWriter broken =
        new PrintWriter(
            new Writer() {
              @Override
              public void write(char[] text, int offset, int length) throws IOException {
                throw new IOException("broken pipe");
              }

              @Override
              public void flush() {}

              @Override
              public void close() {}
            });
    assertThrows(
        InterruptedIOException.class,
        () -> ConnectionList.print(node, ConnectionFormat.PROC, broken));
    assertEquals(1, node.pieces);
  }

  @Test
  void shouldSayThatThereIsNoTable() {
    node.table = TableStatus.NONE;
    CommandFailure failure =
        assertThrows(
            CommandFailure.class,
            () -> ConnectionList.print(node, ConnectionFormat.TABLE, printed.out));
    assertEquals(
        "there is no connection table; start a provider such as org.ipvssync.table.memory",
        failure.getMessage());
    assertEquals("", printed.text());
  }

  @Test
  void shouldKnowItsFormats() {
    for (ConnectionFormat format : ConnectionFormat.values()) {
      assertEquals(format, ConnectionFormat.of(format.label()));
    }
    CommandFailure failure = assertThrows(CommandFailure.class, () -> ConnectionFormat.of("xml"));
    assertEquals(
        "connections: --format=xml is not allowed; allowed: ipvsadm, json, proc, table",
        failure.getMessage());
    assertEquals(CommandFailure.USAGE, failure.exit());
  }

  private static List<String> cells(String line) {
    return List.of(line.strip().split(" +"));
  }
}

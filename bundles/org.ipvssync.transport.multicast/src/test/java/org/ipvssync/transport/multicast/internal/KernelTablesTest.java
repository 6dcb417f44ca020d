package org.ipvssync.transport.multicast.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables below /proc/net, as a little-endian Linux wrote them. */
class KernelTablesTest {
  private static final String HEADER =
      "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid "
          + " timeout inode ref pointer drops             ";
  private static final String ROW_8848 =
      " 1208: 510000E0:2290 00000000:0000 07 00000000:00000000 00:00000000 00000000     0      "
          + "  0 30110 2 00000000c5dcf1b6 17          ";
  private static final String ROW_OTHER =
      " 1208: 520000E0:2290 00000000:0000 07 00000000:00000000 00:00000000 00000000     0      "
          + "  0 30111 2 00000000c5dcf1b6 18          ";
  private static final String ROW_8849 =
      " 1209: 510000E0:2291 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000      "
          + "  0 4294967297 2 00000000c5dcf1b6 4294967295";
  private static final String ROW_V6 =
      "  812: 000002FF00000000000000005A000000:2290 00000000000000000000000000000000:0000 07 "
          + "00000000:00000000 00:00000000 00000000     0        0 4711 2 0000000012345678 3";

  @TempDir private Path net;

  private static InetAddress address(String literal) {
    return InetAddress.ofLiteral(literal);
  }

  private List<String> rows(String file, String content, String local) throws IOException {
    Files.writeString(net.resolve(file), content);
    List<String> rows = new ArrayList<>();
    new UdpTable(net, address(local))
        .read((port, inode, drops) -> rows.add(port + " " + inode + " " + drops));
    return rows;
  }

  @Test
  void shouldWriteAddressesAsTheKernelDoes() {
    boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    assertEquals(little ? "510000E0" : "E0000051", ProcAddress.hex(address("224.0.0.81")));
    assertEquals(
        little ? "000002FF00000000000000005A000000" : "FF02000000000000000000000000005A",
        ProcAddress.hex(address("ff02::5a")));
  }

  @Test
  void shouldReadTheSocketsOfOneAddress() throws IOException {
    String content = String.join("\n", HEADER, ROW_8848, ROW_OTHER, ROW_8849, "");
    assertEquals(
        List.of("8848 30110 17", "8849 4294967297 -1"), rows("udp", content, "224.0.0.81"));
    assertEquals(List.of("8848 30111 18"), rows("udp", content, "224.0.0.82"));
    assertEquals(List.of(), rows("udp", content, "224.0.0.83"));
  }

  @Test
  void shouldReadIpv6Sockets() throws IOException {
    String content = String.join("\n", HEADER, ROW_V6, "");
    assertEquals(List.of("8848 4711 3"), rows("udp6", content, "ff02::5a"));
  }

  @Test
  void shouldReadLongTables() throws IOException {
    StringBuilder content = new StringBuilder(HEADER).append('\n');
    for (int i = 0; i < 1_000; i++) {
      content.append(ROW_OTHER).append('\n').append(i % 100 == 0 ? ROW_8848 + "\n" : "");
    }
    assertEquals(10, rows("udp", content.toString(), "224.0.0.81").size());
  }

  @Test
  void shouldPassOverRowsCutAtAnyByte() throws IOException {
    for (int length = 0; length < ROW_8848.length(); length++) {
      List<String> rows = rows("udp", ROW_8848.substring(0, length) + "\n", "224.0.0.81");
      assertTrue(rows.isEmpty() || rows.getFirst().startsWith("8848 30110 1"), rows.toString());
    }
    assertEquals(List.of(), rows("udp", "x".repeat(10_000) + "\n\n \n", "224.0.0.81"));
  }

  @Test
  void shouldFailWhenThereIsNoTable() {
    UdpTable table = new UdpTable(net.resolve("nowhere"), address("224.0.0.81"));
    assertThrows(IOException.class, () -> table.read((port, inode, drops) -> {}));
  }

  @Test
  void shouldFindAGroupBelowItsInterfaceOnly() {
    List<String> lines =
        List.of(
            "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter",
            "1\tlo        :     2      V3",
            "\t\t\t\t070707EF     1 0:00000000\t\t0",
            "\t\t\t\t010000E0     1 0:00000000\t\t0",
            "13\teth0      :     1      V3",
            "\t\t\t\t010000E0     1 0:00000000\t\t0");
    assertTrue(IgmpTable.contains(lines, 1, address("239.7.7.7")));
    assertTrue(IgmpTable.contains(lines, 13, address("224.0.0.1")));
    assertFalse(IgmpTable.contains(lines, 13, address("239.7.7.7")));
    assertFalse(IgmpTable.contains(lines, 3, address("224.0.0.1")));
    assertFalse(IgmpTable.contains(List.of(), 1, address("224.0.0.1")));
  }
}

package org.ipvssync.api.conn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.ipvssync.vectors.ConnRow;
import org.ipvssync.vectors.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnTextTest {
  private final ConnBatch batch = new ConnBatch();

  @ParameterizedTest
  @MethodSource("org.ipvssync.vectors.Scenario#all")
  void shouldPrintEveryCapturedRowAsTheKernelDid(Scenario scenario) {
    List<String> lines = scenario.backupLines();
    List<ConnRow> rows = scenario.backupRows();
    assertEquals(lines.getFirst(), ConnText.PROC_HEADER);
    for (int r = 0; r < rows.size(); r++) {
      batch.clear();
      add(rows.get(r));
      assertEquals(lines.get(r + 1), ConnText.procLine(batch, 0));
    }
  }

  @Test
  void shouldPrintAnEntryOfTheNodeItselfAsLocal() {
    addTcp();
    batch.setExpiresMs(0, 59_999);
    assertEquals(
        "TCP 0A000001 04D2 0A000002 0050 C0A80003 1F90 ESTABLISHED LOCAL       59",
        ConnText.procLine(batch, 0));
  }

  @Test
  void shouldPrintTheListOfIpvsadm() {
    assertEquals(
        """
        IPVS connection entries
        pro expire state       source             virtual            destination\
        """,
        ConnText.IPVSADM_HEADER);
    addTcp();
    batch.setExpiresMs(0, 899_999);
    assertEquals(
        "TCP 14:59  ESTABLISHED 10.0.0.1:1234      10.0.0.2:80        192.168.0.3:8080",
        ConnText.ipvsadmLine(batch, 0));
    batch.setExpiresMs(0, 100 * 60_000);
    assertTrue(ConnText.ipvsadmLine(batch, 0).startsWith("TCP 100:00 ESTABLISHED "));
  }

  @Test
  void shouldPutIpv6AddressesInBrackets() {
    int i = addTcp();
    setIpv6("fd50:0:0:1::beef");
    assertEquals(
        "TCP 00:00  ESTABLISHED [fd50:0:0:1::beef]:1234 [fd50:0:0:1::beef]:80 "
            + "[fd50:0:0:1::beef]:8080",
        ConnText.ipvsadmLine(batch, i));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "999, 0",
    "1000, 1",
    "900999, 900",
    "4294967295, 4294967",
    "4294967296, 0",
    "4294968296, 1",
  })
  void shouldRoundSecondsDownAndWrapThem(long expiresMs, long expiresS) {
    batch.setExpiresMs(batch.add(), expiresMs);
    assertEquals(expiresS, ConnText.expiresS(batch, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "::",
        "::1",
        "1::",
        "fd50:0:0:1::beef",
        "1:0:0:2::3",
        "1::2:3:0:0:4",
        "1:0:2:3:4:5:6:7",
        "::5:6:7:8",
        "1:2:3:4:5:6:7:8",
        "::ffff:1.2.3.4",
        "::0.1.0.2",
        "ff02::5a",
      })
  void shouldSpellIpv6AsInetNtopDoes(String address) {
    batch.add();
    setIpv6(address);
    assertEquals(address, ConnText.address(batch, 0, ConnText.Address.CADDR));
    assertEquals(address, ConnText.address(batch, 0, ConnText.Address.VADDR));
    assertEquals(address, ConnText.address(batch, 0, ConnText.Address.DADDR));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1",
    "ff02:0:0:0:0:0:0:5a, ff02::5a",
    "fe80:0:0:0:0:0:0:1%2, fe80::1",
  })
  void shouldSpellAddressesOutsideOfABatch(String spelled, String expected) throws Exception {
    assertEquals(expected, ConnText.address(InetAddress.getByName(spelled)));
  }

  @Test
  void shouldNameTheFieldsOfAPlainRecord() {
    addTcp();
    batch.setTimeoutS(0, -1);
    batch.setFwmark(0, -2);
    batch.setFlags(0, 0xf0000103);
    assertEquals(
        List.of(
            "af=inet",
            "protocol:6",
            "proto=TCP",
            "caddr=10.0.0.1",
            "cport:1234",
            "vaddr=10.0.0.2",
            "vport:80",
            "daddr=192.168.0.3",
            "dport:8080",
            "flags=0xf0000103",
            "state:1",
            "state_name=ESTABLISHED",
            "fwmark:4294967294",
            "timeout:4294967295"),
        fields());
  }

  @Test
  void shouldNameWhatOnlySomeRecordsHave() {
    addTcp();
    batch.setRemainingS(0, -1);
    for (int word = 0; word < ConnBatch.SEQ_WORDS; word++) {
      batch.setSeq(0, word, word - 1);
    }
    byte[] pe = {'c', 'a', (byte) 0xe9, 's', 'i', 'p'};
    batch.setPe(0, MemorySegment.ofArray(pe), 0, 3, 3, 3);
    assertEquals(
        List.of(
            "remaining:4294967295",
            "in_seq=0xffffffff 0x00000000 0x00000001",
            "out_seq=0x00000002 0x00000003 0x00000004",
            "pe_name=sip",
            "pe_data=ca\u00e9"),
        fields().subList(14, 19));
  }

  private List<String> fields() {
    List<String> fields = new ArrayList<>();
    ConnText.describe(
        batch,
        0,
        new ConnText.FieldSink() {
          @Override
          public void number(String name, long value) {
            fields.add(name + ":" + value);
          }

          @Override
          public void text(String name, String value) {
            fields.add(name + "=" + value);
          }
        });
    return fields;
  }

  private int addTcp() {
    byte[] addresses = {10, 0, 0, 1, 10, 0, 0, 2, (byte) 192, (byte) 168, 0, 3};
    int i = batch.add();
    batch.setProtocol(i, 6);
    batch.setState(i, 1);
    batch.setPorts(i, 1234, 80, 8080);
    batch.setAddresses(i, MemorySegment.ofArray(addresses), 0, 4);
    return i;
  }

  private void setIpv6(String address) {
    byte[] one = ipv6Bytes(address);
    byte[] three = new byte[48];
    for (int i = 0; i < 3; i++) {
      System.arraycopy(one, 0, three, 16 * i, 16);
    }
    batch.setIpv6(0, true);
    batch.setAddresses(0, MemorySegment.ofArray(three), 0, 16);
  }

  /** Java turns a mapped address into an IPv4 one. */
  private static byte[] ipv6Bytes(String address) {
    byte[] bytes = InetAddress.ofLiteral(address).getAddress();
    if (bytes.length == 16) {
      return bytes;
    }
    byte[] mapped = new byte[16];
    mapped[10] = (byte) 0xff;
    mapped[11] = (byte) 0xff;
    System.arraycopy(bytes, 0, mapped, 12, 4);
    return mapped;
  }

  private void add(ConnRow row) {
    int i = batch.add();
    int protocol = 0;
    while (!ConnProtocol.nameOf(protocol).equals(row.proto())) {
      protocol++;
    }
    batch.setProtocol(i, protocol);
    boolean template = row.state().equals("ASSURED") || row.state().equals("NONE");
    batch.setFlags(i, ConnFlags.SYNC | (template ? ConnFlags.TEMPLATE : 0));
    int state = 0;
    while (!ConnProtocol.stateName(protocol, batch.flags(i), state).equals(row.state())) {
      state++;
    }
    batch.setState(i, state);
    byte[] caddr = row.caddr().getAddress();
    MemorySegment addresses = MemorySegment.ofArray(new byte[3 * caddr.length]);
    addresses.copyFrom(MemorySegment.ofArray(caddr));
    addresses.asSlice(caddr.length).copyFrom(MemorySegment.ofArray(row.vaddr().getAddress()));
    addresses.asSlice(2L * caddr.length).copyFrom(MemorySegment.ofArray(row.daddr().getAddress()));
    batch.setIpv6(i, caddr.length == 16);
    batch.setAddresses(i, addresses, 0, caddr.length);
    batch.setPorts(i, row.cport(), row.vport(), row.dport());
    batch.setExpiresMs(i, 1000 * row.expiresS() + 999);
  }
}

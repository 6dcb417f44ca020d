package org.ipvssync.command.capture;

import static org.ipvssync.command.capture.Frames.ipv4;
import static org.ipvssync.command.capture.Frames.ipv6;
import static org.ipvssync.command.capture.Frames.join;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FrameParserTest {
  private static final byte[] PAYLOAD = {0, 7, 0, 8, 0, 1, 0, 0};
  private static final byte[] NONE = new byte[0];
  private static final String MACS = "01005e000051020000000001";
  private static final int UDP = 17;

  static Stream<Arguments> framings() {
    byte[] v4 = ipv4(PAYLOAD);
    byte[] v6 = ipv6(PAYLOAD, UDP, NONE);
    return Stream.of(
        Arguments.of("Ethernet", 1, join(MACS, "0800", v4)),
        Arguments.of("Ethernet, IPv6", 1, join(MACS, "86dd", v6)),
        Arguments.of("Ethernet, padded", 1, join(MACS, "0800", v4, new byte[18])),
        Arguments.of("VLAN", 1, join(MACS, "81000005", "0800", v4)),
        Arguments.of("VLAN in VLAN", 1, join(MACS, "88a80005", "81000006", "86dd", v6)),
        Arguments.of("cooked", 113, join("0004000100060200000000010000", "0800", v4)),
        Arguments.of("cooked, IPv6", 113, join("0004000100060200000000010000", "86dd", v6)),
        Arguments.of(
            "cooked 2", 276, join("0800", "0000000000020001040602000000000100" + "00", v4)),
        Arguments.of(
            "cooked 2, IPv6", 276, join("86dd", "000000000002000104060200000000010000", v6)),
        Arguments.of("raw", 101, v4),
        Arguments.of("raw, IPv6", 101, v6),
        Arguments.of("raw IPv4", 228, v4),
        Arguments.of("raw IPv6", 229, v6),
        Arguments.of("loopback", 0, join("02000000", v4)),
        Arguments.of("loopback, network order", 108, join("0000001c", v6)),
        Arguments.of("IPv4 options", 101, ipv4(PAYLOAD, 4, 0)),
        Arguments.of("do not fragment", 101, ipv4(PAYLOAD, 0, 0x4000)),
        Arguments.of("hop-by-hop", 101, ipv6(PAYLOAD, 0, join("1100050200000100"))),
        Arguments.of(
            "two extensions", 101, ipv6(PAYLOAD, 0, join("3c00050200000100", "1100010400000000"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("framings")
  void shouldFindTheDatagram(String name, int linkType, byte[] bytes) throws Exception {
    assertTrue(FrameParser.knows(linkType));
    CapturedDatagram found = FrameParser.parse(new Packet(5, linkType, bytes));

    assertNotNull(found, name);
    assertArrayEquals(PAYLOAD, found.payload());
    assertEquals(PAYLOAD.length, found.length());
    assertEquals(Frames.SOURCE_PORT, found.sourcePort());
    assertEquals(Frames.IPV4_PORT, found.port());
    assertEquals(5, found.timeNanos());
    boolean ipv6 = found.source().getAddress().length == 16;
    assertEquals(InetAddress.ofLiteral(ipv6 ? "fd00::1" : "10.0.0.1"), found.source());
    assertEquals(InetAddress.ofLiteral(ipv6 ? "ff02::5a" : "224.0.0.81"), found.destination());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("framings")
  void shouldSayWhatTheCaptureCutOff(String name, int linkType, byte[] bytes) {
    int begin = bytes.length - PAYLOAD.length - (name.contains("padded") ? 18 : 0);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      CapturedDatagram found = FrameParser.parse(new Packet(0, linkType, cut));
      if (length < begin) {
        assertNull(found, name + " of " + length + " bytes");
      } else {
        assertEquals(PAYLOAD.length, found.length());
        assertEquals(Math.min(PAYLOAD.length, length - begin), found.payload().length);
      }
    }
  }

  @Test
  void shouldPassOverWhatIsNoDatagram() {
    byte[] tcp = ipv4(PAYLOAD);
    tcp[9] = 6;
    byte[] version5 = ipv4(PAYLOAD);
    version5[0] = 0x55;
    byte[] shortHeader = ipv4(PAYLOAD);
    shortHeader[0] = 0x44;
    byte[] udpTooLong = ipv4(PAYLOAD);
    udpTooLong[25]++;
    byte[] udpTooShort = ipv4(PAYLOAD);
    udpTooShort[25] = 7;
    for (byte[] bytes : List.of(tcp, version5, shortHeader, udpTooLong, udpTooShort, NONE)) {
      assertNull(FrameParser.parse(new Packet(0, 101, bytes)));
    }
    assertNull(FrameParser.parse(new Packet(0, 1, join(MACS, "0806", ipv4(PAYLOAD)))));
    assertFalse(FrameParser.knows(147));
    assertNull(FrameParser.parse(new Packet(0, 147, ipv4(PAYLOAD))));
  }

  @Test
  void shouldNotTakeAFragmentForADatagram() {
    byte[] first = ipv4(PAYLOAD, 0, 0x2000);
    byte[] later = ipv4(PAYLOAD, 0, 0x0010);
    byte[] ipv6 = ipv6(PAYLOAD, 44, join("1100000100000001"));
    for (byte[] bytes : List.of(first, later, ipv6)) {
      assertNull(FrameParser.parse(new Packet(0, 101, bytes)));
      assertTrue(FrameParser.isFragment(new Packet(0, 101, bytes)));
    }
    assertFalse(FrameParser.isFragment(new Packet(0, 101, ipv4(PAYLOAD))));
    assertFalse(FrameParser.isFragment(new Packet(0, 101, ipv6(PAYLOAD, UDP, NONE))));
    assertFalse(FrameParser.isFragment(new Packet(0, 1, NONE)));
  }

  @Test
  void shouldNeverThrowForWhatIsInAPacket() {
    Random random = new Random(1);
    List<Arguments> framings = framings().toList();
    for (int round = 0; round < 20_000; round++) {
      Object[] framing = framings.get(random.nextInt(framings.size())).get();
      byte[] bytes = ((byte[]) framing[2]).clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Packet packet = new Packet(0, (Integer) framing[1], bytes);
      CapturedDatagram found = FrameParser.parse(packet);
      assertTrue(found == null || found.payload().length <= bytes.length);
      assertFalse(found != null && FrameParser.isFragment(packet));
    }
  }
}

package org.ipvssync.command.capture;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.ipvssync.command.capture.Frames.ipv4;
import static org.ipvssync.command.capture.Frames.pcap;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.ipvssync.vectors.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SyncCaptureTest {
  private static final int MICROS = 0xa1b2c3d4;
  private static final int RAW = 101;
  private static final byte[] MESSAGE = {0, 7, 0, 8, 0, 1, 0, 0};
  private static final byte[] OTHER = {0, 7, 0, 9, 0, 1, 0, 0};

  @TempDir private Path temp;

  static List<Scenario> scenarios() {
    return Scenario.all();
  }

  /** The vectors are read by a reader of their own, which is another program. */
  @ParameterizedTest
  @MethodSource("scenarios")
  void shouldFindWhatTheKernelSent(Scenario scenario) throws IOException {
    List<org.ipvssync.vectors.CapturedDatagram> expected = scenario.datagrams();
    try (SyncCapture capture = SyncCapture.open(scenario.extractCapture(temp), Set.of())) {
      List<CapturedDatagram> found = all(capture);
      assertEquals(expected.size(), found.size());
      for (int i = 0; i < found.size(); i++) {
        assertArrayEquals(expected.get(i).payload(), found.get(i).payload());
        assertEquals(expected.get(i).payload().length, found.get(i).length());
        assertEquals(expected.get(i).micros() * 1000, found.get(i).timeNanos());
        assertEquals(expected.get(i).source(), found.get(i).source());
        assertEquals(expected.get(i).group(), found.get(i).destination());
        assertEquals(expected.get(i).port(), found.get(i).port());
      }
      assertEquals("", capture.remark());
    }
  }

  @Test
  void shouldTakeTheKernelsPortsAndWhatLooksLikeSync() throws IOException {
    byte[] unicast = ipv4(MESSAGE);
    unicast[16] = 10;
    assertEquals(1, count(Set.of(), ipv4(MESSAGE)));
    assertEquals(1, count(Set.of(), ipv4(OTHER)));
    assertEquals(1, count(Set.of(), ipv4(new byte[0])));
    assertEquals(0, count(Set.of(), unicast));
    assertEquals(1, count(Set.of(), withPort(ipv4(MESSAGE), 9900)));
    assertEquals(0, count(Set.of(), withPort(ipv4(OTHER), 5353)));
    assertEquals(1, count(Set.of(), withPort(ipv4(OTHER), 8911)));
    assertEquals(0, count(Set.of(), withPort(ipv4(OTHER), 8912)));
    assertEquals(0, count(Set.of(), withPort(ipv4(OTHER), 8847)));
  }

  @Test
  void shouldTakeOnlyThePortsThatAreNamed() throws IOException {
    assertEquals(0, count(Set.of(9900), ipv4(MESSAGE)));
    assertEquals(1, count(Set.of(9900), withPort(ipv4(OTHER), 9900)));
    assertEquals(2, count(Set.of(9900, 8848), withPort(ipv4(OTHER), 9900), ipv4(OTHER)));
  }

  @Test
  void shouldRemarkWhatIsMissing() throws IOException {
    assertRemark("no sync datagrams among 0 packets");
    assertRemark("no sync datagrams among 2 packets", new byte[20], new byte[0]);
    byte[] whole = ipv4(MESSAGE);
    assertRemark("1 datagrams are not whole", whole, java.util.Arrays.copyOf(whole, 30));
    assertRemark("2 fragments", whole, ipv4(MESSAGE, 0, 0x2000), ipv4(MESSAGE, 0, 1));
    try (SyncCapture capture = open(Set.of(), 147, whole)) {
      assertEquals(List.of(), all(capture));
      assertTrue(capture.remark().contains("link type 147"), capture::remark);
    }
  }

  private void assertRemark(String words, byte[]... packets) throws IOException {
    try (SyncCapture capture = open(Set.of(), RAW, packets)) {
      all(capture);
      assertTrue(capture.remark().contains(words), capture::remark);
    }
  }

  private int count(Set<Integer> ports, byte[]... packets) throws IOException {
    try (SyncCapture capture = open(ports, RAW, packets)) {
      return all(capture).size();
    }
  }

  private SyncCapture open(Set<Integer> ports, int linkType, byte[]... packets) throws IOException {
    Path file = temp.resolve("capture");
    Files.write(file, pcap(MICROS, LITTLE_ENDIAN, linkType, packets));
    return SyncCapture.open(file, ports);
  }

  private static List<CapturedDatagram> all(SyncCapture capture) throws IOException {
    List<CapturedDatagram> all = new ArrayList<>();
    for (CapturedDatagram next = capture.next(); next != null; next = capture.next()) {
      all.add(next);
    }
    return all;
  }

  private static byte[] withPort(byte[] packet, int port) {
    packet[22] = (byte) (port >> 8);
    packet[23] = (byte) port;
    return packet;
  }
}

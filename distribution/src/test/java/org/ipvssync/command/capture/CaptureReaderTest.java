package org.ipvssync.command.capture;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.ipvssync.command.capture.Frames.block;
import static org.ipvssync.command.capture.Frames.interfaceOf;
import static org.ipvssync.command.capture.Frames.join;
import static org.ipvssync.command.capture.Frames.packet;
import static org.ipvssync.command.capture.Frames.pcap;
import static org.ipvssync.command.capture.Frames.section;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CaptureReaderTest {
  private static final int MICROS = 0xa1b2c3d4;
  private static final int NANOS = 0xa1b23c4d;
  private static final byte[] ONE = {1, 2, 3, 4, 5};
  private static final byte[] TWO = {6, 7};

  @TempDir private Path temp;

  static Stream<ByteOrder> orders() {
    return Stream.of(LITTLE_ENDIAN, BIG_ENDIAN);
  }

  @ParameterizedTest
  @MethodSource("orders")
  void shouldReadClassicFiles(ByteOrder order) throws IOException {
    List<Packet> packets = read(pcap(MICROS, order, 113, ONE, new byte[0], TWO));

    assertEquals(List.of(113, 113, 113), packets.stream().map(Packet::linkType).toList());
    assertArrayEquals(ONE, packets.get(0).bytes());
    assertArrayEquals(new byte[0], packets.get(1).bytes());
    assertArrayEquals(TWO, packets.get(2).bytes());
    assertEquals(1_000_000_123_456_000L, packets.get(0).timeNanos());
    assertEquals(1_000_002_123_456_000L, packets.get(2).timeNanos());
  }

  @ParameterizedTest
  @MethodSource("orders")
  void shouldReadNanoseconds(ByteOrder order) throws IOException {
    assertEquals(1_000_000_000_123_456L, read(pcap(NANOS, order, 1, ONE)).getFirst().timeNanos());
  }

  @Test
  void shouldReadAFileWithoutPackets() throws IOException {
    assertEquals(List.of(), read(pcap(MICROS, LITTLE_ENDIAN, 1)));
    assertEquals(List.of(), read(section(LITTLE_ENDIAN)));
  }

  @ParameterizedTest
  @MethodSource("orders")
  void shouldReadPcapng(ByteOrder order) throws IOException {
    ByteBuffer simple = ByteBuffer.allocate(4 + ONE.length).order(order);
    simple.putInt(ONE.length).put(ONE);
    ByteBuffer obsolete = ByteBuffer.allocate(20 + TWO.length).order(order);
    obsolete.putShort((short) 1).putShort((short) 0).putInt(0).putInt(7_000_000);
    obsolete.putInt(TWO.length).putInt(TWO.length).put(TWO);

    List<Packet> packets =
        read(
            join(
                section(order),
                interfaceOf(order, 1, new byte[0]),
                interfaceOf(order, 276, new byte[0]),
                packet(order, 1, 1_795_336_000_123_456L, ONE),
                block(order, 5, new byte[12]), // statistics
                packet(order, 0, 5_000_001, TWO),
                block(order, 3, simple.array()),
                block(order, 2, obsolete.array())));

    assertEquals(List.of(276, 1, 1, 276), packets.stream().map(Packet::linkType).toList());
    assertEquals(
        List.of(1_795_336_000_123_456_000L, 5_000_001_000L, 0L, 7_000_000_000L),
        packets.stream().map(Packet::timeNanos).toList());
    assertArrayEquals(ONE, packets.get(0).bytes());
    assertArrayEquals(TWO, packets.get(1).bytes());
    assertArrayEquals(ONE, packets.get(2).bytes());
    assertArrayEquals(TWO, packets.get(3).bytes());
  }

  @Test
  void shouldReadSectionsOfDifferentByteOrder() throws IOException {
    List<Packet> packets =
        read(
            join(
                section(LITTLE_ENDIAN),
                interfaceOf(LITTLE_ENDIAN, 1, new byte[0]),
                packet(LITTLE_ENDIAN, 0, 1, ONE),
                section(BIG_ENDIAN),
                interfaceOf(BIG_ENDIAN, 101, new byte[0]),
                packet(BIG_ENDIAN, 0, 2, TWO)));
    assertEquals(List.of(1, 101), packets.stream().map(Packet::linkType).toList());
    assertEquals(List.of(1_000L, 2_000L), packets.stream().map(Packet::timeNanos).toList());
  }

  @Test
  void shouldTakeTheInterfacesResolutionAndOffset() throws IOException {
    // a comment, then if_tsresol 10^-9; if_tsresol 2^-10; if_tsoffset 100 s
    byte[] nanos = join("0100030061626300", "0900010009000000", "00000000");
    byte[] binary = join("090001008a000000");
    byte[] offset = join("0e0008006400000000000000");
    List<Packet> packets =
        read(
            join(
                section(LITTLE_ENDIAN),
                interfaceOf(LITTLE_ENDIAN, 1, nanos),
                interfaceOf(LITTLE_ENDIAN, 1, binary),
                interfaceOf(LITTLE_ENDIAN, 1, offset),
                packet(LITTLE_ENDIAN, 0, 1_795_336_000_123_456_789L, ONE),
                packet(LITTLE_ENDIAN, 1, 1536, ONE),
                packet(LITTLE_ENDIAN, 2, 1, ONE)));
    assertEquals(
        List.of(1_795_336_000_123_456_789L, 1_500_000_000L, 100_000_001_000L),
        packets.stream().map(Packet::timeNanos).toList());
  }

  @Test
  void shouldSayWhatIsNoCapture() throws IOException {
    assertSays("not a capture file", "text, not packets".getBytes());
    assertSays("not a capture file", new byte[0]);
    assertSays("not a capture file", new byte[] {1});
    Path text = Files.writeString(temp.resolve("text"), "text, not packets");
    assertEquals(
        text + ": not a capture file (pcap or pcapng)",
        assertThrows(CaptureException.class, () -> CaptureReader.open(text)).getMessage());
    assertEquals(
        "no such file: " + temp.resolve("gone"),
        assertThrows(CaptureException.class, () -> CaptureReader.open(temp.resolve("gone")))
            .getMessage());
    assertEquals(
        temp + ": a directory, not a capture file",
        assertThrows(CaptureException.class, () -> CaptureReader.open(temp)).getMessage());
  }

  @Test
  void shouldRefuseAbsurdLengths() {
    byte[] file = pcap(MICROS, LITTLE_ENDIAN, 1, ONE);
    ByteBuffer.wrap(file).order(LITTLE_ENDIAN).putInt(24 + 8, 0x7fffffff);
    assertSays("damaged", file);
    ByteBuffer.wrap(file).order(LITTLE_ENDIAN).putInt(24 + 8, -1);
    assertSays("damaged", file);

    byte[] ng = join(section(LITTLE_ENDIAN), interfaceOf(LITTLE_ENDIAN, 1, new byte[0]));
    for (int length : new int[] {0, 8, 13, -4, 0x7ffffffc}) {
      ByteBuffer.wrap(ng).order(LITTLE_ENDIAN).putInt(28 + 4, length);
      assertSays("damaged", ng);
    }
    assertSays(
        "damaged", join(section(LITTLE_ENDIAN), packet(LITTLE_ENDIAN, 0, 1, ONE))); // no interface
  }

  @Test
  void shouldKeepWhatComesBeforeACutAtEveryByte() throws IOException {
    byte[] classic = pcap(MICROS, LITTLE_ENDIAN, 1, ONE, TWO, ONE);
    byte[] ng =
        join(
            section(LITTLE_ENDIAN),
            interfaceOf(LITTLE_ENDIAN, 1, new byte[0]),
            packet(LITTLE_ENDIAN, 0, 1, ONE),
            packet(LITTLE_ENDIAN, 0, 2, TWO),
            packet(LITTLE_ENDIAN, 0, 3, ONE));
    for (byte[] whole : List.of(classic, ng)) {
      int before = 0;
      for (int length = 0; length < whole.length; length++) {
        int packets = readAsFarAsPossible(Arrays.copyOf(whole, length)).size();
        assertTrue(packets >= before && packets < 3, "of " + length + " bytes: " + packets);
        before = packets;
      }
      assertEquals(2, before);
      assertEquals(3, readAsFarAsPossible(whole).size());
    }
  }

  @Test
  void shouldEndInOrderWhateverTheBytesAre() throws IOException {
    byte[] ng =
        join(
            section(LITTLE_ENDIAN),
            interfaceOf(LITTLE_ENDIAN, 1, join("0900010009000000", "0e0008000000000000000000")),
            packet(LITTLE_ENDIAN, 0, 1, ONE),
            packet(LITTLE_ENDIAN, 0, 2, TWO));
    byte[] classic = pcap(MICROS, BIG_ENDIAN, 1, ONE, TWO);
    Random random = new Random(1);
    for (int round = 0; round < 3_000; round++) {
      byte[] damaged = (round % 2 == 0 ? ng : classic).clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      assertTrue(readAsFarAsPossible(damaged).size() <= 4);
    }
  }

  private static void assertSays(String words, byte[] file) {
    CaptureException e = assertThrows(CaptureException.class, () -> read(file));
    assertTrue(e.getMessage().contains(words), e::getMessage);
    assertEquals(1, e.getMessage().lines().count(), e::getMessage);
  }

  private static List<Packet> read(byte[] file) throws IOException {
    List<Packet> packets = new ArrayList<>();
    read(file, packets);
    return packets;
  }

  /** What can be read before a CaptureException, the only failure that there may be. */
  private static List<Packet> readAsFarAsPossible(byte[] file) throws IOException {
    List<Packet> packets = new ArrayList<>();
    try {
      read(file, packets);
    } catch (CaptureException e) {
      return packets;
    }
    return packets;
  }

  private static void read(byte[] bytes, List<Packet> packets) throws IOException {
    try (CaptureReader reader = CaptureReader.of(new ByteArrayInputStream(bytes))) {
      for (Packet packet = reader.next(); packet != null; packet = reader.next()) {
        packets.add(packet);
      }
    }
  }
}

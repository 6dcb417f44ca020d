package org.ipvssync.codec.v1.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.wire.CodecContractTest;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.Records;
import org.ipvssync.api.wire.SyncCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class V1CodecTest extends CodecContractTest {
  private static final String SEQ = "112233440000000500000006aabbccdd0000000700000008";
  private static final String MIDDLE = "00000100 0000 1234 0035 0035 00000000 0000012c";
  private static final String IPV4 = "c0a80001 0a000002 ac100003";
  private static final String IPV6 =
      "20010db8000000000000000000000001 20010db8000000000000000000000002"
          + "fe800000000000000000000000000003";
  private static final String TCP = "00000100 0001 1234 0050 0050 00000000 00000384";
  private static final String GOOD = "00 06 0024 " + TCP + IPV4;

  private final V1Codec codec = new V1Codec();

  @Override
  protected SyncCodec codec() {
    return codec;
  }

  @Override
  protected void addRandomRecord(RandomGenerator random, ConnBatch batch) {
    Records.addAny(random, batch);
  }

  @Test
  void shouldReadEveryFieldOfAnIpv4Record() {
    Decoded decoded =
        decode("01", "00 06 0024 89abcdef 0007 1234 0050 1f90 deadbeef ffffffff", IPV4);

    ConnBatch batch = decoded.batch;
    assertEquals(1, batch.size());
    assertEquals(7, batch.syncId());
    assertFalse(batch.isIpv6(0));
    assertEquals(6, batch.protocol(0));
    assertEquals(0x89abcdef, batch.flags(0));
    assertEquals(7, batch.state(0));
    assertEquals(0x1234, batch.cport(0));
    assertEquals(80, batch.vport(0));
    assertEquals(8080, batch.dport(0));
    assertEquals(0xdeadbeef, batch.fwmark(0));
    assertEquals(-1, batch.timeoutS(0));
    assertEquals("192.168.0.1", ConnText.address(batch, 0, ConnText.Address.CADDR));
    assertEquals("10.0.0.2", ConnText.address(batch, 0, ConnText.Address.VADDR));
    assertEquals("172.16.0.3", ConnText.address(batch, 0, ConnText.Address.DADDR));
    assertFalse(batch.hasSeq(0));
    assertEquals(0, batch.peNameLength(0));
    assertEquals(0, batch.peDataLength(0));
    assertEquals(0, batch.remainingS(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"01", "03", "81", "ff"})
  void shouldTakeBit0OfTheTypeForIpv6(String type) {
    Decoded decoded = decode("01", type + " 11 0048 " + MIDDLE, IPV6);
    assertTrue(decoded.batch.isIpv6(0));
    assertEquals("2001:db8::1", ConnText.address(decoded.batch, 0, ConnText.Address.CADDR));
    assertEquals("2001:db8::2", ConnText.address(decoded.batch, 0, ConnText.Address.VADDR));
    assertEquals("fe80::3", ConnText.address(decoded.batch, 0, ConnText.Address.DADDR));
  }

  @ParameterizedTest
  @CsvSource({
    // fewer than 36 bytes, the end, the version, the type, the fixed part: in the kernel's order
    "RECORD_CUT_SHORT, 00 06 1fff 00000000",
    "RECORD_PAST_END,  02 06 1025 00000100 0001 1234 0050 0050 00000000 00000384",
    "RECORD_VERSION,   02 06 1020 00000100 0001 1234 0050 0050 00000000 00000384",
    "RECORD_VERSION,   00 06 2024 00000100 0001 1234 0050 0050 00000000 00000384",
    "RECORD_VERSION,   00 06 4024 00000100 0001 1234 0050 0050 00000000 00000384",
    "RECORD_VERSION,   00 06 8024 00000100 0001 1234 0050 0050 00000000 00000384",
    "RECORD_TYPE,      02 06 0020 00000100 0001 1234 0050 0050 00000000 00000384",
    "RECORD_TOO_SMALL, 00 06 0020 00000100 0001 1234 0050 0050 00000000 00000384",
    "RECORD_TOO_SMALL, 01 06 0024 00000100 0001 1234 0050 0050 00000000 00000384",
    "RECORD_TOO_SMALL, 00 06 0000 00000100 0001 1234 0050 0050 00000000 00000384",
  })
  void shouldStopAtABrokenRecordButKeepTheOneBefore(LinkCounter reason, String record) {
    String address = reason == LinkCounter.RECORD_CUT_SHORT ? "" : IPV4;
    Decoded decoded = decode("03", GOOD, record, address);
    assertEquals(1, decoded.batch.size());
    decoded.assertCounted(reason);
  }

  @Test
  void shouldAskForThe36BytesOfAnIpv4RecordEvenOfIpv6() {
    Decoded decoded = decode("01", "01 06 0048 00000100 0001 1234 0050 0050 00000000 00000384");
    decoded.assertCounted(LinkCounter.RECORD_CUT_SHORT);
    decoded = decode("01", "01 06 0048 00000100 0001 1234 0050 0050 00000000 00000384", IPV4);
    decoded.assertCounted(LinkCounter.RECORD_PAST_END);
  }

  @ParameterizedTest
  @CsvSource({
    "OPTION_LENGTH, 01, a type without a length",
    "OPTION_LENGTH, 0100, no data",
    "OPTION_LENGTH, 4500, no data of an option that may be skipped",
    "OPTION_LENGTH, 0500, no data of an option that must be known: length comes first",
    "OPTION_LENGTH, 03117373737373737373737373737373737373, a name of 17 bytes",
    "OPTION_LENGTH, 0204616263, cut short",
    "OPTION_LENGTH, 01170000000000000000000000000000000000000000000000, 23 bytes of SEQ",
    "OPTION_LENGTH, 011900000000000000000000000000000000000000000000000000, 25 bytes of SEQ",
    "OPTION_TWICE,  020161 020162, data twice",
    "OPTION_TWICE,  020161 420162, data twice and once with the bit 0x40",
    "OPTION_TWICE,  0301614301620301, name twice before it is cut short",
    "OPTION_TWICE,  020161 0301730301 74, name twice after data",
    "UNKNOWN_OPTION, 050161, type 5",
    "UNKNOWN_OPTION, 000161, type 0",
    "UNKNOWN_OPTION, 040161, type 4",
    "UNKNOWN_OPTION, 2c0400000007, ours without the bit",
    "UNKNOWN_OPTION, 810161, type 0x81",
    "UNKNOWN_OPTION, 050161 0200, later options are not looked at",
  })
  void shouldRefuseOptions(LinkCounter reason, String options, String why) {
    Decoded decoded = decode("03", GOOD, padded(withOptions(options)), GOOD);
    boolean goesOn = reason == LinkCounter.UNKNOWN_OPTION;
    assertEquals(goesOn ? 2 : 1, decoded.batch.size(), why);
    decoded.assertCounted(reason);

    // The same at the very end of the memory.
    decoded = decode("02", GOOD, withOptions(options));
    assertEquals(1, decoded.batch.size(), why);
    decoded.assertCounted(reason);
  }

  @Test
  void shouldRefuseSequenceDataThatComesTwice() {
    Decoded decoded = decode("02", padded(withOptions("0118" + SEQ + "0118" + SEQ)), GOOD);
    assertEquals(0, decoded.batch.size());
    decoded.assertCounted(LinkCounter.OPTION_TWICE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"01", "41"})
  void shouldReadSequenceDataInNetworkOrder(String type) {
    ConnBatch batch = decode("01", withOptions(type + "18" + SEQ)).batch;
    assertTrue(batch.hasSeq(0));
    int[] words = {0x11223344, 5, 6, 0xaabbccdd, 7, 8};
    for (int word = 0; word < words.length; word++) {
      assertEquals(words[word], batch.seq(0, word));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0203616263 0303736970", "0303736970 0203616263", "4303736970 4203616263"})
  void shouldReadPersistenceDataAndNameInAnyOrder(String options) {
    ConnBatch batch = decode("02", padded(withOptions(options)), GOOD).batch;
    assertEquals(2, batch.size());
    assertEquals("abc", ConnText.peData(batch, 0));
    assertEquals("sip", ConnText.peName(batch, 0));
    assertEquals(0, batch.peNameLength(1));
  }

  @Test
  void shouldKeepANameWithoutData() {
    ConnBatch batch = decode("01", withOptions("0303736970")).batch;
    assertEquals("sip", ConnText.peName(batch, 0));
    assertEquals(0, batch.peDataLength(0));
  }

  @Test
  void shouldReadAndWriteTheLongestPersistenceData() {
    byte[] data = new byte[ConnBatch.PE_DATA_MAX + ConnBatch.PE_NAME_MAX];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) i;
    }
    ConnBatch batch = new ConnBatch();
    Records.addConnection(batch, 1);
    batch.setPe(0, Datagram.of(data).segment(), 0, 255, 255, 16);
    Datagram message = new Datagram(1472);
    codec.encode(batch, 0, 7, 1472, message);
    assertEquals(8 + 36 + 2 + 255 + 2 + 16, message.length());
    LinkCounters counters = new LinkCounters();
    ConnBatch again = new ConnBatch();
    codec.decode(message, again, counters);
    assertEquals(Records.of(batch), Records.of(again));
    assertEquals(0, counters.drops());
  }

  @ParameterizedTest
  @CsvSource({
    "6c0400000029, 41",
    "6c04ffffffff, -1",
    "4001ff 6c0400000029, 41",
    "4401ff 6c0400000029, 41",
    "6c0400000029 6c040000002a, 42",
    "6c0400000029 6c03000000, 41",
    "6c050000002900, 0",
    "6c0129, 0",
    "6b0400000029, 0",
  })
  void shouldReadWhatRemainsOfACopy(String options, int remainingS) {
    Decoded decoded = decode("02", padded(withOptions(options)), GOOD);
    assertEquals(2, decoded.batch.size());
    assertEquals(remainingS, decoded.batch.remainingS(0));
    assertEquals(remainingS != 0, decoded.batch.isCopy(0));
    assertEquals(0, decoded.batch.remainingS(1));
    assertFalse(decoded.batch.isCopy(1));
    assertEquals(0, decoded.counters.drops());
  }

  @Test
  void shouldWriteOptionsInTheKernelsOrderAndPadBeforeTheNextRecordOnly() {
    ConnBatch batch = new ConnBatch();
    for (int i = 0; i < 2; i++) {
      Records.addConnection(batch, 0x1234);
      batch.setTimeoutS(i, 900);
      batch.setRemainingS(i, 0x29);
      for (int word = 0; word < ConnBatch.SEQ_WORDS; word++) {
        batch.setSeq(i, word, word + 1);
      }
      batch.setPe(i, Datagram.of(new byte[] {'a', 'b', 's'}).segment(), 0, 2, 2, 1);
    }
    Datagram message = new Datagram(1472);
    message.segment().fill((byte) 0xee);
    assertEquals(2, codec.encode(batch, 0, 0xff, 1472, message));

    String record =
        "00 06 004b 00000000 0001 1234 0050 1f90 00000000 00000384 01020304 05060708 090a0b0c"
            + "01 18 00000001 00000002 00000003 00000004 00000005 00000006"
            + "02 02 6162 03 01 73 6c 04 00000029";
    assertArrayEquals(bytes("00 ff 009f 02 01 0000" + record + "00" + record), message.toBytes());
  }

  @Test
  void shouldWriteIpv6() {
    ConnBatch batch = decode("01", "01 11 0048 " + MIDDLE, IPV6).batch;
    Datagram message = new Datagram(1472);
    codec.encode(batch, 0, 7, 1472, message);
    assertArrayEquals(
        bytes("00 07 0050 01 01 0000", "01 11 0048 " + MIDDLE, IPV6), message.toBytes());
  }

  @Test
  void shouldLetTheBatchSayWhetherThereIsSequenceData() {
    ConnBatch batch = new ConnBatch();
    batch.setFlags(Records.addConnection(batch, 1), 0x600);
    Datagram message = new Datagram(1472);
    codec.encode(batch, 0, 7, 1472, message);
    assertEquals(8 + 36, message.length());
  }

  @Test
  void shouldAcceptPaddingThatIsNotZeroAndAnEndInsideThePadding() {
    Decoded decoded = decode("02", withOptions("430173"), "ff", GOOD);
    assertEquals(2, decoded.batch.size());
    assertEquals(0, decoded.counters.drops());

    // The second record would begin one byte after the end of the message.
    decoded = decode("02", withOptions("430173"));
    assertEquals(1, decoded.batch.size());
    decoded.assertCounted(LinkCounter.RECORD_CUT_SHORT);
    decoded = decode("01", withOptions("430173"));
    assertEquals(0, decoded.counters.drops());
  }

  @Test
  void shouldIgnoreWhatFollowsTheLastCountedRecord() {
    Decoded decoded = decode("01", GOOD, GOOD, "ffffff");
    assertEquals(1, decoded.batch.size());
    assertEquals(0, decoded.counters.drops());
    assertEquals(0, decode("00", GOOD).batch.size());
  }

  @Test
  void shouldCarryEverything() {
    ConnBatch batch = new ConnBatch();
    Records.addAny(new Random(1), batch);
    assertTrue(codec.carries(batch, 0));
    assertTrue(codec.carriesTimeout());
  }

  /** A good record with these options. */
  private static String withOptions(String options) {
    return "00 06 %04x ".formatted(36 + bytes(options).length) + TCP + IPV4 + options;
  }

  private static String padded(String record) {
    return record + "00".repeat(-bytes(record).length & 3);
  }

  private static byte[] bytes(String... hex) {
    return HexFormat.of().parseHex(String.join("", hex).replace(" ", ""));
  }

  private Decoded decode(String count, String... parts) {
    String records = String.join("", parts);
    Decoded decoded = new Decoded(new ConnBatch(), new LinkCounters());
    codec.decode(
        Datagram.of(
            bytes("00 07 %04x ".formatted(8 + bytes(records).length), count, "01 0000", records)),
        decoded.batch,
        decoded.counters);
    return decoded;
  }

  private record Decoded(ConnBatch batch, LinkCounters counters) {
    void assertCounted(LinkCounter reason) {
      assertEquals(1, counters.get(reason), reason::toString);
      assertEquals(1, counters.drops());
    }
  }
}

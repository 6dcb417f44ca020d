package org.ipvssync.api.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.ipvssync.vectors.CapturedDatagram;
import org.ipvssync.vectors.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SyncHeaderTest {
  @ParameterizedTest
  @MethodSource("org.ipvssync.vectors.Scenario#all")
  void shouldReadEveryCapturedHeader(Scenario scenario) {
    for (CapturedDatagram captured : scenario.datagrams()) {
      MemorySegment message = Datagram.of(captured.payload()).segment();
      int length = captured.payload().length;
      assertEquals(length, SyncHeader.size(message));
      assertEquals(scenario.version(), SyncHeader.version(message, length));
      if (scenario.backupSyncId() != 0) {
        assertEquals(scenario.backupSyncId(), SyncHeader.syncId(message));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0007002c01010000, 1",
    "00ff002c00010000, 1",
    "0107002c01010000, 0", // the first byte is not 0
    "0007002c01020000, 0", // version 2
    "0007002c01000000, 0", // version 0
    "0007002c01810000, 0", // version -127
    "0007002c01010001, 0", // spare
    "0007002c01010100, 0",
  })
  void shouldTakeEverythingElseForVersion0(String hex, int version) {
    MemorySegment message = Datagram.of(HexFormat.of().parseHex(hex)).segment();
    assertEquals(version, SyncHeader.version(message, 8));
  }

  @Test
  void shouldNotLookBeyondAShortMessage() {
    // The buffer still holds the version 1 header of the message before.
    Datagram buffer = Datagram.of(HexFormat.of().parseHex("0007000801010000"));
    for (int length = 4; length < 8; length++) {
      assertEquals(0, SyncHeader.version(buffer.segment(), length));
    }
    MemorySegment four = Datagram.of(HexFormat.of().parseHex("00ff0004")).segment();
    assertEquals(0, SyncHeader.version(four, 4));
    assertEquals(255, SyncHeader.syncId(four));
    assertEquals(4, SyncHeader.size(four));
  }

  @Test
  void shouldReadSizesAsUnsigned() {
    assertEquals(
        65_535, SyncHeader.size(Datagram.of(HexFormat.of().parseHex("0000ffff")).segment()));
  }
}

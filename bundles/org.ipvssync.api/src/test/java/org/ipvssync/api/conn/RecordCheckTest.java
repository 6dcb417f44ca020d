package org.ipvssync.api.conn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordCheckTest {
  private final RecordCheck check = new RecordCheck(RecordCheck.KERNEL_ENGINES);
  private final ConnBatch batch = new ConnBatch();

  @ParameterizedTest
  @CsvSource({
    "6,   10, ", // TCP SYNACK
    "6,   11, INVALID_STATE",
    "6,   65535, INVALID_STATE",
    "17,  0, ",
    "17,  1, INVALID_STATE",
    "132, 13, ",
    "132, 14, INVALID_STATE",
    "50,  0, ",
    "50,  1, INVALID_STATE",
    "51,  0, ",
    "51,  1, INVALID_STATE",
    "0,   0, UNKNOWN_PROTOCOL",
    "1,   0, UNKNOWN_PROTOCOL",
    "47,  0, UNKNOWN_PROTOCOL",
    "255, 0, UNKNOWN_PROTOCOL",
  })
  void shouldJudgeProtocolAndState(int protocol, int state, LinkCounter reason) {
    add(protocol, state, 0);
    assertEquals(reason, check.reasonToSkip(batch, 0));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "47, 0", "6, 65535", "255, 2"})
  void shouldTakeAnyProtocolAndStateForATemplate(int protocol, int state) {
    add(protocol, state, ConnFlags.TEMPLATE);
    assertNull(check.reasonToSkip(batch, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "data, sip, ",
    "data, 'sip\0', ", // the kernel reads the name as a C string
    "data, 'sip\0xyz', ",
    "data, '', PE_WITHOUT_NAME",
    "data, si, UNKNOWN_PE",
    "data, sips, UNKNOWN_PE",
    "data, SIP, UNKNOWN_PE",
    "data, '\0', UNKNOWN_PE",
    "'',   http, ", // a name without data is ignored
    "'',   '', ",
  })
  void shouldJudgeThePersistenceEngine(String data, String name, LinkCounter reason) {
    add(17, 0, ConnFlags.TEMPLATE);
    byte[] bytes = (data + name).getBytes(StandardCharsets.ISO_8859_1);
    batch.setPe(0, MemorySegment.ofArray(bytes), 0, data.length(), data.length(), name.length());
    assertEquals(reason, check.reasonToSkip(batch, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"one", "two"})
  void shouldKnowTheEnginesItWasGiven(String name) {
    add(17, 0, ConnFlags.TEMPLATE);
    byte[] bytes = ("x" + name).getBytes(StandardCharsets.ISO_8859_1);
    batch.setPe(0, MemorySegment.ofArray(bytes), 0, 1, 1, name.length());
    assertNull(new RecordCheck(Set.of("one", "two")).reasonToSkip(batch, 0));
    assertEquals(LinkCounter.UNKNOWN_PE, check.reasonToSkip(batch, 0));
    assertEquals(LinkCounter.UNKNOWN_PE, new RecordCheck(Set.of()).reasonToSkip(batch, 0));
  }

  @Test
  void shouldJudgeProtocolBeforeStateBeforeEngine() {
    add(47, 99, 0);
    add(6, 99, 0);
    for (int i = 0; i < 2; i++) {
      batch.setPe(i, MemorySegment.ofArray(new byte[1]), 0, 1, 1, 0);
    }
    assertEquals(LinkCounter.UNKNOWN_PROTOCOL, check.reasonToSkip(batch, 0));
    assertEquals(LinkCounter.INVALID_STATE, check.reasonToSkip(batch, 1));
  }

  @Test
  void shouldMarkAndCountWhatItTakesOut() {
    add(6, 1, 0);
    add(47, 0, 0);
    add(6, 200, 0);
    add(6, 201, 0);
    add(6, 4, 0);
    LinkCounters counters = new LinkCounters();
    check.check(batch, counters);

    assertFalse(batch.isSkipped(0));
    assertTrue(batch.isSkipped(1));
    assertTrue(batch.isSkipped(2));
    assertTrue(batch.isSkipped(3));
    assertFalse(batch.isSkipped(4));
    assertEquals(1, counters.get(LinkCounter.UNKNOWN_PROTOCOL));
    assertEquals(2, counters.get(LinkCounter.INVALID_STATE));
    assertEquals(3, counters.drops());
  }

  private void add(int protocol, int state, int flags) {
    int i = batch.add();
    batch.setProtocol(i, protocol);
    batch.setState(i, state);
    batch.setFlags(i, flags);
  }
}

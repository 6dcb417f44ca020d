package org.ipvssync.api.conn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flags, protocols, states and timeouts, against the kernel's numbers. */
class ConnFactsTest {
  @Test
  void shouldKeepOfFlagsWhatTheKernelsMasksSay() {
    assertEquals(0x1f87, ConnFlags.BACKUP_MASK);
    assertEquals(0x0700, ConnFlags.BACKUP_UPD_MASK);
    assertEquals(0x0600, ConnFlags.SEQ_MASK);
    assertTrue(ConnFlags.isTemplate(0xffff));
    assertFalse(ConnFlags.isTemplate(0xefff));
  }

  @ParameterizedTest
  @CsvSource({"0x100, Masq", "1, Local", "2, Tunnel", "0x83, Route", "4, Bypass", "7, ?"})
  void shouldNameTheForwardingMethod(String flags, String name) {
    assertEquals(name, ConnFlags.forwardingName(Integer.decode(flags)));
  }

  @Test
  void shouldNameTheOrigin() {
    assertEquals("SYNC", ConnFlags.originName(0x120));
    assertEquals("LOCAL", ConnFlags.originName(0x100));
  }

  @ParameterizedTest
  @CsvSource({
    "6, 2 900 120 60 120 120 10 60 30 120 120",
    "17, 300",
    "132, 2 4 61 61 61 61 61 61 900 61 61 61 4 61",
    "50, 180",
    "51, 180",
  })
  void shouldKnowTheKernelsTimeouts(int number, String seconds) {
    ConnProtocol protocol = ConnProtocol.of(number);
    List<Integer> expected = List.of(seconds.split(" ")).stream().map(Integer::valueOf).toList();
    assertEquals(number, protocol.number());
    assertEquals(expected.size(), protocol.numStates());
    assertEquals(
        expected,
        IntStream.range(0, protocol.numStates()).mapToObj(protocol::defaultTimeoutS).toList());
    assertEquals(
        expected,
        IntStream.range(0, protocol.numStates())
            .mapToObj(state -> ConnTimeouts.KERNEL_DEFAULTS.secondsOf(number, 0, state))
            .toList());
  }

  @Test
  void shouldKnowNoOtherProtocol() {
    List<Integer> known =
        IntStream.range(0, 256).filter(n -> ConnProtocol.of(n) != null).boxed().toList();
    assertEquals(List.of(6, 17, 50, 51, 132), known);
    assertSame(ConnProtocol.TCP, ConnProtocol.of(6));
    assertNull(ConnProtocol.of(47));
  }

  @Test
  void shouldTakeConfiguredTimeoutsForThreeStatesOnly() {
    ConnTimeouts timeouts = new ConnTimeouts(1200, 60, 150);
    assertEquals(1200, timeouts.secondsOf(6, 0, 1));
    assertEquals(60, timeouts.secondsOf(6, 0, 4));
    assertEquals(120, timeouts.secondsOf(6, 0, 5));
    assertEquals(150, timeouts.secondsOf(17, 0, 0));
    assertEquals(900, timeouts.secondsOf(132, 0, 8));
    assertEquals(180, timeouts.secondsOf(6, ConnFlags.TEMPLATE, 1));
    assertEquals(180, timeouts.secondsOf(17, ConnFlags.TEMPLATE, 0));
    assertEquals(180, timeouts.secondsOf(47, 0, 0));
    assertEquals(180, timeouts.secondsOf(6, 0, 99));
    assertThrows(IllegalArgumentException.class, () -> new ConnTimeouts(0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ConnTimeouts(1, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new ConnTimeouts(1, 1, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "6, 0, 1, ESTABLISHED",
    "6, 0, 10, SYNACK",
    "6, 0, 11, ERR!",
    "17, 0, 0, UDP",
    "132, 0, 8, ESTABLISHED",
    "132, 0, 3, C-SENT",
    "50, 0, 0, ERR!",
    "47, 0, 0, ERR!",
    "0, 0, 0, NONE",
    "6, 0x1000, 0, NONE",
    "6, 0x1000, 1, ASSURED",
    "6, 0x1000, 2, ERR!",
    "0, 0x1100, 1, ASSURED",
  })
  void shouldNameStatesAsProcDoes(int protocol, String flags, int state, String name) {
    assertEquals(name, ConnProtocol.stateName(protocol, Integer.decode(flags), state));
  }

  @ParameterizedTest
  @CsvSource({"0, IP", "1, ICMP", "6, TCP", "17, UDP", "50, IP_50", "58, ICMPv6", "132, SCTP"})
  void shouldNameProtocolsAsProcDoes(int protocol, String name) {
    assertEquals(name, ConnProtocol.nameOf(protocol));
  }

  @Test
  void shouldKnowTheStatesInWhichAConnectionIsActive() {
    assertEquals(List.of(1, 2, 3, 10), activeStates(6));
    assertEquals(List.of(8), activeStates(132));
    assertEquals(List.of(), activeStates(17));
    for (int protocol : new int[] {6, 132}) {
      assertTrue(ConnProtocol.isActive(protocol, ConnProtocol.activeState(protocol)));
    }
    assertEquals(0, ConnProtocol.activeState(17));
  }

  private static List<Integer> activeStates(int protocol) {
    return IntStream.range(0, 256)
        .filter(state -> ConnProtocol.isActive(protocol, state))
        .boxed()
        .toList();
  }
}

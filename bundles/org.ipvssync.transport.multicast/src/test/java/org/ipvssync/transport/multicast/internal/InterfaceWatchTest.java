package org.ipvssync.transport.multicast.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.ipvssync.transport.multicast.internal.McastInterface.State;
import org.junit.jupiter.api.Test;

class InterfaceWatchTest {
  private static final long START_NS = Long.MAX_VALUE - 10;

  private State state = State.UP;
  private int looks;

  private final InterfaceWatch watch =
      new InterfaceWatch(
          () -> {
            looks++;
            return state;
          },
          START_NS);

  @Test
  void shouldLookOnceASecond() {
    for (int tenth = 0; tenth <= 30; tenth++) {
      assertEquals(State.UP, watch.state(START_NS + tenth * InterfaceWatch.PAUSE_NS / 10));
    }
    assertEquals(3, looks);
  }

  @Test
  void shouldSayWhatTheLastLookSaw() {
    state = State.GONE;
    assertEquals(State.UP, watch.state(START_NS + InterfaceWatch.PAUSE_NS - 1));
    assertEquals(State.GONE, watch.state(START_NS + InterfaceWatch.PAUSE_NS));
    state = State.UP;
    assertEquals(State.GONE, watch.state(START_NS + InterfaceWatch.PAUSE_NS + 1));
    assertEquals(State.UP, watch.state(START_NS + 2 * InterfaceWatch.PAUSE_NS));
  }
}

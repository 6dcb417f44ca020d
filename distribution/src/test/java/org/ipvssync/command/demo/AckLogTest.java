package org.ipvssync.command.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AckLogTest {
  private final AckLog acks = new AckLog();

  @Test
  void shouldKnowNothingAtFirst() {
    assertEquals(0, acks.countAt(0));
  }

  @Test
  void shouldSayWhatWasTakenByThen() {
    acks.add(3, 100);
    acks.add(7, 200);
    assertEquals(0, acks.countAt(99));
    assertEquals(3, acks.countAt(100));
    assertEquals(3, acks.countAt(199));
    assertEquals(7, acks.countAt(1_000));
  }

  @Test
  void shouldForgetTheOldest() {
    for (int i = 1; i <= 100_000; i++) {
      acks.add(i, i);
    }
    assertEquals(100_000, acks.countAt(100_000));
    assertEquals(50_000, acks.countAt(50_000));
    assertEquals(0, acks.countAt(1_000));
  }
}

package org.ipvssync.api.count;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LinkCountersTest {
  private final LinkCounters counters = new LinkCounters();

  @ParameterizedTest
  @EnumSource
  void shouldCountEachThingApart(LinkCounter counter) {
    counters.increment(counter);
    counters.add(counter, 41);
    counters.add(counter, 0);
    counters
        .snapshot()
        .forEach((other, count) -> assertEquals(other == counter ? 42 : 0, count, other::name));
    assertEquals(42, counters.get(counter));
    assertEquals(counter.isDrop() ? 42 : 0, counters.drops());
    assertEquals(LinkCounter.values().length, counters.snapshot().size());
  }

  @Test
  void shouldSumUpDropsOnly() {
    for (LinkCounter counter : LinkCounter.values()) {
      counters.increment(counter);
    }
    long drops = Arrays.stream(LinkCounter.values()).filter(LinkCounter::isDrop).count();
    assertEquals(drops, counters.drops());
    assertTrue(LinkCounter.SIZE_MISMATCH.isDrop());
    assertFalse(LinkCounter.RECORDS.isDrop());
  }

  @Test
  void shouldGiveEachAMeaningAndALabelOfItsOwn() {
    assertEquals("sizeMismatch", LinkCounter.SIZE_MISMATCH.label());
    assertEquals("records", LinkCounter.RECORDS.label());
    assertEquals("peWithoutName", LinkCounter.PE_WITHOUT_NAME.label());
    LinkCounter[] all = LinkCounter.values();
    assertEquals(
        all.length, Arrays.stream(all).map(LinkCounter::label).collect(Collectors.toSet()).size());
    assertEquals(
        all.length,
        Arrays.stream(all).map(LinkCounter::meaning).collect(Collectors.toSet()).size());
  }

  @Test
  void shouldLoseNothingWhenThreadsCountTogether() throws InterruptedException {
    Thread[] threads = new Thread[4];
    for (int t = 0; t < threads.length; t++) {
      threads[t] =
          new Thread(
              () -> {
                for (int i = 0; i < 20_000; i++) {
                  counters.increment(LinkCounter.CHANGES);
                }
              });
      threads[t].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(80_000, counters.get(LinkCounter.CHANGES));
  }
}

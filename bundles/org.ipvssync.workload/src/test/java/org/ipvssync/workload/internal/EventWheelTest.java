package org.ipvssync.workload.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventWheelTest {
  private record Event(long tick, int order, int slot) {
    static Comparator<Event> byTime() {
      return Comparator.comparingLong(Event::tick).thenComparingInt(Event::order);
    }
  }

  @Test
  void shouldGiveNothingOnAnEmptyWheel() {
    EventWheel wheel = new EventWheel(4);
    wheel.nextTick();
    assertEquals(0, wheel.tick());
    assertEquals(-1, wheel.peek());
  }

  @Test
  void shouldKeepTheOrderOfSchedulingWithinAMillisecond() {
    EventWheel wheel = new EventWheel(4);
    wheel.nextTick();
    wheel.schedule(3, 1);
    wheel.schedule(0, 1);
    wheel.schedule(2, 1);
    wheel.nextTick();
    assertEquals(List.of(3, 0, 2), takeAll(wheel));
  }

  @Test
  void shouldKeepAnEventForItsTurnOfTheWheel() {
    EventWheel wheel = new EventWheel(4);
    wheel.nextTick();
    wheel.schedule(1, 65_536);
    wheel.schedule(2, 3 * 65_536L + 7);
    List<Long> when = new ArrayList<>();
    while (wheel.tick() < 4 * 65_536L) {
      wheel.nextTick();
      for (int slot : takeAll(wheel)) {
        when.add(slot * 1_000_000L + wheel.tick());
      }
    }
    assertEquals(List.of(1_065_536L, 2_000_000 + 3 * 65_536L + 7), when);
  }

  @Test
  void shouldAgreeWithAPriorityQueue() {
    Random random = new Random(20_261_122);
    EventWheel wheel = new EventWheel(16);
    wheel.grow(64);
    PriorityQueue<Event> model = new PriorityQueue<>(Event.byTime());
    wheel.nextTick();
    int order = 0;
    for (int slot = 0; slot < 64; slot++) {
      long at = 1 + random.nextInt(300);
      wheel.schedule(slot, at);
      model.add(new Event(at, order++, slot));
    }
    for (int tick = 1; tick < 5_000; tick++) {
      wheel.nextTick();
      while (!model.isEmpty() && model.peek().tick() == tick) {
        Event expected = model.remove();
        assertEquals(expected.slot(), wheel.peek(), "at " + tick);
        wheel.take();
        long at = tick + 1 + random.nextInt(300);
        wheel.schedule(expected.slot(), at);
        model.add(new Event(at, order++, expected.slot()));
      }
      assertEquals(-1, wheel.peek(), "at " + tick);
    }
  }

  private static List<Integer> takeAll(EventWheel wheel) {
    List<Integer> slots = new ArrayList<>();
    while (wheel.peek() >= 0) {
      slots.add(wheel.peek());
      wheel.take();
    }
    return slots;
  }
}

package org.ipvssync.table.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TimingWheelTest {
  private static final int CAPACITY = 500;
  private static final long LONGEST = 0xffff_ffffL * 1000;

  private final TableLayout layout = new TableLayout(CAPACITY);
  private final MemorySegment segment = Arena.ofAuto().allocate(layout.bytes(), 64);
  private final SlotStore slots = new SlotStore(segment, layout);
  private final TimingWheel wheel = new TimingWheel(segment, slots);
  private final List<Integer> expired = new ArrayList<>();

  private int add(long deadline) {
    int slot = slots.allocate();
    slots.setDeadline(slot, deadline);
    wheel.add(slot);
    return slot;
  }

  private void move(int slot, long deadline) {
    long before = slots.deadline(slot);
    slots.setDeadline(slot, deadline);
    wheel.moved(slot, before, slots.deadline(slot));
  }

  private List<Integer> advance(long now) {
    expired.clear();
    assertTrue(wheel.advance(now, Integer.MAX_VALUE, expired::add));
    return List.copyOf(expired);
  }

  @Test
  void shouldExpireEachAtItsMillisecond() {
    // Around every border between two digits, on every level that a timeout reaches.
    for (int shift = 0; shift <= 42; shift++) {
      long start = wheel.tick();
      long far = start + (1L << shift);
      int before = add(far - 1);
      int at = add(far);
      int after = add(far + 1);
      assertEquals(List.of(), shift == 0 ? List.of() : advance(far - 2));
      assertEquals(List.of(before), advance(far - 1));
      assertEquals(List.of(at), advance(far));
      assertEquals(List.of(after), advance(far + 1));
      assertEquals(List.of(), advance(far + 5000));
    }
  }

  @Test
  void shouldExpireAtOnceWhatIsAlreadyDue() {
    advance(1_000_000);
    int slot = add(5);
    assertEquals(List.of(slot), advance(1_000_000));
  }

  @Test
  void shouldDoNothingWhenTimeGoesBack() {
    int slot = add(500);
    advance(400);
    assertEquals(List.of(), advance(-7));
    assertEquals(List.of(slot), advance(500));
  }

  @Test
  void shouldLetADeadlineMoveLaterWithoutTouchingTheLists() {
    int slot = add(1_000);
    int next = slots.wheelNext(slot);
    int prev = slots.wheelPrev(slot);
    move(slot, 900_000);
    assertEquals(next, slots.wheelNext(slot));
    assertEquals(prev, slots.wheelPrev(slot));
    assertEquals(List.of(), advance(899_999));
    assertEquals(List.of(slot), advance(900_000));
  }

  @Test
  void shouldFollowADeadlineThatMovesEarlier() {
    int slot = add(LONGEST);
    move(slot, 7_000);
    assertEquals(List.of(), advance(6_999));
    assertEquals(List.of(slot), advance(7_000));
    assertEquals(List.of(), advance(LONGEST));
  }

  @Test
  void shouldNoticeASingleMillisecond() {
    advance(6_900); // near enough that all of it happens on the lowest level
    int later = add(7_000);
    int earlier = add(7_000);
    move(later, 7_001);
    move(earlier, 6_999);
    assertEquals(List.of(earlier), advance(6_999));
    assertEquals(List.of(), advance(7_000));
    assertEquals(List.of(later), advance(7_001));
  }

  @Test
  void shouldTakeEntriesOutOfTheMiddleOfAList() {
    List<Integer> same = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      same.add(add(5_000));
    }
    for (int i : new int[] {0, 9, 4, 5}) {
      wheel.remove(same.get(i));
    }
    List<Integer> left = List.of(1, 2, 3, 6, 7, 8).stream().map(same::get).sorted().toList();
    assertEquals(left, advance(5_000).stream().sorted().toList());
  }

  @Test
  void shouldGoOnWhereTheBudgetEnded() {
    for (int i = 0; i < 399; i++) {
      add(3_000_000 + i % 3);
    }
    boolean done = false;
    for (int call = 0; call < 1_000 && !done; call++) {
      if (call == 10) {
        add(2_000_000); // already due
      }
      int before = expired.size();
      done = wheel.advance(4_000_000, 7, expired::add);
      assertTrue(expired.size() - before <= 7);
    }
    assertTrue(done);
    assertEquals(400, expired.size());
    assertEquals(400, Set.copyOf(expired).size());
  }

  @Test
  void shouldCrossAMillionYearsOfSilence() {
    int slot = add(LONGEST);
    assertEquals(List.of(slot), advance(1L << 53));
    int late = add((1L << 53) + LONGEST);
    assertEquals(List.of(), advance((1L << 53) + LONGEST - 1));
    assertEquals(List.of(late), advance((1L << 53) + LONGEST));
    // Past its end the wheel stands still, but it does not run in circles.
    add(Long.MAX_VALUE);
    assertEquals(List.of(), advance(Long.MAX_VALUE));
    assertEquals(List.of(), advance(Long.MAX_VALUE));
    assertEquals(TimingWheel.END - 1, wheel.tick());
  }

  @Test
  void shouldAgreeWithASortedSetOverRandomOperations() {
    long seed = Long.getLong("ipvssync.seed", 20_261_122L);
    SplittableRandom random = new SplittableRandom(seed);
    Set<Integer> present = new TreeSet<>();
    long now = 0;
    for (int i = 0; i < 100_000; i++) {
      int choice = random.nextInt(10);
      int slot = random.nextInt(CAPACITY);
      long deadline = now + randomSpan(random);
      if (choice < 7 && present.add(slot)) {
        slots.setDeadline(slot, deadline);
        wheel.add(slot);
      } else if (choice < 7) {
        move(slot, deadline);
      } else if (choice < 8 && present.remove(slot)) {
        wheel.remove(slot);
      } else {
        now += random.nextInt(100) == 0 ? randomSpan(random) : random.nextInt(500);
        expired.clear();
        boolean done = wheel.advance(now, random.nextInt(200), expired::add);
        for (int gone : expired) {
          assertTrue(present.remove(gone) && slots.deadline(gone) <= now, "seed " + seed);
        }
        if (done) {
          for (int left : present) {
            assertTrue(slots.deadline(left) > now, "seed " + seed + ", operation " + i);
          }
        }
      }
    }
  }

  /** From nothing to 2^32 seconds, all magnitudes alike. */
  private static long randomSpan(SplittableRandom random) {
    return random.nextLong(1L << random.nextInt(1, 43));
  }
}

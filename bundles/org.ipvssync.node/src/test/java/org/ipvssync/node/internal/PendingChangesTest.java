package org.ipvssync.node.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The marks are the truth: each waiting entry comes exactly once, whatever the ring does. */
class PendingChangesTest {
  private static final int RING = 1 << 16;

  private final LinkCounters counters = new LinkCounters();

  @Test
  void shouldGiveEntriesInTheOrderOfTheirFirstChange() {
    PendingChanges changes = new PendingChanges(100, RING);
    changes.mark(7, false, 10);
    changes.mark(3, false, 20);
    changes.mark(7, false, 30);

    assertEquals(2, changes.pending());
    assertEquals(10, changes.oldestNanos(99));
    assertEquals(7, changes.next());
    assertEquals(20, changes.oldestNanos(99));
    assertEquals(3, changes.next());
    assertEquals(-1, changes.next());
    assertEquals(99, changes.oldestNanos(99));
    changes.collect(counters);
    assertEquals(3, counters.get(LinkCounter.CHANGES));
    assertEquals(1, counters.get(LinkCounter.COALESCED));
  }

  @Test
  void shouldWalkTheMarksWhenTheRingWasTooSmall() {
    int entries = 200_000;
    PendingChanges changes = new PendingChanges(entries, RING);
    for (int h = 0; h < entries; h++) {
      changes.mark(h, false, h);
    }
    BitSet seen = new BitSet(entries);
    for (int h = changes.next(); h >= 0; h = changes.next()) {
      assertFalse(seen.get(h), "an entry came twice");
      seen.set(h);
    }
    changes.endTake();
    assertEquals(entries, seen.cardinality());
    assertEquals(0, changes.pending());
    changes.collect(counters);
    assertEquals(1, counters.get(LinkCounter.RING_OVERFLOWS));
  }

  /** A walk takes out more than one take may bring. */
  @Test
  void shouldLetWaitWhatATakeHadNoRoomFor() {
    int entries = 3 * RING;
    PendingChanges changes = new PendingChanges(entries, RING);
    for (int h = 0; h < entries; h++) {
      changes.mark(h, false, h);
    }
    BitSet seen = new BitSet(entries);
    int again = 0;
    for (int round = 0; seen.cardinality() < entries || changes.pending() > 0; round++) {
      for (int n = 0; n < 100; n++) {
        int h = changes.next();
        if (h >= 0) {
          again += seen.get(h) ? 1 : 0;
          seen.set(h);
        }
      }
      if (round < 1000) {
        // Some of them come when the walk holds their neighbours.
        int last = seen.length() - 1;
        changes.mark(last, false, round);
        changes.mark(last + 1, false, round);
      }
      changes.endTake();
    }
    assertEquals(entries, seen.cardinality());
    assertTrue(again > 0 && again <= 1000, "those that changed after they were taken: " + again);
    assertEquals(0, changes.pending());
    assertEquals(-1, changes.next());
  }

  @Test
  void shouldGiveRestoredEntriesAgainAndRememberThatTheyMoved() {
    PendingChanges changes = new PendingChanges(10, RING);
    changes.mark(4, true, 1);
    assertEquals(4, changes.next());
    assertTrue(changes.takeMoved(4));
    assertFalse(changes.takeMoved(4));

    changes.endTake();
    changes.restore(4, true, 2);
    assertEquals(1, changes.pending());
    assertEquals(4, changes.next());
    assertTrue(changes.takeMoved(4));
    assertEquals(-1, changes.next());
  }

  @Test
  void shouldKeepHeldEntriesApartUntilTheyAreReleased() {
    PendingChanges changes = new PendingChanges(100, RING);
    changes.mark(64, false, 1);
    assertEquals(64, changes.next());
    changes.hold(64);
    changes.hold(64);
    assertEquals(1, changes.held());
    assertEquals(-1, changes.next());

    changes.releaseHeld(5);
    assertEquals(0, changes.held());
    assertEquals(64, changes.next());
  }

  @Test
  @Timeout(60)
  void shouldLoseNoLastChangeWhileOneThreadMarksAndAnotherTakes() throws InterruptedException {
    int entries = 100_000;
    PendingChanges changes = new PendingChanges(entries, RING);
    // As volatile as the sequence of the table's lock.
    AtomicIntegerArray written = new AtomicIntegerArray(entries);
    int[] read = new int[entries];
    AtomicBoolean producing = new AtomicBoolean(true);
    Thread producer =
        new Thread(
            () -> {
              Random random = new Random(42);
              for (int n = 0; n < 2_000_000; n++) {
                int h = random.nextInt(entries);
                written.incrementAndGet(h);
                changes.mark(h, false, n);
              }
              producing.set(false);
            });
    producer.start();
    boolean more = true;
    while (more) {
      boolean last = !producing.get();
      for (int h = changes.next(); h >= 0; h = changes.next()) {
        read[h] = written.get(h);
        if (h % 256 == 0) {
          changes.endTake();
        }
      }
      changes.endTake();
      more = !last;
    }
    producer.join();
    for (int h = 0; h < entries; h++) {
      assertEquals(written.get(h), read[h], "entry " + h + ", seed 42");
    }
    assertEquals(0, changes.pending());
  }

  @Test
  @Timeout(60)
  void shouldWakeTheWaiterWhenEnoughIsPendingOrOnDemand() throws InterruptedException {
    PendingChanges changes = new PendingChanges(10, RING);
    CountDownLatch twice = new CountDownLatch(2);
    Thread waiter =
        new Thread(
            () -> {
              changes.await(2, TimeUnit.HOURS.toNanos(1));
              twice.countDown();
              changes.await(9, TimeUnit.HOURS.toNanos(1));
              twice.countDown();
            });
    waiter.start();
    changes.mark(1, false, 0);
    changes.mark(2, false, 0);
    while (twice.getCount() == 2) {
      Thread.onSpinWait();
    }
    changes.wakeUp();
    assertTrue(twice.await(50, TimeUnit.SECONDS));
    waiter.join();
  }
}

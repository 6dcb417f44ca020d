package org.ipvssync.role.backup.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Random;
import org.ipvssync.api.wire.Datagram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DatagramSpoolTest {
  private record Kept(byte[] bytes, long arrival) {}

  private final DatagramSpool spool = new DatagramSpool();
  private final Random random = new Random(3);

  @AfterEach
  void close() {
    spool.close();
  }

  @Test
  void shouldHaveNoRoomUnlessItGetsSome() {
    assertFalse(spool.hasRoom(1));
    assertFalse(spool.add(Datagram.of(new byte[1]), 0));
    spool.limit(1024);
    assertTrue(spool.hasRoom(1024 - 16));
    assertFalse(spool.hasRoom(1024 - 15));
    assertTrue(spool.isEmpty());
  }

  @Test
  void shouldGiveBackWhatItGotInOrder() {
    spool.limit(3L * DatagramSpool.BLOCK_BYTES);
    ArrayDeque<Kept> model = new ArrayDeque<>();
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      // Fills and empties in turn.
      if (random.nextInt(100) < (i / 2000 % 2 == 0 ? 70 : 30)) {
        Kept next = datagram(i);
        if (spool.add(Datagram.of(next.bytes), next.arrival)) {
          model.add(next);
        } else {
          refused++;
        }
      } else if (!model.isEmpty()) {
        takeAndCompare(model.remove());
      }
      assertEquals(model.size(), spool.size());
    }
    assertTrue(refused > 0);
    while (!model.isEmpty()) {
      takeAndCompare(model.remove());
    }
    assertTrue(spool.isEmpty());
    assertEquals(spool.added(), spool.removed());
  }

  @Test
  void shouldTakeNoMoreThanItsBound() {
    spool.limit(2L * DatagramSpool.BLOCK_BYTES);
    Datagram longest = Datagram.of(new byte[60_000]);
    int fits = 0;
    while (spool.add(longest, 0)) {
      fits++;
    }
    assertEquals(8, fits);
    // A small one still has room at the end of the last block.
    assertTrue(spool.add(Datagram.of(new byte[100]), 0));
    assertFalse(spool.hasRoom(60_000));
    for (int i = 0; i < 4; i++) {
      spool.removeFirst();
    }
    assertTrue(spool.hasRoom(60_000));
  }

  @Test
  void shouldKeepWhatWaitsWhenItsBoundShrinks() {
    spool.limit(DatagramSpool.BLOCK_BYTES);
    spool.add(Datagram.of(new byte[] {1}), 5);
    spool.limit(0);
    assertArrayEquals(new byte[] {1}, spool.first().toBytes());
    spool.removeFirst();
    assertFalse(spool.hasRoom(1));
  }

  private Kept datagram(int number) {
    byte[] bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? 60_000 : 1500)];
    random.nextBytes(bytes);
    return new Kept(bytes, number);
  }

  private void takeAndCompare(Kept expected) {
    assertEquals(expected.arrival, spool.firstArrivalNanos());
    assertArrayEquals(expected.bytes, spool.first().toBytes());
    spool.removeFirst();
  }
}

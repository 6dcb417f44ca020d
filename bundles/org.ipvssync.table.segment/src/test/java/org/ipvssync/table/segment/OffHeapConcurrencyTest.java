package org.ipvssync.table.segment;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.table.Conn;
import org.ipvssync.api.table.ConnTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Readers beside writers. Every batch writes one number into both connections of a pair, into their
 * state, mark, sequence and persistence data; a reader that sees two numbers has seen the middle of
 * a batch or the middle of an entry.
 */
@Timeout(60)
class OffHeapConcurrencyTest {
  private static final int PAIRS = 40;
  private static final int ROUNDS = 60;
  private static final String CALL = "0123456789".repeat(12);

  private final TableLayout layout = new TableLayout(400);
  private final Arena arena = Arena.ofShared();
  private final ConnTable table =
      new OffHeapConnTable(arena.allocate(layout.bytes(), 64), layout, 7, arena::close);
  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicLong clock = new AtomicLong(1_000);

  /** A connection and a template that belong together; {@code number} goes everywhere. */
  private static void addPair(ConnBatch batch, int pair, int number) {
    int real = number % 3;
    Conn.tcp6()
        .from("2001:db8::1", pair + 1)
        .by("2001:db8:1::" + real, real)
        .state(number % 11)
        .fwmark(number)
        .timeoutS(2 + number % 7)
        .seq(number, number, number, number, number, number)
        .addTo(batch);
    Conn.sip("")
        .pe("sip", CALL + (char) ('A' + pair))
        .by("10.1.0." + real, real)
        .fwmark(number)
        .timeoutS(2 + number % 7)
        .addTo(batch);
  }

  private Void write(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<ConnBatch> batches = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      ConnBatch batch = new ConnBatch(8);
      for (int k = 0; k < 4; k++) {
        addPair(batch, random.nextInt(PAIRS), random.nextInt(1 << 20));
      }
      batches.add(batch);
    }
    LinkCounters counters = new LinkCounters();
    for (int round = 0; round < ROUNDS && !stop.get(); round++) {
      for (ConnBatch batch : batches) {
        long now = clock.addAndGet(random.nextInt(3));
        table.apply(batch, MergeRule.AUTHORITATIVE, ConnTimeouts.KERNEL_DEFAULTS, 1, now, counters);
        if (random.nextInt(50) == 0) {
          table.expire(now, 100);
        }
        if (random.nextInt(500) == 0) {
          // Everything ends now and then, so that slots and extensions change their owners.
          table.expire(clock.addAndGet(20_000), Integer.MAX_VALUE);
        }
      }
    }
    return null;
  }

  /** Finds both of a pair in one view: the walk of a table this small fits into one piece. */
  private Long walk() {
    ConnBatch into = new ConnBatch(400);
    int[] marks = new int[PAIRS];
    long pieces = 0;
    while (!stop.get() || pieces == 0) {
      into.clear();
      long cursor = table.walk(0, into, clock.get());
      boolean[] seen = new boolean[PAIRS];
      for (int i = 0; i < into.size(); i++) {
        int pair = checkEntry(into, i);
        if (seen[pair] && cursor < 0) {
          assertEquals(marks[pair], into.fwmark(i), "both of a pair are of one batch");
        }
        marks[pair] = into.fwmark(i);
        seen[pair] = true;
      }
      pieces++;
    }
    return pieces;
  }

  private Long read() {
    ConnBatch into = new ConnBatch(2);
    int[] handles = new int[2];
    ConnBatch keys = new ConnBatch(2 * PAIRS);
    for (int pair = 0; pair < PAIRS; pair++) {
      addPair(keys, pair, 0);
    }
    SplittableRandom random = new SplittableRandom(3);
    long reads = 0;
    while (!stop.get() || reads == 0) {
      int pair = random.nextInt(PAIRS);
      into.clear();
      for (int k = 0; k < 2; k++) {
        if (table.find(keys, 2 * pair + k, into, clock.get())) {
          assertEquals(pair, checkEntry(into, into.size() - 1));
          handles[k] = into.handle(into.size() - 1);
        }
      }
      boolean both = into.size() == 2;
      into.clear();
      table.read(handles, 0, 2, into, clock.get());
      for (int i = 0; i < into.size(); i++) {
        checkEntry(into, i);
      }
      if (both && into.size() == 2 && checkEntry(into, 0) == checkEntry(into, 1)) {
        assertEquals(into.fwmark(0), into.fwmark(1), "both of a pair are of one batch");
      }
      reads++;
    }
    return reads;
  }

  /** Checks that an entry agrees with itself; its pair. */
  private static int checkEntry(ConnBatch batch, int i) {
    int number = batch.fwmark(i);
    assertEquals(number % 3, batch.dport(i));
    assertEquals(2 + number % 7, batch.timeoutS(i));
    assertTrue(batch.expiresMs(i) > 0);
    if (ConnFlags.isTemplate(batch.flags(i))) {
      assertEquals(CALL.length() + 1, batch.peDataLength(i));
      assertEquals(3, batch.peNameLength(i));
      long end = (long) batch.peDataOffset(i) + CALL.length();
      return batch.peArea().get(JAVA_BYTE, end) - 'A';
    }
    assertEquals(number % 11, batch.state(i));
    for (int word = 0; word < ConnBatch.SEQ_WORDS; word++) {
      assertEquals(number, batch.seq(i, word));
    }
    return batch.cport(i) - 1;
  }

  @Test
  void shouldShowReadersWholeBatchesOnly() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> writers = List.of(start(threads, 1), start(threads, 2));
      List<Future<Long>> readers = List.of(threads.submit(this::walk), threads.submit(this::read));
      try {
        for (Future<?> writer : writers) {
          writer.get();
        }
      } finally {
        stop.set(true);
      }
      for (Future<Long> reader : readers) {
        assertTrue(reader.get() > 0);
      }
    }
    table.close();
  }

  private Future<?> start(ExecutorService threads, long seed) {
    Callable<Void> writer = () -> write(seed);
    return threads.submit(writer);
  }
}

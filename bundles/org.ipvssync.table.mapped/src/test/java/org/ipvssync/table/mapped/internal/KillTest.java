package org.ipvssync.table.mapped.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.table.ConnRecords;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.TableModel;
import org.ipvssync.api.table.TableModel.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 in the midst of it. All that a call had returned from is there; of the batch in flight,
 * what comes before some record of it; and at most the entry is missing that this record replaces.
 *
 * <p>{@code -Dipvssync.kills=N} kills so often, {@code -Dipvssync.seed=S} in another way.
 */
class KillTest {
  private static final int KILLS = Integer.getInteger("ipvssync.kills", 20);

  /** Some are killed while the code is still interpreted, some when it is compiled. */
  private static final int[] MOST_BATCHES = {50, 500, 2_000, 6_000};

  private static final int QUICK = 500;
  private static final int MOST_NANOS = 20_000;
  private static final int KILLED = 128 + 9;

  private final SplittableRandom random =
      new SplittableRandom(Long.getLong("ipvssync.seed", 20_261_122L));
  private final ConnBatch record = new ConnBatch(1);
  private final int[] endings = new int[3];

  @Test
  void shouldLoseNothingThatWasDone(@TempDir Path dir) throws IOException, InterruptedException {
    for (int round = 0; round < KILLS; round++) {
      long seed = random.nextLong();
      Path file = dir.resolve("table-" + round);
      int enough = 1 + random.nextInt(MOST_BATCHES[round % MOST_BATCHES.length]);
      long done = killed(file, seed, enough, random.nextInt(MOST_NANOS));
      compare(file, seed, done);
    }
    // What was seen, for those who run it long.
    System.out.printf(
        "kills: %d before a batch or at its end, %d within, %d lost the entry being replaced%n",
        endings[0], endings[1], endings[2]);
  }

  /** Runs a process that ends so long after so many batches; how many it has done. */
  private static long killed(Path file, long seed, long enough, long nanos)
      throws IOException, InterruptedException {
    Path progress = file.resolveSibling("done-" + file.getFileName());
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=" + (enough > QUICK ? 4 : 1),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                DoomedProcess.class.getName(),
                file.toString(),
                Long.toString(seed),
                progress.toString(),
                Long.toString(enough),
                Long.toString(nanos))
            .redirectErrorStream(true)
            .redirectOutput(file.resolveSibling("output").toFile())
            .start();
    try {
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      assertEquals(KILLED, process.exitValue(), () -> "killed, not ended: " + output(file));
    } finally {
      process.destroyForcibly();
    }
    try (Arena arena = Arena.ofConfined()) {
      long done = DoomedProcess.done(DoomedProcess.map(progress, arena));
      assertTrue(done >= enough);
      return done;
    }
  }

  private static String output(Path file) {
    try {
      return Files.readString(file.resolveSibling("output"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void compare(Path file, long seed, long done) {
    SeededFeed feed = new SeededFeed(seed);
    TableModel model = new TableModel(SeededFeed.CAPACITY);
    for (long i = 0; i < done; i++) {
      feed.next();
      model.apply(
          feed.batch(), feed.rule(), ConnTimeouts.KERNEL_DEFAULTS, feed.horizon(), feed.nowMs());
    }
    feed.next(); // the batch in flight, of which nothing or all may be done, too
    model.expire(feed.nowMs());
    Map<String, Integer> restored = restored(file, feed);
    for (int i = 0; i <= feed.batch().size(); i++) {
      Map<String, Integer> missing = counted(model, feed.nowMs());
      restored.forEach((text, count) -> missing.merge(text, -count, Integer::sum));
      missing.values().removeIf(count -> count == 0);
      if (missing.isEmpty()) {
        endings[i == 0 || i == feed.batch().size() ? 0 : 1]++;
        return;
      }
      if (i < feed.batch().size()) {
        Entry met = feed.batch().isSkipped(i) ? null : model.find(feed.batch(), i);
        if (met != null && missing.equals(Map.of(text(met, feed.nowMs()), 1))) {
          endings[2]++;
          return;
        }
        record.clear();
        record.setVersion(feed.batch().version());
        record.addCopy(feed.batch(), i);
        model.apply(
            record, feed.rule(), ConnTimeouts.KERNEL_DEFAULTS, feed.horizon(), feed.nowMs());
      }
    }
    Map<String, Integer> missing = counted(model, feed.nowMs());
    restored.forEach((text, count) -> missing.merge(text, -count, Integer::sum));
    missing.values().removeIf(count -> count == 0);
    assertEquals(Map.of(), missing, "seed " + seed + "L, after " + done + " batches");
  }

  private static Map<String, Integer> restored(Path file, SeededFeed feed) {
    MappedTables tables =
        new MappedTables(file, SeededFeed.CAPACITY, feed::wallMs, MappedFolder.BOOT);
    Map<String, Integer> texts = new HashMap<>();
    try (ConnTable table = tables.restore(5)) {
      ConnBatch piece = new ConnBatch();
      for (long cursor = 0; cursor >= 0; ) {
        piece.clear();
        cursor = table.walk(cursor, piece, 5);
        for (int i = 0; i < piece.size(); i++) {
          assertTrue(piece.isCopy(i));
          texts.merge(ConnRecords.text(piece, i), 1, Integer::sum);
        }
      }
    }
    String name = file.getFileName().toString();
    String[] beside = file.getParent().toFile().list((dir, other) -> other.startsWith(name + "."));
    assertEquals(List.of(), List.of(beside), "nothing set aside, nothing left over");
    return texts;
  }

  private Map<String, Integer> counted(TableModel model, long now) {
    Map<String, Integer> texts = new HashMap<>();
    for (Entry entry : model.living()) {
      texts.merge(text(entry, now), 1, Integer::sum);
    }
    return texts;
  }

  private String text(Entry entry, long now) {
    record.clear();
    entry.addTo(record, now);
    record.setHorizon(0, 0);
    return ConnRecords.text(record, 0);
  }
}

package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The packaged benchmark, tiny: what it says is complete, and it says what became of each loss. */
class BenchIT {
  /** It starts some ten nodes, one after the other. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private static final Set<String> ROWS =
      Set.of(
          "wire-table",
          "table-wire",
          "delay",
          "cpu",
          "resync",
          "start",
          "idle",
          "memory",
          "allocation");

  @Test
  void shouldSayAllAndLeaveNothing() throws Exception {
    try (IpvsSyncd ipvsSyncd = IpvsSyncd.create()) {
      Path output = ipvsSyncd.folder().resolve("bench.out");
      Process bench =
          ipvsSyncd.spawn(output, "bench", "--connections=4000", "--seconds=0.2", "--json");
      assertTrue(bench.waitFor(LONGEST), () -> text(output));
      assertEquals(0, bench.exitValue(), () -> text(output));

      Map<String, Object> said = JSON.std.mapFrom(text(output).lines().toList().getLast());
      assertEquals("ipvs-syncd bench --connections=4000 --seconds=0.2 --json", said.get("command"));
      assertEquals(0, ((Number) said.get("uncounted")).intValue(), () -> text(output));
      for (String field : List.of("cores", "cpu", "kernel", "jvm", "othersPercent")) {
        assertTrue(((Map<?, ?>) said.get("machine")).containsKey(field), field);
      }
      Set<String> rows = new TreeSet<>();
      for (Object each : (List<?>) said.get("rows")) {
        Map<?, ?> row = (Map<?, ?>) each;
        rows.add((String) row.get("row"));
        for (String field : List.of("what", "unit", "node", "floor", "ratio", "note", "details")) {
          assertTrue(row.containsKey(field), () -> field + " is missing in " + row);
        }
        assertEquals(0, ((Number) row.get("uncounted")).intValue(), row::toString);
      }
      assertEquals(new TreeSet<>(ROWS), rows);
      assertEquals(List.of(), ipvsSyncd.processes());
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void shouldMeasureWhatIsAskedForAlone() throws Exception {
    try (IpvsSyncd ipvsSyncd = IpvsSyncd.create()) {
      IpvsSyncd.Result bench =
          ipvsSyncd
              .run(LONGEST, "bench", "--connections=2000", "--seconds=0.1", "--only=wire-table")
              .expect(0);

      assertTrue(bench.out().contains("wire to table"), bench::out);
      assertTrue(bench.out().contains("not counted: 0"), bench::out);
      assertTrue(!bench.out().contains("table to wire"), bench::out);
      assertEquals(List.of(), ipvsSyncd.processes());
    }
  }
}

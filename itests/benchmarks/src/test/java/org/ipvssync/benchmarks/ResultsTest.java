package org.ipvssync.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
  @TempDir private Path folder;

  @Test
  void shouldWriteEverythingIntoOneFileAndReadItAgain() throws IOException {
    Path file = folder.resolve("new").resolve("benchmarks.json");
    List<Object> jmh =
        List.of(Samples.codec(), Samples.table("decodeApply", 1_000_000, Tables.MEMORY, 75));
    Results results = Samples.results(jmh, Samples.endToEnd(0));

    results.write(file);

    assertEquals(results, Results.read(file));
  }

  @Test
  void shouldKeepTheWordsOfJmhAndOfTheNodesBesideItsOwnRows() throws IOException {
    Path file = folder.resolve("benchmarks.json");
    List<Object> jmh = List.of(Samples.table("decodeApply", 10_000_000, Tables.MEMORY, 131));

    Samples.results(jmh, Samples.endToEnd(0)).write(file);

    Map<String, Object> all = JSON.std.mapFrom(Files.readString(file));
    assertEquals(jmh, all.get("jmh"));
    assertEquals(Samples.endToEnd(0), all.get("endToEnd"));
    assertEquals("AMD EPYC", ((Map<?, ?>) all.get("machine")).get("cpu"));
    Map<?, ?> row = (Map<?, ?>) ((List<?>) all.get("rows")).getFirst();
    assertEquals("table.decodeApply", row.get("benchmark"));
    assertEquals(10_000_000, row.get("size"));
    assertEquals(131.0, row.get("nsPerRecord"));
    assertEquals(0.01, row.get("bytesPerRecord"));
    assertEquals(130.0, row.get("target"));
    assertEquals(false, row.get("met"));
    assertTrue(!row.containsKey("error"), "JMH had none: NaN");
  }

  @Test
  void shouldSayWhichFileIsNotThere() {
    Path file = folder.resolve("none.json");

    IOException e = assertThrows(IOException.class, () -> Results.read(file));

    assertEquals("there is no " + file, e.getMessage());
  }

  @Test
  void shouldSayWhichFileHoldsSomethingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("other.json"), "{\"jmh\": 7}");

    IOException e = assertThrows(IOException.class, () -> Results.read(file));

    assertTrue(e.getMessage().startsWith(file + " is no results"), e.getMessage());
  }
}

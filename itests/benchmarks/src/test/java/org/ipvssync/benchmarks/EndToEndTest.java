package org.ipvssync.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndToEndTest {
  @TempDir private Path home;

  /** A distribution whose command says {@code json} and ends with {@code status}. */
  private EndToEnd distribution(String json, int status) throws IOException, BenchmarkFailure {
    Path bin = Files.createDirectory(home.resolve("bin"));
    Path command = bin.resolve("ipvs-syncd");
    Files.writeString(
        command,
        "#!/bin/sh\necho \"$@\" >\"%s/words\"\necho '%s'\nexit %d\n".formatted(home, json, status));
    assertTrue(command.toFile().setExecutable(true));
    return EndToEnd.in(home.toString());
  }

  private String words() throws IOException {
    return Files.readString(home.resolve("words")).strip();
  }

  @Test
  void shouldAskForTheLongFormAndTakeWhatIsSaid() throws IOException, BenchmarkFailure {
    EndToEnd distribution = distribution("{\"rows\": [{\"what\": \"wire to table\"}]}", 0);

    Map<String, Object> said = distribution.run(false);

    assertEquals("bench --json --full", words());
    Results results = Samples.results(List.of(), said);
    assertEquals("wire to table", results.endToEndRows().getFirst().get("what"));
  }

  @Test
  void shouldAskForTheShortFormWhenQuick() throws IOException, BenchmarkFailure {
    distribution("{}", 0).run(true);

    assertEquals("bench --json", words());
  }

  @Test
  void shouldKeepAResultThatLostSomething() throws IOException, BenchmarkFailure {
    EndToEnd distribution = distribution("{\"uncounted\": 2, \"rows\": []}", 1);

    assertEquals(2, distribution.run(true).get("uncounted"));
  }

  @Test
  void shouldFailWithWhatEndedWithoutAResult() throws IOException, BenchmarkFailure {
    EndToEnd distribution = distribution("", 1);

    BenchmarkFailure e = assertThrows(BenchmarkFailure.class, () -> distribution.run(true));

    assertEquals(home + "/bin/ipvs-syncd bench --json ended with status 1", e.getMessage());
  }
}

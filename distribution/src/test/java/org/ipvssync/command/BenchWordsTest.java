package org.ipvssync.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchWordsTest {
  private static final Path NOWHERE = Path.of("/nonexistent");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--connections=7 | --connections=7 is not allowed; allowed: 1000 to 10000000",
        "--connections=some | --connections=some is not allowed; allowed: 1000 to 10000000",
        "--seconds=0.01 | --seconds 0.01 is not allowed; allowed: 0.1 to 600",
        "--seconds=-1 | --seconds=-1 is not allowed; allowed: 0.1 to 600",
        "--seconds=long | --seconds=long is not allowed; allowed: 0.1 to 600",
        "--only=nothing | --only nothing is not allowed; allowed: wire-table",
        "--interface=nosuch0 | --interface nosuch0 is not allowed: there is no such interface",
        "more | unknown word more"
      })
  void shouldRefuseInOneLine(String word, String line) throws Exception {
    CommandRun run = CommandRun.of(NOWHERE, "bench", word);
    assertEquals(CommandException.USAGE, run.status());
    assertEquals(1, run.err().lines().count());
    assertTrue(run.err().startsWith("ipvs-syncd: " + line), run::err);
    assertTrue(run.err().strip().endsWith("(see ipvs-syncd bench -h)"), run::err);
  }
}

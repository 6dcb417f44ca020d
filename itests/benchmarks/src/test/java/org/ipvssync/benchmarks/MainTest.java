package org.ipvssync.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "all-of-it, no all-of-it here",
    "micro again, too many or too few words",
    "plot one.json, too many or too few words",
    "micro --sizes 12, multiples of 1000 from 10000",
    "micro --sizes 1000500, multiples of 1000 from 10000",
    "micro --only (, --only ( is no regular expression: Unclosed group",
    "micro --fast, Unrecognized option: --fast",
  })
  void shouldRefuseWhatItDoesNotKnowInOneLine(String arguments, String said) {
    Said err = new Said();

    int status = err.whileRunning(arguments.split(" "));

    assertEquals(2, status);
    assertTrue(err.text().contains(said), err.text());
    assertTrue(err.text().startsWith("benchmarks: "), err.text());
    assertEquals(1, err.text().lines().count(), err.text());
  }

  @Test
  void shouldSayWhatIsMissingForTheEndToEndRuns() {
    Said err = new Said();

    int status = err.whileRunning("end-to-end", "--home", folder.toString());

    assertEquals(1, status);
    assertTrue(err.text().contains("no " + folder + "/bin/ipvs-syncd; build it with"), err.text());
  }

  @Test
  void shouldSayWhichBenchmarksThereAre() {
    Said err = new Said();

    int status = err.whileRunning("micro", "--only", "no such");

    assertEquals(1, status);
    assertTrue(err.text().contains("--only no such fits none of [codec.decodeV0, "), err.text());
  }

  @Test
  void shouldPlotAFile() throws IOException {
    Path from = folder.resolve("benchmarks.json");
    Path to = folder.resolve("cost.svg");
    Samples.results(Samples.curves(), Map.of()).write(from);

    assertEquals(0, Main.run(new String[] {"plot", from.toString(), to.toString()}));
    assertTrue(Files.readString(to).contains("<svg"));
  }

  /** What is said on standard error. */
  private static final class Said {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    int whileRunning(String... arguments) {
      PrintStream before = System.err;
      System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
      try {
        return Main.run(arguments);
      } finally {
        System.setErr(before);
      }
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}

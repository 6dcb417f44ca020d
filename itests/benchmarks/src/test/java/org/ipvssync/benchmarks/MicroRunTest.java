package org.ipvssync.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MicroRunTest {
  private static final Path SCRIPT = Path.of("../../distribution/src/main/bin/ipvs-syncd");

  @Test
  void shouldMeasureInAJvmThatIsSetUpAsANodes() throws IOException {
    String script = Files.readString(SCRIPT);
    int run = script.indexOf("exec ", script.indexOf("\n  run)"));
    String line = script.substring(run, script.indexOf(";;", run));
    List<String> options =
        Arrays.stream(line.split("\\s+"))
            .filter(word -> word.startsWith("-"))
            // How quickly it starts is no concern here.
            .filter(word -> !word.startsWith("-XX:AOT") && !word.startsWith("-Xlog"))
            .toList();

    assertEquals(options, MicroRun.JVM_OPTIONS);
  }
}

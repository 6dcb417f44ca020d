package org.ipvssync.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandardOutputAppenderTest {
  private static final Path SHIPPED = Path.of("../config/logback.xml").toAbsolutePath();

  @TempDir private Path folder;

  @Test
  void shouldLogToTheProcessAndNotToWhoeverHasSystemOut() throws Exception {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-Dipvssync.log.to=CONSOLE",
                "-Dipvssync.log.file=" + folder.resolve("node.log"),
                "-cp",
                System.getProperty("java.class.path"),
                ConsoleLog.class.getName(),
                SHIPPED.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> lines = process.inputReader(StandardCharsets.UTF_8).lines().toList();
    assertEquals(0, process.waitFor());
    assertEquals(
        List.of("INFO  Swap before", "INFO  Swap during", "command got 0 bytes"),
        lines.stream()
            .filter(line -> !line.contains("|-"))
            .map(line -> line.replaceFirst("^[-\\d]+ [:.\\d]+ ", "").replaceAll("(Swap) +", "$1 "))
            .toList());
  }
}

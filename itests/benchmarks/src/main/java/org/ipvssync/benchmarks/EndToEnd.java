package org.ipvssync.benchmarks;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Real nodes of the built distribution, driven by its own {@code ipvs-syncd bench}. */
final class EndToEnd {
  private final Path command;

  private EndToEnd(Path command) {
    this.command = command;
  }

  /**
   * The distribution in a folder.
   *
   * @param home the folder; null for what is built beside this jar
   */
  static EndToEnd in(String home) throws BenchmarkFailure {
    Path folder = home == null ? besideThisJar() : Path.of(home);
    Path command = folder.resolve("bin").resolve("ipvs-syncd").toAbsolutePath().normalize();
    if (!Files.isExecutable(command)) {
      throw new BenchmarkFailure(
          "no " + command + "; build it with mvn -B -DskipTests package, or name it with --home");
    }
    return new EndToEnd(command);
  }

  private static Path besideThisJar() {
    String classPath = System.getProperty("java.class.path");
    return Path.of(classPath)
        .toAbsolutePath()
        .getParent()
        .resolve("../../../distribution/target/ipvs-syncd");
  }

  /** Runs it; returns what it says. */
  Map<String, Object> run(boolean quick) throws IOException, BenchmarkFailure {
    List<String> line = new ArrayList<>(List.of(command.toString(), "bench", "--json"));
    if (!quick) {
      line.add("--full");
    }
    Process process =
        new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    // It ends its nodes when it is ended itself.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "benchmarks-end"));
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      int status = process.waitFor();
      // With status 1 and a result something was lost and not counted: the result says so.
      if (said.isBlank()) {
        throw new BenchmarkFailure(String.join(" ", line) + " ended with status " + status);
      }
      return JSON.std.mapFrom(said);
    } catch (InterruptedException e) {
      process.destroy();
      throw new BenchmarkFailure("interrupted");
    }
  }
}

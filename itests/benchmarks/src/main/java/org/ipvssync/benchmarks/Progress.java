package org.ipvssync.benchmarks;

import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/** One line a benchmark on standard error, as it happens; what goes wrong is shown whole. */
final class Progress implements OutputFormat {
  private int done;

  @Override
  public void startBenchmark(BenchmarkParams params) {
    StringBuilder line = new StringBuilder();
    line.append("%3d ".formatted(++done)).append(Row.shortName(params.getBenchmark()));
    for (String key : params.getParamsKeys()) {
      line.append(' ').append(params.getParam(key));
    }
    System.err.printf("%-44s", line);
    System.err.flush();
  }

  @Override
  public void endBenchmark(BenchmarkResult result) {
    if (result != null) {
      double score = result.getPrimaryResult().getScore();
      System.err.printf(Locale.ROOT, " %9.2f ns a record%n", score);
    }
  }

  @Override
  public void println(String text) {
    // JMH's own remarks begin with a #; the rest is a failure, or what a benchmark has printed.
    if (!text.isBlank() && !text.startsWith("#")) {
      System.err.println(text);
    }
  }

  @Override
  public void iteration(BenchmarkParams params, IterationParams iteration, int number) {}

  @Override
  public void iterationResult(
      BenchmarkParams params, IterationParams iteration, int number, IterationResult data) {}

  @Override
  public void startRun() {}

  @Override
  public void endRun(Collection<RunResult> results) {}

  @Override
  public void print(String text) {}

  @Override
  public void flush() {}

  @Override
  public void close() {}

  @Override
  public void verbosePrintln(String text) {}

  @Override
  public void write(int aByte) {}

  @Override
  public void write(byte[] bytes) {}
}

package org.ipvssync.benchmarks;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** The benchmarks by JMH, each in a JVM of its own that is set up as a node's. */
final class MicroRun {
  /** As {@code ipvs-syncd run} starts a node: see distribution/src/main/bin/ipvs-syncd. */
  static final List<String> JVM_OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms12m",
          "-Xmx256m",
          "-XX:+ExitOnOutOfMemoryError",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Djdk.reflect.useNativeAccessorOnly=true");

  /** Room for the prepared datagrams: a node has none of those. */
  private static final String TRAFFIC_ROOM = "-XX:MaxDirectMemorySize=4g";

  private static final String[] QUICK_SIZES = {"10000", "1000000"};

  /** What is measured on a file as well, at one size. */
  private static final Set<String> MAPPED_TOO =
      Set.of("table.apply", "table.decodeApply", "table.insert", "table.walk");

  private static final String MAPPED_SIZE = "1000000";

  private final boolean quick;
  private final Pattern only;
  private final String[] sizes;

  /**
   * A run.
   *
   * @param only part of the names of the benchmarks, a regular expression; null for all
   * @param sizes of the table, with commas; null for the usual
   */
  MicroRun(boolean quick, String only, String sizes) {
    this.quick = quick;
    this.only = pattern(only == null ? "" : only);
    this.sizes = sizes == null ? null : sizes(sizes);
  }

  private static Pattern pattern(String text) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "--only " + text + " is no regular expression: " + e.getDescription(), e);
    }
  }

  private static String[] sizes(String text) {
    String[] sizes = text.split(",");
    for (String size : sizes) {
      int n = size.matches("[0-9]{5,8}") ? Integer.parseInt(size) : 0;
      if (n < 10_000 || n > 50_000_000 || n % 1000 != 0) {
        throw new IllegalArgumentException(
            "--sizes " + text + ": numbers with commas, multiples of 1000 from 10000 to 50000000");
      }
    }
    return sizes;
  }

  /** Runs them; returns what JMH writes as JSON, one object a benchmark and size. */
  List<Object> run() throws BenchmarkFailure {
    Set<BenchmarkListEntry> all = BenchmarkList.defaultList().getAll(new Progress(), List.of());
    ChainedOptionsBuilder inMemory = options();
    ChainedOptionsBuilder onFile = options().param("table", Tables.MAPPED);
    onFile.param("size", MAPPED_SIZE);
    if (sizes != null || quick) {
      inMemory.param("size", sizes != null ? sizes : QUICK_SIZES);
    }
    int some = 0;
    int mapped = 0;
    for (BenchmarkListEntry entry : all) {
      String name = Row.shortName(entry.getUsername());
      if (only.matcher(name).find()) {
        String include = "^" + Pattern.quote(entry.getUsername()) + "$";
        inMemory.include(include);
        some++;
        if (sizes == null && MAPPED_TOO.contains(name)) {
          onFile.include(include);
          mapped++;
        }
      }
    }
    if (some == 0) {
      throw new BenchmarkFailure("--only " + only + " fits none of " + names(all));
    }
    List<RunResult> results = new ArrayList<>(run(inMemory));
    if (mapped > 0) {
      results.addAll(run(onFile));
    }
    return json(results);
  }

  private static List<String> names(Set<BenchmarkListEntry> all) {
    return all.stream().map(BenchmarkListEntry::getUsername).map(Row::shortName).toList();
  }

  private ChainedOptionsBuilder options() {
    return new OptionsBuilder()
        .forks(1)
        .jvmArgs(JVM_OPTIONS.toArray(String[]::new))
        .jvmArgsAppend(TRAFFIC_ROOM)
        .warmupIterations(2)
        .warmupTime(TimeValue.milliseconds(quick ? 200 : 1000))
        .measurementIterations(quick ? 3 : 5)
        .measurementTime(TimeValue.milliseconds(quick ? 200 : 600))
        .addProfiler(GCProfiler.class)
        .shouldFailOnError(true);
  }

  private static Collection<RunResult> run(ChainedOptionsBuilder options) throws BenchmarkFailure {
    try {
      return new Runner(options.build(), new Progress()).run();
    } catch (RunnerException e) {
      throw new BenchmarkFailure("a benchmark failed, see above: " + e.getMessage());
    }
  }

  private static List<Object> json(Collection<RunResult> results) throws BenchmarkFailure {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    ResultFormatFactory.getInstance(
            ResultFormatType.JSON, new PrintStream(text, true, StandardCharsets.UTF_8))
        .writeOut(results);
    try {
      return JSON.std.listFrom(text.toByteArray());
    } catch (IOException e) {
      throw new BenchmarkFailure("JMH's results are no JSON: " + e.getMessage());
    }
  }
}

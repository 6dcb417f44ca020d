package org.ipvssync.benchmarks;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Results as JMH and {@code ipvs-syncd bench --json} write them. */
final class Samples {
  private static final String CODEC =
      """
      {"jmhVersion": "1.37", "benchmark": "org.ipvssync.benchmarks.CodecBenchmark.encodeV1",
       "mode": "avgt", "forks": 1,
       "primaryMetric": {"score": 21.78, "scoreError": 1.25, "scoreUnit": "ns/op"},
       "secondaryMetrics": {"gc.alloc.rate.norm": {"score": 0.002, "scoreUnit": "B/op"}}}
      """;

  private static final String TABLE =
      """
      {"jmhVersion": "1.37", "benchmark": "org.ipvssync.benchmarks.TableBenchmark.%s",
       "mode": "avgt", "forks": 1, "params": {"size": "%d", "table": "%s"},
       "primaryMetric": {"score": %s, "scoreError": "NaN", "scoreUnit": "ns/op"},
       "secondaryMetrics": {"gc.alloc.rate.norm": {"score": %s, "scoreUnit": "B/op"}}}
      """;

  private static final String END_TO_END =
      """
      {"machine": {"cores": 2, "cpu": "A", "kernel": "Linux", "jvm": "J"},
       "command": "bench --full --json", "interface": "lo", "connections": 1000000,
       "uncounted": %d,
       "rows": [
        {"row": "wire-table", "what": "wire to table", "unit": "datagrams/s",
         "node": 215000.4, "floor": 227000.0, "ratio": 0.947, "uncounted": %d,
         "note": "8.60 M records/s", "details": {"records": 8600000}},
        {"row": "delay", "what": "delay, 5,000 changes/s", "unit": "ms p99",
         "node": 12.5, "floor": null, "ratio": null, "uncounted": 0, "note": "", "details": {}}]}
      """;

  private Samples() {}

  static Object codec() throws IOException {
    return JSON.std.mapFrom(CODEC);
  }

  static Object table(String benchmark, int size, String table, double ns) throws IOException {
    return JSON.std.mapFrom(TABLE.formatted(benchmark, size, table, ns, 0.01));
  }

  static Object allocating(String benchmark, int size) throws IOException {
    return JSON.std.mapFrom(TABLE.formatted(benchmark, size, Tables.MEMORY, 100, 24.0));
  }

  static Map<String, Object> endToEnd(int uncounted) throws IOException {
    return JSON.std.mapFrom(END_TO_END.formatted(uncounted, uncounted));
  }

  static Results results(List<Object> jmh, Map<String, Object> endToEnd) {
    Map<String, String> machine = new LinkedHashMap<>();
    machine.put("cores", "2");
    machine.put("cpu", "AMD EPYC");
    return new Results(machine, false, jmh, endToEnd);
  }

  /** Four sizes of what the plot shows. */
  static List<Object> curves() throws IOException {
    List<Object> jmh = new ArrayList<>();
    for (String benchmark : List.of("apply", "decodeApply", "find", "entries")) {
      for (int size = 10_000; size <= 10_000_000; size *= 10) {
        jmh.add(table(benchmark, size, Tables.MEMORY, Math.log10(size) * benchmark.length()));
      }
    }
    return jmh;
  }
}

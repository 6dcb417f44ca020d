package org.ipvssync.benchmarks;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One line of the table.
 *
 * @param benchmark such as {@code table.apply}
 * @param table which provider's table it was; empty without one
 * @param size entries of the table; 0 without one
 * @param ns nanoseconds a record
 * @param error half of the 99.9% confidence interval, nanoseconds; NaN when there is none
 * @param bytes allocated on the heap, bytes a record; NaN when not measured
 */
record Row(String benchmark, String table, int size, double ns, double error, double bytes) {
  private static final String SUFFIX = "Benchmark";
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  /** From one object of JMH's JSON. */
  static Row of(Map<?, ?> jmh) {
    Map<?, ?> params = mapOf(jmh.get("params"));
    Map<?, ?> primary = mapOf(jmh.get("primaryMetric"));
    Map<?, ?> allocated = mapOf(mapOf(jmh.get("secondaryMetrics")).get(ALLOCATED));
    String size = (String) params.get("size");
    String table = (String) params.get("table");
    return new Row(
        shortName((String) jmh.get("benchmark")),
        table == null ? "" : table,
        size == null ? 0 : Integer.parseInt(size),
        number(primary.get("score")),
        number(primary.get("scoreError")),
        number(allocated.get("score")));
  }

  /** {@code table.apply} for {@code org.ipvssync.benchmarks.TableBenchmark.apply}. */
  static String shortName(String jmhName) {
    int method = jmhName.lastIndexOf('.');
    String group = jmhName.substring(jmhName.lastIndexOf('.', method - 1) + 1, method);
    return group.replace(SUFFIX, "").toLowerCase(Locale.ROOT) + jmhName.substring(method);
  }

  /** As it stands in the file. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("benchmark", benchmark);
    if (size > 0) {
      map.put("table", table);
      map.put("size", size);
    }
    map.put("nsPerRecord", ns);
    put(map, "error", error);
    put(map, "bytesPerRecord", bytes);
    Target target = Target.of(this);
    put(map, "target", target.value());
    if (hasTarget()) {
      map.put("met", target.verdict(ns).equals(Target.MET));
    }
    return map;
  }

  boolean hasTarget() {
    return !Double.isNaN(Target.of(this).value());
  }

  private static void put(Map<String, Object> map, String key, double number) {
    if (!Double.isNaN(number)) {
      map.put(key, number);
    }
  }

  private static Map<?, ?> mapOf(Object object) {
    return object instanceof Map<?, ?> map ? map : Map.of();
  }

  /** JMH writes what is no number as a string. */
  private static double number(Object object) {
    return object instanceof Number number ? number.doubleValue() : Double.NaN;
  }
}

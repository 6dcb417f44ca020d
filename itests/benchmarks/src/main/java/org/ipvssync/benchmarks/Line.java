package org.ipvssync.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One line of the table as people see it; what does not apply is empty.
 *
 * @param error half of the confidence interval, in the unit
 * @param bytes allocated on the heap, bytes a record
 * @param floor what bare sockets did in the same run
 * @param ratio of the result to the floor
 */
record Line(
    String benchmark,
    String size,
    String result,
    String unit,
    String error,
    String bytes,
    String floor,
    String ratio,
    String target,
    String met,
    String note) {
  static final Line HEAD =
      new Line(
          "benchmark",
          "size",
          "result",
          "unit",
          "+/-",
          "bytes a record",
          "floor",
          "ratio",
          "target",
          "met",
          "note");

  /** A benchmark of JMH's. */
  static Line of(Row row) {
    Target target = Target.of(row);
    return new Line(
        row.benchmark() + (row.table().equals(Tables.MAPPED) ? " (mapped)" : ""),
        row.size() == 0 ? "" : String.format(Locale.ROOT, "%,d", row.size()),
        number("%.1f", row.ns()),
        "ns a record",
        number("%.1f", row.error()),
        number("%.2f", row.bytes()),
        "",
        "",
        target.text(),
        target.verdict(row.ns()),
        "");
  }

  /** A row of {@code ipvs-syncd bench --json}. */
  static Line of(Map<?, ?> row) {
    double node = numberOf(row, "node");
    double ratio = numberOf(row, "ratio");
    Target target = Target.of(row);
    return new Line(
        String.valueOf(row.get("what")),
        "",
        scaled(node),
        String.valueOf(row.get("unit")),
        "",
        "",
        scaled(numberOf(row, "floor")),
        number("%.2f", ratio),
        target.text(),
        target.verdict(target.isRatio() ? ratio : node),
        row.get("note") == null ? "" : String.valueOf(row.get("note")));
  }

  List<String> cells() {
    return List.of(benchmark, size, result, unit, error, bytes, floor, ratio, target, met, note);
  }

  /** True unless a target is missed. */
  boolean isMet() {
    return !met.equals(Target.MISSED);
  }

  private static double numberOf(Map<?, ?> row, String key) {
    return row.get(key) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  private static String scaled(double value) {
    double size = Math.abs(value);
    return number(size >= 1000 ? "%,.0f" : size >= 10 ? "%.1f" : "%.3f", value);
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
  }
}

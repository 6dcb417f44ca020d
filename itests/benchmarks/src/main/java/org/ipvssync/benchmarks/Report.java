package org.ipvssync.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The one table that people read. */
final class Report {
  private static final List<String> HEAD =
      List.of("benchmark", "size", "ns a record", "+/-", "bytes a record", "target", "met");

  private final Results results;

  Report(Results results) {
    this.results = results;
  }

  /** The machine, the table, and what to think of it. */
  String text() {
    StringBuilder out = new StringBuilder();
    results.machine().forEach((key, value) -> out.append("%-11s %s%n".formatted(key, value)));
    List<Row> rows = results.rows();
    if (!rows.isEmpty()) {
      out.append('\n');
      List<List<String>> lines = new ArrayList<>();
      lines.add(HEAD);
      rows.forEach(row -> lines.add(cells(row)));
      out.append(aligned(lines));
      long missed = rows.stream().filter(row -> !row.isMet()).count();
      long allocate = rows.stream().filter(r -> r.bytes() >= Targets.ALLOCATES_BYTES).count();
      out.append(
          "%ntargets missed: %d, benchmarks that allocate: %d%n".formatted(missed, allocate));
    }
    if (!results.endToEnd().isEmpty()) {
      out.append('\n').append(EndToEnd.text(results.endToEnd()));
    }
    if (results.quick()) {
      out.append("These were quick runs: the numbers are not to be compared.\n");
    }
    return out.toString();
  }

  private static List<String> cells(Row row) {
    double target = Targets.nsOf(row);
    boolean has = !Double.isNaN(target);
    return List.of(
        row.benchmark() + (row.table().equals(Tables.MAPPED) ? " (mapped)" : ""),
        row.size() == 0 ? "" : String.format(Locale.ROOT, "%,d", row.size()),
        number("%.1f", row.ns()),
        number("%.1f", row.error()),
        number("%.2f", row.bytes()),
        has ? number("%.0f", target) : "",
        has ? row.isMet() ? "yes" : "NO" : "");
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
  }

  /** The first column to the left, the others to the right. */
  private static String aligned(List<List<String>> lines) {
    int columns = lines.getFirst().size();
    StringBuilder out = new StringBuilder();
    for (List<String> line : lines) {
      for (int c = 0; c < columns; c++) {
        int column = c;
        int width = lines.stream().mapToInt(l -> l.get(column).length()).max().orElse(0);
        String cell = line.get(c);
        out.append(c == 0 ? "" : "  ");
        String fill = " ".repeat(width - cell.length());
        out.append(c == 0 ? cell + fill : fill + cell);
      }
      out.setLength(out.toString().stripTrailing().length());
      out.append('\n');
    }
    return out.toString();
  }
}

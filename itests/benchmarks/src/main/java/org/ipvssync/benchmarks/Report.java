package org.ipvssync.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** The one table that people read. */
final class Report {
  private final Results results;

  Report(Results results) {
    this.results = results;
  }

  /** The machine, the table, and what to think of it. */
  String text() {
    List<Row> rows = results.rows();
    List<Line> lines = new ArrayList<>();
    rows.forEach(row -> lines.add(Line.of(row)));
    results.endToEndRows().forEach(row -> lines.add(Line.of(row)));
    long missed = lines.stream().filter(line -> !line.isMet()).count();
    double bound = results.quick() ? Target.ALLOCATES_BYTES_QUICK : Target.ALLOCATES_BYTES;
    long allocate = rows.stream().filter(row -> row.bytes() >= bound).count();

    StringBuilder out = new StringBuilder();
    results.machine().forEach((key, value) -> out.append("%-11s %s%n".formatted(key, value)));
    out.append('\n').append(aligned(lines)).append('\n');
    out.append("targets missed: %d".formatted(missed));
    out.append(rows.isEmpty() ? "\n" : ", benchmarks that allocate: %d%n".formatted(allocate));
    if (results.uncounted() != 0) {
      out.append("FAILED: %d datagrams stand in no counter%n".formatted(results.uncounted()));
    }
    if (results.quick()) {
      out.append("These were quick runs: their numbers are not to be compared.\n");
    }
    return out.toString();
  }

  /** First and last column to the left, numbers to the right; what nobody has is left out. */
  private static String aligned(List<Line> lines) {
    List<String> head = Line.HEAD.cells();
    List<List<String>> all = lines.stream().map(Line::cells).toList();
    StringBuilder[] out = new StringBuilder[all.size() + 1];
    for (int i = 0; i < out.length; i++) {
      out[i] = new StringBuilder();
    }
    for (int c = 0; c < head.size(); c++) {
      int column = c;
      int widest = all.stream().mapToInt(cells -> cells.get(column).length()).max().orElse(0);
      if (widest > 0) {
        int width = Math.max(widest, head.get(c).length());
        boolean isWords = c == 0 || c == head.size() - 1;
        append(out[0], head.get(c), width, isWords);
        for (int i = 0; i < all.size(); i++) {
          append(out[i + 1], all.get(i).get(c), width, isWords);
        }
      }
    }
    StringBuilder text = new StringBuilder();
    for (StringBuilder line : out) {
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static void append(StringBuilder line, String cell, int width, boolean isWords) {
    String fill = " ".repeat(width - cell.length());
    line.append(line.isEmpty() ? "" : "  ").append(isWords ? cell + fill : fill + cell);
  }
}

package org.ipvssync.command.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Says what was measured, for people and for programs. */
final class BenchReport {
  private static final String NONE = "-";
  private static final int NOTE = 6;

  private BenchReport() {}

  /** One object on one line; its field names are a promise to programs. */
  static String json(BenchResult result, List<String> command, BenchOptions options)
      throws IOException {
    Machine machine = result.machine();
    Map<String, Object> object = new LinkedHashMap<>();
    Map<String, Object> where = new LinkedHashMap<>();
    where.put("cores", machine.cores());
    where.put("cpu", machine.cpu());
    where.put("kernel", machine.kernel());
    where.put("jvm", machine.jvm());
    where.put("othersPercent", result.othersPercent());
    where.put("stolenPercent", result.stolenPercent());
    object.put("machine", where);
    object.put("command", String.join(" ", command));
    object.put("interface", options.mcastInterface());
    object.put("connections", options.connections());
    object.put("uncounted", result.uncounted());
    object.put("rows", result.rows().stream().map(BenchReport::json).toList());
    // A floor that there is not is null, not missing.
    return JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES).asString(object);
  }

  private static Map<String, Object> json(Row row) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("row", row.work().word());
    object.put("what", row.what());
    object.put("unit", row.unit());
    object.put("node", Double.isFinite(row.node()) ? row.node() : null);
    object.put("floor", Double.isFinite(row.floor()) ? row.floor() : null);
    object.put("ratio", Double.isFinite(row.ratio()) ? row.ratio() : null);
    object.put("uncounted", row.uncounted());
    object.put("note", row.note());
    object.put("details", row.details());
    return object;
  }

  /** Lines that line up. */
  static String text(BenchResult result, BenchOptions options) {
    List<String[]> cells = new ArrayList<>();
    cells.add(new String[] {"WORK", "NODE", "FLOOR", "UNIT", "RATIO", "NOT COUNTED", "NOTE"});
    for (Row row : result.rows()) {
      cells.add(
          new String[] {
            row.what(),
            number(row.node()),
            number(row.floor()),
            row.unit(),
            Double.isFinite(row.ratio()) ? String.format(Locale.ROOT, "%.2f", row.ratio()) : NONE,
            Long.toString(row.uncounted()),
            row.note()
          });
    }
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "%n%s%n%s%ninterface %s, %,d connections; floor: bare sockets in the same run%n%n",
            result.machine().line(),
            use(result),
            options.mcastInterface(),
            options.connections()));
    table(cells, out);
    long uncounted = result.uncounted();
    out.append(
        uncounted == 0
            ? String.format("%nnot counted: 0%n")
            : String.format(
                Locale.ROOT,
                "%nFAILED: not counted: %,d datagrams were lost and stand in no counter%n",
                uncounted));
    return out.toString();
  }

  private static String use(BenchResult result) {
    return String.format(
        Locale.ROOT,
        "meanwhile others used %.0f%% of its processors%s",
        result.othersPercent(),
        result.stolenPercent() < 1
            ? ""
            : String.format(Locale.ROOT, ", and its host took %.0f%%", result.stolenPercent()));
  }

  private static void table(List<String[]> cells, StringBuilder out) {
    for (String[] line : cells) {
      StringBuilder text = new StringBuilder();
      for (int column = 0; column < NOTE; column++) {
        int width = width(cells, column);
        // Words stand on the left, numbers on the right.
        boolean left = column == 0 || column == 3;
        text.append(String.format("%" + (left ? "-" : "") + width + "s  ", line[column]));
      }
      out.append(text)
          .append(line[NOTE].isEmpty() ? "" : line[NOTE])
          .append(System.lineSeparator());
    }
  }

  private static int width(List<String[]> cells, int column) {
    return cells.stream().mapToInt(line -> line[column].length()).max().orElse(1);
  }

  /** With as many digits as say something. */
  static String number(double number) {
    if (!Double.isFinite(number)) {
      return NONE;
    }
    double size = Math.abs(number);
    String format = size >= 1_000 ? "%,.0f" : size >= 10 ? "%.1f" : "%.3f";
    return String.format(Locale.ROOT, format, number);
  }
}

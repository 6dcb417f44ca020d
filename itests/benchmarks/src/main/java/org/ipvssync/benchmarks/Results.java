package org.ipvssync.benchmarks;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All of a run, as it stands in one file.
 *
 * @param machine what it was measured on
 * @param quick whether the runs were short ones
 * @param jmh JMH's own results, one object a benchmark and size
 * @param endToEnd what {@code ipvs-syncd bench --json} said; empty when it was not run
 */
record Results(
    Map<String, String> machine, boolean quick, List<Object> jmh, Map<String, Object> endToEnd) {

  private static final JSON FORM =
      JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT, JSON.Feature.WRITE_NULL_PROPERTIES);

  /** The lines of JMH's results. */
  List<Row> rows() {
    return jmh.stream().map(one -> Row.of((Map<?, ?>) one)).toList();
  }

  /** The rows of the end-to-end runs, as they were said. */
  List<Map<?, ?>> endToEndRows() {
    List<Map<?, ?>> rows = new ArrayList<>();
    if (endToEnd.get("rows") instanceof List<?> all) {
      all.forEach(row -> rows.add((Map<?, ?>) row));
    }
    return rows;
  }

  /** Datagrams of the end-to-end runs that were lost and stand in no counter. */
  long uncounted() {
    return endToEnd.get("uncounted") instanceof Number number ? number.longValue() : 0;
  }

  /** Writes a file, and its folder when there is none. */
  void write(Path file) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("machine", machine);
    all.put("quick", quick);
    all.put("rows", rows().stream().map(Row::toMap).toList());
    all.put("endToEnd", endToEnd);
    all.put("jmh", jmh);
    if (file.toAbsolutePath().getParent() != null) {
      Files.createDirectories(file.toAbsolutePath().getParent());
    }
    String text = FORM.asString(all);
    Files.writeString(file, text + "\n");
  }

  /** Reads what {@link #write} wrote. */
  static Results read(Path file) throws IOException {
    try {
      Map<String, Object> all = JSON.std.mapFrom(Files.readString(file));
      Map<String, String> machine = new LinkedHashMap<>();
      part(all, "machine", Map.of()).forEach((key, value) -> machine.put("" + key, "" + value));
      Map<String, Object> endToEnd = new LinkedHashMap<>();
      part(all, "endToEnd", Map.of()).forEach((key, value) -> endToEnd.put("" + key, value));
      List<Object> jmh = List.copyOf(part(all, "jmh", List.of()));
      return new Results(machine, Boolean.TRUE.equals(all.get("quick")), jmh, endToEnd);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no " + file);
    } catch (IOException | ClassCastException e) {
      throw new IOException(file + " is no results of benchmarks: " + e.getMessage());
    }
  }

  @SuppressWarnings("unchecked") // a part of another type is a ClassCastException where it is used
  private static <T> T part(Map<String, Object> all, String key, T otherwise) {
    return all.get(key) == null ? otherwise : (T) all.get(key);
  }
}

package org.ipvssync.lab;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.ipvssync.vectors.ConnRow;

/**
 * A table of connections at one moment.
 *
 * @param atMs when it was read, milliseconds since 1970
 * @param rows in the order in which they were listed
 */
record ProcTable(long atMs, List<ConnRow> rows) {
  /** Rows with as little left may be gone in the other table. */
  private static final long ENDING_S = 3;

  /**
   * Expiry is shown in whole seconds, and a backup counts from the moment when it applied what it
   * heard, which a busy machine puts off. Timeouts are at least ten seconds, and as far apart.
   */
  private static final double APART_S = 4;

  /** From {@code /proc/net/ip_vs_conn_sync}, or {@code connections --format=proc}. */
  static ProcTable ofConnSync(long atMs, String text) {
    return new ProcTable(atMs, ConnRow.ofConnsSync(text.lines().toList()));
  }

  /** The kernel's own table of a director. */
  static ProcTable of(Namespace director) {
    Namespace.Reading reading = director.reading("/proc/net/ip_vs_conn_sync");
    return ofConnSync(reading.atMs(), reading.text());
  }

  /** The same from {@code ip_vs_conn}: no origin, but the data of persistence engines. */
  static ProcTable withPeOf(Namespace director) {
    Namespace.Reading reading = director.reading("/proc/net/ip_vs_conn");
    return new ProcTable(reading.atMs(), ConnRow.ofConns(reading.text().lines().toList()));
  }

  /** The same without templates. */
  ProcTable connections() {
    return new ProcTable(atMs, rows.stream().filter(row -> row.cport() != 0).toList());
  }

  /** The rows of one virtual address. */
  ProcTable of(InetAddress vaddr) {
    return new ProcTable(atMs, rows.stream().filter(row -> row.vaddr().equals(vaddr)).toList());
  }

  /**
   * What differs from another table: protocol, addresses, ports, state, and expiry by more than
   * four seconds. Where a connection came from does not count, nor does a row that is about to
   * expire.
   *
   * @return a line for each difference; none when the tables are equal
   */
  List<String> differences(ProcTable other) {
    Map<String, List<Double>> here = deadlines();
    Map<String, List<Double>> there = other.deadlines();
    Set<String> all = new LinkedHashSet<>(here.keySet());
    all.addAll(there.keySet());
    List<String> lines = new ArrayList<>();
    for (String row : all) {
      List<Double> mine = here.getOrDefault(row, List.of());
      List<Double> theirs = there.getOrDefault(row, List.of());
      if (mine.size() == theirs.size()) {
        for (int i = 0; i < mine.size(); i++) {
          if (Math.abs(mine.get(i) - theirs.get(i)) > APART_S) {
            lines.add("%s: expires %.1f s later".formatted(row, mine.get(i) - theirs.get(i)));
          }
        }
      } else if (lasting(mine) != other.lasting(theirs)) {
        lines.add("%s: %d times, not %d".formatted(row, mine.size(), theirs.size()));
      }
    }
    return lines;
  }

  /** Persistence data of each row that has some, as text; for tables {@link #withPeOf}. */
  Set<String> persistenceData() {
    return rows.stream()
        .filter(row -> !row.peName().isEmpty())
        .map(
            row ->
                "%s %s %s %s"
                    .formatted(
                        row.caddr().getHostAddress(),
                        row.daddr().getHostAddress(),
                        row.peName(),
                        row.peData()))
        .collect(Collectors.toSet());
  }

  /** Moments of expiry, seconds since 1970, of the rows by all that is else in them. */
  private Map<String, List<Double>> deadlines() {
    Map<String, List<Double>> deadlines = new LinkedHashMap<>();
    for (ConnRow row : rows) {
      String key =
          "%s %s:%d %s:%d -> %s:%d %s"
              .formatted(
                  row.proto(),
                  row.caddr().getHostAddress(),
                  row.cport(),
                  row.vaddr().getHostAddress(),
                  row.vport(),
                  row.daddr().getHostAddress(),
                  row.dport(),
                  row.state());
      deadlines.computeIfAbsent(key, k -> new ArrayList<>()).add(atMs / 1e3 + row.expiresS());
    }
    deadlines.values().forEach(Collections::sort);
    return deadlines;
  }

  private long lasting(List<Double> deadlines) {
    return deadlines.stream().filter(at -> at - atMs / 1e3 > ENDING_S).count();
  }
}

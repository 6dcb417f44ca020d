package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.vectors.Scenario;

/** Rows of /proc/net/ip_vs_conn_sync to compare: sorted, and without the expiry, which runs. */
final class Rows {
  private Rows() {}

  /** The rows that the real kernel's backup had. */
  static List<String> ofKernel(Scenario scenario) {
    return comparable(scenario.backupLines());
  }

  /** The rows that {@code connections --format=proc} printed. */
  static List<String> ofProc(String printed) {
    return comparable(printed.lines().toList());
  }

  private static List<String> comparable(List<String> lines) {
    assertEquals(ConnText.PROC_HEADER, lines.getFirst());
    return lines.stream().skip(1).map(line -> line.replaceFirst(" +\\d+$", "")).sorted().toList();
  }
}

package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.node.SyncNode;
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

  /** The rows in a node's table. */
  static List<String> ofNode(SyncNode node) {
    List<String> lines = new ArrayList<>(List.of(ConnText.PROC_HEADER));
    ConnBatch batch = new ConnBatch();
    long cursor = 0;
    while (cursor >= 0) {
      batch.clear();
      cursor = node.walk(cursor, batch);
      for (int i = 0; i < batch.size(); i++) {
        lines.add(ConnText.procLine(batch, i));
      }
    }
    return comparable(lines);
  }

  private static List<String> comparable(List<String> lines) {
    assertEquals(ConnText.PROC_HEADER, lines.getFirst());
    return lines.stream().skip(1).map(line -> line.replaceFirst(" +\\d+$", "")).sorted().toList();
  }
}

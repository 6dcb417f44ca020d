package org.ipvssync.command.bench;

import java.util.List;

/**
 * What a run has measured.
 *
 * @param machine on which
 * @param othersPercent what others used of all processors meanwhile, percent
 * @param stolenPercent what the hypervisor took of them, percent
 * @param rows the lines
 */
record BenchResult(Machine machine, double othersPercent, double stolenPercent, List<Row> rows) {

  /** What was lost in all rows and stands in no counter. */
  long uncounted() {
    return rows.stream().mapToLong(row -> Math.abs(row.uncounted())).sum();
  }
}

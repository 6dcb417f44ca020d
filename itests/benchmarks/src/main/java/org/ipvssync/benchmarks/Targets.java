package org.ipvssync.benchmarks;

/** What the benchmarks are to reach, nanoseconds a record; distribution/docs/performance.md. */
final class Targets {
  /** From here on a benchmark allocates a record; below it is the JVM itself, a second. */
  static final double ALLOCATES_BYTES = 1;

  private static final double ENCODE_NS = 30;
  private static final int MILLION = 1_000_000;

  private Targets() {}

  /** The target of a row, NaN without one. */
  static double nsOf(Row row) {
    if (row.benchmark().startsWith("codec.encode")) {
      return ENCODE_NS;
    }
    if (row.benchmark().equals("table.decodeApply") && row.table().equals(Tables.MEMORY)) {
      return switch (row.size()) {
        case MILLION -> 80;
        case 10 * MILLION -> 130;
        default -> Double.NaN;
      };
    }
    return Double.NaN;
  }
}

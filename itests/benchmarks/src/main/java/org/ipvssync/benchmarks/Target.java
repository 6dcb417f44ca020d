package org.ipvssync.benchmarks;

import java.util.Locale;
import java.util.Map;

/**
 * What a benchmark is to reach; see distribution/docs/performance.md.
 *
 * @param value the bound; NaN where there is none
 * @param kind of what it is a bound
 */
record Target(double value, Kind kind) {
  /** From here on a benchmark allocates a record; below it is the JVM itself. */
  static final double ALLOCATES_BYTES = 1;

  static final String MET = "yes";
  static final String MISSED = "NO";

  private static final Target NONE = new Target(Double.NaN, Kind.AT_MOST);
  private static final int MILLION = 1_000_000;

  /** Which side of the bound is good. */
  enum Kind {
    /** The result is to be this or less. */
    AT_MOST,
    /** The ratio to the floor is to be this or more. */
    RATIO
  }

  /** The target of a benchmark of JMH's, nanoseconds a record. */
  static Target of(Row row) {
    if (row.benchmark().startsWith("codec.encode")) {
      return new Target(30, Kind.AT_MOST);
    }
    if (row.benchmark().equals("table.decodeApply") && row.table().equals(Tables.MEMORY)) {
      return switch (row.size()) {
        case MILLION -> new Target(80, Kind.AT_MOST);
        case 10 * MILLION -> new Target(130, Kind.AT_MOST);
        default -> NONE;
      };
    }
    return NONE;
  }

  /** The target of a row of {@code ipvs-syncd bench --json}, in its unit. */
  static Target of(Map<?, ?> row) {
    return switch (String.valueOf(row.get("what"))) {
      case "wire to table" -> new Target(0.9, Kind.RATIO);
      case "table to wire" -> new Target(0.8, Kind.RATIO);
      case "delay, 5,000 changes/s" -> new Target(10, Kind.AT_MOST);
      default -> NONE;
    };
  }

  boolean isRatio() {
    return kind == Kind.RATIO;
  }

  private boolean isNone() {
    return Double.isNaN(value);
  }

  /** For people. */
  String text() {
    if (isNone()) {
      return "";
    }
    return isRatio()
        ? String.format(Locale.ROOT, "ratio >= %.1f", value)
        : String.format(Locale.ROOT, "<= %.0f", value);
  }

  /** Whether a number reaches it; empty without a target. */
  String verdict(double number) {
    if (isNone()) {
      return "";
    }
    boolean met = isRatio() ? number >= value : number <= value;
    return met ? MET : MISSED;
  }
}

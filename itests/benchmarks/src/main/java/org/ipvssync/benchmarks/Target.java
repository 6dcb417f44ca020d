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
  /**
   * From here on a benchmark allocates, bytes a record: the smallest object once a datagram is 0.4.
   * What is below is JMH's own, a constant that the records share.
   */
  static final double ALLOCATES_BYTES = 0.3;

  /** The same in quick runs, where fewer records share it. */
  static final double ALLOCATES_BYTES_QUICK = 1;

  static final String MET = "yes";
  static final String MISSED = "NO";

  private static final Target NONE = new Target(Double.NaN, Kind.AT_MOST);
  private static final int MILLION = 1_000_000;

  /** Which side of the bound is good. */
  enum Kind {
    /** The result is to be this or less. */
    AT_MOST,
    /** The result is to be 0, but for what the JVM itself does. */
    NOTHING,
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
    String what = String.valueOf(row.get("what"));
    return switch (String.valueOf(row.get("row"))) {
      case "wire-table" -> new Target(0.9, Kind.RATIO);
      case "table-wire" -> new Target(0.8, Kind.RATIO);
      case "delay" -> what.contains(" 5,000 ") ? new Target(10, Kind.AT_MOST) : NONE;
      case "cpu" -> new Target(1, Kind.AT_MOST);
      case "resync" -> new Target(0.5, Kind.AT_MOST);
      case "start" -> what.contains("datagram") ? new Target(600, Kind.AT_MOST) : NONE;
      case "idle" -> what.contains("resident") ? new Target(100, Kind.AT_MOST) : NONE;
      case "memory" -> new Target(what.contains("IPv6") ? 144 : 80, Kind.AT_MOST);
      // The address of a sender that is not the last one's is a new object.
      case "allocation" -> what.contains("two senders") ? NONE : new Target(0, Kind.NOTHING);
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
    return switch (kind) {
      case AT_MOST -> String.format(Locale.ROOT, value < 1 ? "<= %.1f" : "<= %.0f", value);
      case NOTHING -> "0";
      case RATIO -> String.format(Locale.ROOT, "ratio >= %.1f", value);
    };
  }

  /** Whether a number reaches it; empty without a target, or without a number. */
  String verdict(double number) {
    if (isNone() || Double.isNaN(number)) {
      return "";
    }
    boolean met =
        switch (kind) {
          case AT_MOST -> number <= value;
          case NOTHING -> number < ALLOCATES_BYTES;
          case RATIO -> number >= value;
        };
    return met ? MET : MISSED;
  }
}

package org.ipvssync.command;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;

/** Times of captures: ISO 8601, UTC, microseconds. */
final class WireTime {
  private static final DateTimeFormatter FORMAT =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'")
          .toFormatter(Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private WireTime() {}

  /** The time so many nanoseconds after the beginning of 1970. */
  static String text(long nanos) {
    return FORMAT.format(
        Instant.ofEpochSecond(
            Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L)));
  }
}

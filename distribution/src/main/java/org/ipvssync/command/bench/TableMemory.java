package org.ipvssync.command.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a connection needs of memory, all in: resident with all of them less resident empty. */
final class TableMemory {
  private static final double MIB = 1 << 20;

  private TableMemory() {}

  /**
   * The line.
   *
   * @param what the connections are, such as {@code IPv4}
   * @param empty of the node before they came
   * @param full of the same node, with them
   */
  static Row row(String what, int connections, ProcessMemory empty, ProcessMemory full) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("connections", connections);
    details.put("emptyRssBytes", empty.rssBytes());
    details.put("rssBytes", full.rssBytes());
    details.put("pssBytes", full.pssBytes());
    return new Row(
        Work.MEMORY,
        String.format(Locale.ROOT, "memory, %,d %s", connections, what),
        "bytes/connection",
        (double) (full.rssBytes() - empty.rssBytes()) / connections,
        Double.NaN,
        0,
        String.format(
            Locale.ROOT,
            "%.1f MiB resident, %.1f MiB before",
            full.rssBytes() / MIB,
            empty.rssBytes() / MIB),
        details);
  }
}

package org.ipvssync.lab;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.ToIntFunction;
import org.ipvssync.lab.Failover.Alive;
import org.ipvssync.lab.Failover.Outcome;
import org.ipvssync.lab.Failover.Setup;
import org.ipvssync.lab.Failover.Variant;

/** What became of the sessions, as the table of the README. */
final class FailoverTable {
  private static final String NOTE =
      """

      Sessions that are alive, of %d busy / %d slow / %d idle ones, after the failover and, in the
      next three columns, after the failback; where runs differ, the fewest and the most. Busy: ten
      messages a second; slow: one in two seconds; idle: none before the check after the failback,
      so that after the failover those count that nobody has ended. Opened meanwhile: of %d opened
      after the failover / of %<d opened some three seconds before the address moved back. Best
      tuned: sync_threshold "0 1" and preempt_delay 15.
      """
          .formatted(Failover.BUSY, Failover.SLOW, Failover.IDLE, Failover.FEW);

  private FailoverTable() {}

  /** Markdown, a line for each setup and topology. */
  static String of(Collection<Outcome> outcomes) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(
        List.of(
            "",
            "",
            "runs",
            "failover",
            "failback",
            "servers changed",
            "nodes killed",
            "opened meanwhile"));
    for (Setup setup : Setup.values()) {
      for (Topology.Kind kind : Topology.Kind.values()) {
        List<Outcome> some =
            outcomes.stream()
                .filter(outcome -> outcome.of().setup() == setup && outcome.of().kind() == kind)
                .toList();
        if (some.isEmpty()) {
          continue;
        }
        lines.add(
            List.of(
                setup.text,
                kind == Topology.Kind.NAT ? "NAT" : "direct routing",
                Integer.toString(some.size()),
                alive(some.stream().map(Outcome::afterFailover).toList()),
                alive(back(some, Variant.PLAIN)),
                alive(back(some, Variant.SERVERS)),
                alive(back(some, Variant.KILLS)),
                "%s / %s".formatted(range(some, Outcome::between), range(some, Outcome::last))));
      }
    }
    return aligned(lines) + NOTE;
  }

  private static List<Alive> back(List<Outcome> outcomes, Variant variant) {
    return outcomes.stream()
        .filter(outcome -> outcome.of().variant() == variant)
        .map(Outcome::afterFailback)
        .toList();
  }

  private static String alive(List<Alive> runs) {
    if (runs.isEmpty()) {
      return "";
    }
    return "%s / %s / %s"
        .formatted(range(runs, Alive::busy), range(runs, Alive::slow), range(runs, Alive::idle));
  }

  private static <T> String range(List<T> runs, ToIntFunction<T> count) {
    int min = runs.stream().mapToInt(count).min().orElseThrow();
    int max = runs.stream().mapToInt(count).max().orElseThrow();
    return min == max ? Integer.toString(min) : min + "–" + max;
  }

  private static String aligned(List<List<String>> lines) {
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < lines.size(); row++) {
      StringBuilder rule = new StringBuilder("|");
      text.append('|');
      for (int column = 0; column < lines.getFirst().size(); column++) {
        int at = column;
        int width = lines.stream().mapToInt(line -> line.get(at).length()).max().orElseThrow();
        text.append((" %-" + Math.max(1, width) + "s |").formatted(lines.get(row).get(column)));
        rule.append("-".repeat(width + 2)).append('|');
      }
      text.append('\n');
      if (row == 0) {
        text.append(rule).append('\n');
      }
    }
    return text.toString();
  }
}

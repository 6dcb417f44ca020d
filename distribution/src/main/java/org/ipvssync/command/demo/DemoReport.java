package org.ipvssync.command.demo;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.ipvssync.command.child.Delays;

/** Says how the demonstration ended, for people and for programs. */
final class DemoReport {
  private DemoReport() {}

  /** One object on one line; its field names are a promise to programs. */
  static String json(DemoOptions options, DemoResult result) throws IOException {
    Verdict.Result verdict = result.verdict();
    Verdict.Counts connections = verdict.connections();
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("rate", Math.round(result.rate()));
    object.put("connections", result.connections());
    object.put("synced", connections.synced());
    object.put("lost", verdict.lost());
    object.put("unsent", connections.unsent());
    object.put("expired", connections.expired());
    object.put("reopened", result.reopened());
    object.put("extra", verdict.extra());
    object.put("templates", templates(verdict.templates()));
    object.put("swaps", result.swaps().swaps());
    if (options.swap()) {
      object.put("swapPauseMicros", Map.of("max", result.swaps().longestMicros()));
      object.put("swapsWaited", result.swaps().waited());
    }
    object.put("datagrams", result.wire().datagrams());
    object.put("records", result.wire().records());
    object.put("bytes", result.wire().bytes());
    object.put("bytesPerConnection", Math.round(10 * result.bytesPerConnection()) / 10.0);
    object.put("delayMicros", delay(result.delays()));
    object.put("takeoverMillis", result.takeoverMillis());
    object.put("warmUpMillis", result.warmUpMillis());
    object.put("flushIntervalMillis", options.flushIntervalMs());
    object.put("seed", options.seed());
    object.put("missedByTap", result.missed());
    object.put("backupDrops", result.backupDrops());
    return JSON.std.asString(object);
  }

  private static Map<String, Object> templates(Verdict.Counts counts) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("synced", counts.synced());
    object.put("lost", counts.lost());
    object.put("unsent", counts.unsent());
    object.put("expired", counts.expired());
    return object;
  }

  private static Map<String, Object> delay(Delays delays) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("p50", delays.p50());
    object.put("p99", delays.p99());
    object.put("max", delays.max());
    return object;
  }

  /** Some lines. */
  static void text(DemoOptions options, DemoResult result, PrintStream out) {
    Verdict.Result verdict = result.verdict();
    Verdict.Counts connections = verdict.connections();
    Verdict.Counts templates = verdict.templates();
    line(out, "");
    line(out, "Verdict, connection by connection: %,d were opened", result.connections());
    row(out, "synced", connections.synced(), "on the promoted node as the workload left them");
    row(
        out,
        "unsent",
        connections.unsent(),
        "changed in the last "
            + options.flushIntervalMs()
            + " ms before the kill, and only that"
            + " is missing");
    row(out, "lost", verdict.lost(), "changed before that, and missing or older");
    row(out, "expired", connections.expired(), "ended so long ago that their life was over");
    row(out, "reopened", result.reopened(), "another one has taken their client port since");
    row(out, "extra", verdict.extra(), "rows that nobody made, or that outlive their connection");
    verdict.examples().forEach(example -> line(out, "    %s", example));
    line(
        out,
        "Templates: %,d made, %,d synced, %,d unsent, %,d lost",
        templates.sum(),
        templates.synced(),
        templates.unsent(),
        templates.lost());
    wire(out, result);
    if (!verdict.isGood() && result.delays().p99() > 1_000L * options.flushIntervalMs()) {
      line(
          out,
          "This machine was too slow or too busy for this rate: try a lower --rate, or a longer"
              + " --flush-interval than %d ms.",
          options.flushIntervalMs());
    }
    if (options.swap()) {
      line(
          out,
          "swaps %,d, longest pause %s, %,d updates waited",
          result.swaps().swaps(),
          Progress.millis(result.swaps().longestMicros()),
          result.swaps().waited());
    }
    line(out, verdict.isGood() ? "Nothing lost." : "FAILED: something was lost or made up.");
  }

  private static void wire(PrintStream out, DemoResult result) {
    WireCount wire = result.wire();
    line(
        out,
        "Wire: %,d datagrams, %,d records, %s; %.1f bytes a connection",
        wire.datagrams(),
        wire.records(),
        Progress.bytes(wire.bytes()),
        result.bytesPerConnection());
    if (result.missed() > 0 || !result.backupDrops().isEmpty()) {
      line(
          out,
          "      %,d datagrams missed by the measuring socket; dropped by the backup: %s",
          result.missed(),
          result.backupDrops());
    }
    line(
        out,
        "Delay from a change given to the master until it is on the wire: p50 %s, p99 %s, max %s",
        Progress.millis(result.delays().p50()),
        Progress.millis(result.delays().p99()),
        Progress.millis(result.delays().max()));
  }

  private static void row(PrintStream out, String what, long count, String meaning) {
    line(out, "  %-8s %,11d  %s", what, count, meaning);
  }

  private static void line(PrintStream out, String format, Object... arguments) {
    out.printf(Locale.ROOT, format + "%n", arguments);
  }
}

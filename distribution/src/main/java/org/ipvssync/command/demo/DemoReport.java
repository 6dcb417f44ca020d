package org.ipvssync.command.demo;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Says how the demonstration ended, for people and for programs. */
final class DemoReport {
  private DemoReport() {}

  /** One object on one line; its field names are a promise to programs. */
  static String json(DemoOptions options, DemoResult result) throws IOException {
    Verdict.Result verdict = result.verdict();
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("rate", Math.round(result.rate()));
    object.put("connections", result.connections());
    object.put("synced", verdict.synced());
    object.put("lost", verdict.lost());
    object.put("unsent", verdict.unsent());
    object.put("swaps", 0);
    object.put("datagrams", result.datagrams());
    object.put("bytesPerConnection", Math.round(10 * result.bytesPerConnection()) / 10.0);
    Map<String, Object> delay = new LinkedHashMap<>();
    delay.put("p50", result.delays().p50());
    delay.put("p99", result.delays().p99());
    delay.put("max", result.delays().max());
    object.put("delayMicros", delay);
    object.put("extra", verdict.extra());
    object.put("expired", verdict.expired());
    object.put("entries", verdict.entries());
    object.put("templates", verdict.templates());
    object.put("reopened", result.reopened());
    object.put("records", result.records());
    object.put("bytes", result.bytes());
    object.put("missedByTap", result.missed());
    object.put("warmUpMillis", options.warmUpMs());
    object.put("takeoverMillis", result.takeoverMillis());
    object.put("flushIntervalMillis", options.flushIntervalMs());
    object.put("seed", options.seed());
    object.put("backupDrops", result.backupDrops());
    return JSON.std.asString(object);
  }

  /** Some lines. */
  static void text(DemoOptions options, DemoResult result, PrintStream out) {
    Verdict.Result verdict = result.verdict();
    out.printf(
        Locale.ROOT,
        "%nVerdict over %,d entries (%,d connections opened, %,d of them on a client port used"
            + " again; %,d templates):%n",
        verdict.entries(),
        result.connections(),
        result.reopened(),
        verdict.templates());
    row(out, "synced", verdict.synced(), "on the promoted node as the workload left them");
    row(
        out,
        "unsent",
        verdict.unsent(),
        "changed in the last " + options.flushIntervalMs() + " ms before the kill only");
    row(out, "lost", verdict.lost(), "changed before that, and missing or older");
    row(out, "expired", verdict.expired(), "their life was over");
    row(out, "extra", verdict.extra(), "rows that nobody made, or that outlive their connection");
    verdict.examples().forEach(example -> out.println("    " + example));
    out.printf(
        Locale.ROOT,
        "Wire: %,d datagrams, %,d records, %s; %.1f bytes a connection%n",
        result.datagrams(),
        result.records(),
        Progress.bytes(result.bytes()),
        result.bytesPerConnection());
    if (result.missed() > 0 || !result.backupDrops().isEmpty()) {
      out.printf(
          Locale.ROOT,
          "      %,d datagrams missed by the measuring socket; dropped by the backup: %s%n",
          result.missed(),
          result.backupDrops());
    }
    out.printf(
        Locale.ROOT,
        "Delay from a change given to the master until it is on the wire, after %.1f s of warming"
            + " up: p50 %s, p99 %s, max %s%n",
        options.warmUpMs() / 1e3,
        Progress.millis(result.delays().p50()),
        Progress.millis(result.delays().p99()),
        Progress.millis(result.delays().max()));
    out.println(verdict.isGood() ? "Nothing lost." : "FAILED: connections were lost or made up.");
  }

  private static void row(PrintStream out, String what, long count, String meaning) {
    out.printf(Locale.ROOT, "  %-8s %,11d  %s%n", what, count, meaning);
  }
}

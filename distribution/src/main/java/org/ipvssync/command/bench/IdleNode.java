package org.ipvssync.command.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a node needs that does nothing: a backup link in a group in which nobody speaks. It is
 * looked at while other parts are measured, since nothing of them reaches it.
 */
final class IdleNode implements AutoCloseable {
  private static final double MIB = 1 << 20;
  private static final int HEAVIEST = 3;

  /** Until then it starts, and asks for a table that nobody has. */
  private static final long BEGIN_MS = 6_500;

  private static final int FULL_S = 60;

  private final BenchTools tools;
  private final BenchNode node;
  private final long startNanos = System.nanoTime();
  private ProcessCpu begin;

  private IdleNode(BenchTools tools, BenchNode node) {
    this.tools = tools;
    this.node = node;
  }

  /** Starts it. */
  static IdleNode start(BenchTools tools) throws IOException, InterruptedException {
    BenchNode node = tools.start("idle", StartTime.configuration(tools.group()));
    return new IdleNode(tools, node);
  }

  /** From here on it counts, if it has been alive long enough; else somewhat later. */
  void begin() throws IOException, InterruptedException {
    sleepUntil(startNanos, Math.min(BEGIN_MS, ChangeCpu.TIMES * tools.options().millis()));
    begin = ProcessCpu.of(node.pid());
  }

  /** Waits until it was long enough. */
  List<Row> measure() throws IOException, InterruptedException {
    long millis = tools.options().millis();
    sleepUntil(
        begin.atNanos(), tools.options().full() ? FULL_S * 1_000L : ChangeCpu.TIMES * millis);
    ProcessCpu end = ProcessCpu.of(node.pid());
    ProcessMemory memory = ProcessMemory.of(node.pid());
    double percent = end.percentSince(begin);
    double seconds = (end.atNanos() - begin.atNanos()) / 1e9;
    Map<String, Object> ofCpu = new LinkedHashMap<>();
    ofCpu.put("seconds", seconds);
    ofCpu.put("cpuNanos", Math.round(percent / 100 * seconds * 1e9));
    ofCpu.put("heaviestThreads", end.heaviestSince(begin, HEAVIEST));
    Map<String, Object> ofMemory = new LinkedHashMap<>();
    ofMemory.put("rssBytes", memory.rssBytes());
    ofMemory.put("pssBytes", memory.pssBytes());
    return List.of(
        new Row(
            Work.IDLE,
            "idle node, resident",
            "MiB",
            memory.rssBytes() / MIB,
            Double.NaN,
            0,
            String.format(Locale.ROOT, "%.1f MiB PSS", memory.pssBytes() / MIB),
            ofMemory),
        new Row(
            Work.IDLE,
            "idle node, CPU",
            "% of a core",
            percent,
            Double.NaN,
            0,
            String.format(Locale.ROOT, "over %.0f s", seconds),
            ofCpu));
  }

  @Override
  public void close() throws IOException {
    node.close();
    node.process().end();
  }

  private static void sleepUntil(long sinceNanos, long millis) throws InterruptedException {
    long left = millis - (System.nanoTime() - sinceNanos) / 1_000_000;
    if (left > 0) {
      Thread.sleep(left);
    }
  }
}

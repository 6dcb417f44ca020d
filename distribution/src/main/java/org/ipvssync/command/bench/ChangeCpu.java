package org.ipvssync.command.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What each of two nodes needs of a processor at 5,000 changes a second, which come to the master
 * in full datagrams, as a kernel sends them.
 */
final class ChangeCpu {
  private static final int RATE = 5_000;

  /** So many times a measured part's length, or little is used to measure. */
  static final int TIMES = 7;

  private static final long FLOOR_MS = 1_000;
  private static final long SETTLE_MS = 1_000;
  private static final int WARM_UP_DATAGRAMS = 20_000;
  private static final int WARM_UP_PER_SECOND = 50_000;
  private static final int HEAVIEST = 3;
  private static final int FULL_S = 60;

  private final BenchTools tools;
  private final int together;

  ChangeCpu(BenchTools tools) {
    this.tools = tools;
    this.together = PreparedDatagrams.recordsADatagram(tools.codec(), false);
  }

  /** Measures the floor, then both nodes. */
  List<Row> measure(Relay relay) throws IOException, InterruptedException {
    long millis = tools.options().full() ? FULL_S * 1_000L : TIMES * tools.options().millis();
    Floor floor = floor(Math.min(FLOOR_MS, millis));
    relay.feed().feed(RATE, together, Math.min(SETTLE_MS, millis));
    Relay.Begin begin = relay.begin();
    ProcessCpu master = ProcessCpu.of(relay.master().pid());
    ProcessCpu backup = ProcessCpu.of(relay.backup().pid());
    relay.feed().feed(RATE, together, millis);
    ProcessCpu masterEnd = ProcessCpu.of(relay.master().pid());
    ProcessCpu backupEnd = ProcessCpu.of(relay.backup().pid());
    Relay.Outcome outcome = relay.await(begin);
    List<Row> rows = new ArrayList<>();
    rows.add(row("master", master, masterEnd, floor.receive() + floor.send(), outcome));
    rows.add(row("backup", backup, backupEnd, floor.receive(), outcome));
    return rows;
  }

  private Row row(
      String role, ProcessCpu begin, ProcessCpu end, double floor, Relay.Outcome outcome) {
    double percent = end.percentSince(begin);
    Map<String, Double> heaviest = end.heaviestSince(begin, HEAVIEST);
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("seconds", (end.atNanos() - begin.atNanos()) / 1e9);
    details.put("changes", outcome.told());
    details.put("lost", outcome.lost());
    details.put("microsAChange", percent / 100 * 1e6 / RATE);
    details.put("heaviestThreads", heaviest);
    tools.say("  %s: %.2f%% of a core", role, percent);
    return new Row(
        Work.CPU,
        String.format(Locale.ROOT, "CPU of the %s, %,d changes/s", role, RATE),
        "% of a core",
        percent,
        floor,
        outcome.uncounted(),
        heaviest.entrySet().stream()
            .map(e -> String.format(Locale.ROOT, "%s %.2f", e.getKey(), e.getValue()))
            .collect(Collectors.joining(", ")),
        details);
  }

  /** In percent of a processor. */
  private record Floor(double receive, double send) {}

  /** As many datagrams a second through bare sockets. */
  private Floor floor(long millis) throws IOException {
    BenchGroup group = tools.group();
    try (BareProcess receiver = BareProcess.start(group, BareReceiver.Mode.COUNT);
        DatagramChannel channel = group.openSender()) {
      ByteBuffer datagram = ByteBuffer.allocateDirect(PreparedDatagrams.MAX_LENGTH);
      Pace warm = new Pace(WARM_UP_PER_SECOND);
      for (int i = 0; i < WARM_UP_DATAGRAMS; i++) {
        warm.await();
        channel.write(datagram.clear());
      }
      ProcessCpu begin = ProcessCpu.of(receiver.pid());
      long sendBegin = ProcessCpu.ofThisThread();
      Pace pace = new Pace((double) RATE / together);
      while (pace.elapsedNanos() < millis * 1_000_000) {
        pace.await();
        channel.write(datagram.clear());
      }
      long sendNanos = ProcessCpu.ofThisThread() - sendBegin;
      ProcessCpu end = ProcessCpu.of(receiver.pid());
      return new Floor(
          end.percentSince(begin, BareReceiver.THREAD),
          100.0 * sendNanos / (end.atNanos() - begin.atNanos()));
    }
  }
}

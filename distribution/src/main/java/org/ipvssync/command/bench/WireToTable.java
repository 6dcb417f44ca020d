package org.ipvssync.command.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** How many datagrams a second come off the wire into a table that holds all connections. */
final class WireToTable {
  private static final long WARM_UP_MS = 2_000;
  private static final long FLOOR_WARM_UP_MS = 500;

  private final BenchTools tools;

  WireToTable(BenchTools tools) {
    this.tools = tools;
  }

  /**
   * What was blasted at a node, and what became of it.
   *
   * @param received datagrams a second
   * @param records a second
   * @param sent datagrams a second
   * @param balance of all datagrams
   * @param softnetDrops packets that the kernel dropped before any socket
   */
  private record Blast(
      double received, double records, double sent, Balance balance, long softnetDrops) {}

  /** Measures the floor, the node, and the floor again. */
  Row measure(Holder holder) throws IOException, InterruptedException {
    long millis = tools.options().millis();
    double before = floor(holder.datagrams(), millis / 2);
    tools.say("  bare receiver: %,.0f datagrams a second", before);
    Blast blast = blast(holder, millis);
    tools.say("  node: %,.0f datagrams a second", blast.received());
    double after = floor(holder.datagrams(), millis / 2);
    tools.say("  bare receiver: %,.0f datagrams a second", after);
    Balance balance = blast.balance();
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("connections", holder.datagrams().connections());
    details.put("datagramBytes", holder.datagrams().length());
    details.put("recordsPerSecond", Math.round(blast.records()));
    details.put("floorBefore", Math.round(before));
    details.put("floorAfter", Math.round(after));
    details.put("sentPerSecond", Math.round(blast.sent()));
    details.put("sent", balance.sent());
    details.put("received", balance.received());
    details.put("socketDrops", balance.socketDrops());
    details.put("otherDrops", balance.otherDrops());
    details.put("softnetDrops", blast.softnetDrops());
    return new Row(
        Work.WIRE_TABLE,
        "wire to table",
        "datagrams/s",
        blast.received(),
        (before + after) / 2,
        balance.uncounted(),
        note(blast),
        details);
  }

  private static String note(Blast blast) {
    String note =
        String.format(
            Locale.ROOT,
            "%.2f M records/s; %,d of %,d sent found the socket full",
            blast.records() / 1e6,
            blast.balance().socketDrops(),
            blast.balance().sent());
    return blast.softnetDrops() == 0
        ? note
        : note
            + String.format(
                Locale.ROOT,
                "; %,d packets were dropped before any socket (net.core.netdev_max_backlog)",
                blast.softnetDrops());
  }

  private Blast blast(Holder holder, long millis) throws IOException, InterruptedException {
    BenchNode node = holder.node();
    BenchNode.Look begin = node.look();
    long softnetBegin = SoftnetDrops.now();
    try (Blaster blaster = Blaster.start(holder.datagrams(), holder.group())) {
      Thread.sleep(Math.min(WARM_UP_MS, 2 * millis));
      BenchNode.Look from = node.look();
      Thread.sleep(millis);
      BenchNode.Look to = node.look();
      long sent = blaster.stop();
      return new Blast(
          rate(from, to, "datagrams"),
          rate(from, to, "records"),
          blaster.perSecond(),
          Balance.await(node, begin, sent),
          SoftnetDrops.now() - softnetBegin);
    }
  }

  private static double rate(BenchNode.Look from, BenchNode.Look to, String counter)
      throws IOException {
    long count = to.backup().number(counter) - from.backup().number(counter);
    return count * 1e9 / (to.atNanos() - from.atNanos());
  }

  private double floor(PreparedDatagrams datagrams, long millis)
      throws IOException, InterruptedException {
    BenchGroup group = tools.group();
    try (BareProcess bare = BareProcess.start(group, BareReceiver.Mode.COUNT);
        Blaster blaster = Blaster.start(datagrams, group)) {
      Thread.sleep(Math.min(FLOOR_WARM_UP_MS, millis));
      BareProcess.Look from = bare.look();
      Thread.sleep(millis);
      BareProcess.Look to = bare.look();
      blaster.stop();
      return (to.count() - from.count()) * 1e9 / (to.atNanos() - from.atNanos());
    }
  }
}

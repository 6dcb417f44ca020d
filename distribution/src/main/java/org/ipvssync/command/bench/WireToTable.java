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

  /** Measures the floor, the node, and the floor again. */
  Row measure(Holder holder) throws IOException, InterruptedException {
    long millis = tools.options().millis();
    double before = floor(holder.datagrams(), millis / 2);
    tools.say("  bare receiver: %,.0f datagrams a second", before);
    BenchNode node = holder.node();
    BenchNode.Look begin = node.look();
    BenchNode.Look from;
    BenchNode.Look to;
    long sent;
    double sentPerSecond;
    try (Blaster blaster = Blaster.start(holder.datagrams(), holder.group())) {
      Thread.sleep(Math.min(WARM_UP_MS, 2 * millis));
      from = node.look();
      Thread.sleep(millis);
      to = node.look();
      sent = blaster.stop();
      sentPerSecond = blaster.perSecond();
    }
    Balance balance = Balance.await(node, begin, sent);
    double received = rate(from, to, "datagrams");
    double records = rate(from, to, "records");
    tools.say("  node: %,.0f datagrams a second", received);
    double after = floor(holder.datagrams(), millis / 2);
    tools.say("  bare receiver: %,.0f datagrams a second", after);
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("connections", holder.datagrams().connections());
    details.put("datagramBytes", holder.datagrams().length());
    details.put("recordsPerSecond", Math.round(records));
    details.put("floorBefore", Math.round(before));
    details.put("floorAfter", Math.round(after));
    details.put("sentPerSecond", Math.round(sentPerSecond));
    details.put("sent", balance.sent());
    details.put("received", balance.received());
    details.put("socketDrops", balance.socketDrops());
    details.put("otherDrops", balance.otherDrops());
    return new Row(
        Work.WIRE_TABLE,
        "wire to table",
        "datagrams/s",
        received,
        (before + after) / 2,
        balance.uncounted(),
        String.format(
            Locale.ROOT,
            "%.2f M records/s; %,d of %,d sent found the socket full",
            records / 1e6,
            balance.socketDrops(),
            balance.sent()),
        details);
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

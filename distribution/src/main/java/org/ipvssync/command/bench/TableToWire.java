package org.ipvssync.command.bench;

import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ipvssync.command.child.Json;
import org.ipvssync.command.child.NodeStatus;

/**
 * How many datagrams a second go out when every connection has changed: full ones, so many as the
 * records fill, whatever they were sent in. The master's bundle is stopped while they change, so
 * they wait in the node; when it starts, they go as fast as they can.
 */
final class TableToWire {
  private static final String OUT = "out";
  private static final String BUNDLE = "org.ipvssync.role.master";
  private static final int ROUNDS = 6;
  private static final int FULL_ROUNDS = 15;
  private static final int COUNTED = 3;
  private static final int FULL_COUNTED = 9;

  /** What has not come by then, and was not counted as dropped, does not come any more. */
  private static final long QUIET_NANOS = 4_000_000_000L;

  private static final long LOOK_MS = 5;

  private final BenchTools tools;
  private long uncounted;
  private long dropped;

  TableToWire(BenchTools tools) {
    this.tools = tools;
  }

  /**
   * Measures the node, then the floor.
   *
   * @param conf the node's configuration folder
   */
  Row measure(Holder holder, Path conf) throws IOException, InterruptedException {
    BenchGroup group = tools.group();
    List<Double> node;
    holder.node().stopResync();
    try (BareProcess receiver = BareProcess.start(group, BareReceiver.Mode.TIMES)) {
      Files.write(
          conf.resolve(BUNDLE + "-" + OUT + ".cfg"),
          // No copies: they are another way than that of changes.
          group.masterLink("refreshPeriodS=0"),
          StandardCharsets.UTF_8);
      holder.node().awaitUp("master");
      node = new ArrayList<>();
      for (int i = 0; i < rounds(); i++) {
        node.add(round(holder, group, receiver));
        tools.say("  node: %,.0f datagrams a second", node.getLast());
      }
      holder.node().run("ipvs:stop " + BUNDLE);
    }
    List<Double> floor = floor(holder.datagrams());
    tools.say("  bare sender: %,.0f datagrams a second", median(floor));
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("connections", holder.datagrams().connections());
    details.put("datagramBytes", holder.datagrams().length());
    details.put("rounds", node.stream().map(Math::round).toList());
    details.put("floorRounds", floor.stream().map(Math::round).toList());
    details.put("dropsOfBareReceiver", dropped);
    double median = median(node);
    return new Row(
        Work.TABLE_WIRE,
        "table to wire",
        "datagrams/s",
        median,
        median(floor),
        uncounted,
        String.format(
            Locale.ROOT,
            "%.2f M records/s; median of %d bursts of %,d connections",
            median * aDatagram() / 1e6,
            counted(),
            holder.datagrams().connections()),
        details);
  }

  private int rounds() {
    return tools.options().full() ? FULL_ROUNDS : ROUNDS;
  }

  private int counted() {
    return tools.options().full() ? FULL_COUNTED : COUNTED;
  }

  private int aDatagram() {
    return PreparedDatagrams.recordsADatagram(tools.codec(), false);
  }

  private double round(Holder holder, BenchGroup group, BareProcess receiver)
      throws IOException, InterruptedException {
    BenchNode node = holder.node();
    int connections = holder.datagrams().connections();
    node.run("ipvs:stop " + BUNDLE);
    holder.change(TableToWire::waiting);
    BareProcess.Look before = receiver.reset();
    long dropsBefore = group.socketDrops();
    node.run("ipvs:start " + BUNDLE);
    // The link is a new one: its counters began with this round.
    node.await(
        "all changes are sent",
        s -> s.link("master").map(l -> l.records() >= connections).orElse(false));
    // In the look that counts the last record its datagram may not be counted yet.
    NodeStatus.Link link = node.look().master();
    long sent = link.number("datagrams");
    BareProcess.Look after = awaitAll(receiver, before, sent, group, dropsBefore);
    long drops = group.socketDrops() - dropsBefore;
    dropped += drops;
    uncounted += sent - (after.count() - before.count()) - drops;
    double full = (double) link.records() / aDatagram();
    return full * 1e9 / (after.latestNanos() - after.firstNanos());
  }

  /** What waits in the node for the link that is not there. */
  private static long waiting(NodeStatus status) {
    if (status.all().get("parked") instanceof List<?> ways) {
      for (Object each : ways) {
        Map<String, Object> way = Json.object(each);
        if (Json.text(way, "name").equals(OUT)) {
          return Json.number(way, "waiting");
        }
      }
    }
    return 0;
  }

  /** Waits until all came or were counted as dropped, or nothing more is to be expected. */
  private static BareProcess.Look awaitAll(
      BareProcess receiver, BareProcess.Look before, long sent, BenchGroup group, long dropsBefore)
      throws IOException, InterruptedException {
    BareProcess.Look look = receiver.look();
    long begin = look.atNanos();
    while (look.count() - before.count() + group.socketDrops() - dropsBefore < sent
        && look.atNanos() - Math.max(begin, look.latestNanos()) < QUIET_NANOS) {
      Thread.sleep(LOOK_MS);
      look = receiver.look();
    }
    if (look.count() == before.count()) {
      throw new IOException("its master link has sent nothing");
    }
    return look;
  }

  private List<Double> floor(PreparedDatagrams datagrams) throws IOException, InterruptedException {
    BenchGroup group = tools.group();
    List<Double> rounds = new ArrayList<>();
    try (BareProcess receiver = BareProcess.start(group, BareReceiver.Mode.TIMES);
        DatagramChannel channel = group.openSender()) {
      for (int i = 0; i < rounds(); i++) {
        BareProcess.Look before = receiver.reset();
        long dropsBefore = group.socketDrops();
        datagrams.sendAll(channel);
        BareProcess.Look after = awaitAll(receiver, before, datagrams.count(), group, dropsBefore);
        rounds.add(datagrams.count() * 1e9 / (after.latestNanos() - after.firstNanos()));
      }
    }
    return rounds;
  }

  /** Of the last rounds: the first ones warm up. */
  private double median(List<Double> rounds) {
    return Numbers.median(Numbers.last(rounds, counted()));
  }
}

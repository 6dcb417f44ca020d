package org.ipvssync.command.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ipvssync.command.child.Delays;

/**
 * How long a change takes from the moment at which the master is told until the backup has applied
 * it: until a member of their group has received it, by the clock of this process, and on from
 * there until it was applied, by the backup's own. The percentiles of both are added. How long a
 * datagram lay in the backup's own socket before it was read is in neither; it is as long as in the
 * member's, unless the backup itself stood still.
 */
final class ChangeDelay {
  private static final int[] RATES = {100, 5_000, 100_000};

  /** More datagrams a second than this are hard to send punctually. */
  private static final int DATAGRAMS_PER_SECOND = 5_000;

  /** Of a datagram with one record. */
  private static final int SHORTEST = 44;

  private final BenchTools tools;

  ChangeDelay(BenchTools tools) {
    this.tools = tools;
  }

  /** Changes in a datagram at a rate. */
  static int together(int rate) {
    return (rate + DATAGRAMS_PER_SECOND - 1) / DATAGRAMS_PER_SECOND;
  }

  /** Measures each rate, and before it the floor. */
  List<Row> measure(Relay relay) throws IOException, InterruptedException {
    long millis = tools.options().millis();
    List<Row> rows = new ArrayList<>();
    try (ChangeTap tap = ChangeTap.open(tools.codec(), relay.feed(), relay.between())) {
      BareProcess.Look floor = null;
      double floorOf = 0;
      for (int rate : RATES) {
        double datagrams = (double) rate / together(rate);
        if (floor == null || datagrams != floorOf) {
          floor = floor(datagrams, millis);
          floorOf = datagrams;
        }
        relay.renewBackup();
        Relay.Begin begin = relay.begin();
        tap.reset();
        relay.feed().feed(rate, together(rate), millis);
        Relay.Outcome outcome = relay.await(begin);
        rows.add(row(rate, tap.delays(), relay.backup().look().backup().delays(), outcome, floor));
      }
    }
    return rows;
  }

  private Row row(
      int rate, Delays wire, Delays apply, Relay.Outcome outcome, BareProcess.Look floor) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("changesPerSecond", rate);
    details.put("p50Micros", wire.p50() + apply.p50());
    details.put("p99Micros", wire.p99() + apply.p99());
    details.put("maxMicros", wire.max() + apply.max());
    details.put("toGroupMicros", micros(wire));
    details.put("receivedToAppliedMicros", micros(apply));
    details.put("floorP50Micros", floor.p50() / 1_000);
    details.put("floorMaxMicros", floor.max() / 1_000);
    details.put("told", outcome.told());
    details.put("applied", outcome.applied());
    details.put("coalesced", outcome.coalesced());
    details.put("lost", outcome.lost());
    double node = (wire.p99() + apply.p99()) / 1e3;
    tools.say("  %,d changes a second: p99 %.2f ms", rate, node);
    return new Row(
        Work.DELAY,
        String.format(Locale.ROOT, "delay, %,d changes/s", rate),
        "ms p99",
        node,
        floor.p99() / 1e6,
        outcome.uncounted(),
        String.format(
            Locale.ROOT,
            "p50 %.2f ms, max %.2f ms; %,d of %,d lost",
            (wire.p50() + apply.p50()) / 1e3,
            (wire.max() + apply.max()) / 1e3,
            outcome.lost(),
            outcome.told()),
        details);
  }

  private static Map<String, Object> micros(Delays delays) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("p50", delays.p50());
    object.put("p99", delays.p99());
    object.put("max", delays.max());
    return object;
  }

  /** A datagram through bare sockets, as many a second. */
  private BareProcess.Look floor(double perSecond, long millis) throws IOException {
    BenchGroup group = tools.group();
    try (BareProcess receiver = BareProcess.start(group, BareReceiver.Mode.DELAYS);
        DatagramChannel channel = group.openSender()) {
      send(channel, perSecond, Math.min(millis, 500));
      receiver.reset();
      send(channel, perSecond, millis / 2);
      return receiver.look();
    }
  }

  private static void send(DatagramChannel channel, double perSecond, long millis)
      throws IOException {
    ByteBuffer datagram = ByteBuffer.allocateDirect(SHORTEST);
    Pace pace = new Pace(perSecond);
    while (pace.elapsedNanos() < millis * 1_000_000) {
      pace.await();
      channel.write(datagram.clear().putLong(0, System.nanoTime()));
    }
  }
}

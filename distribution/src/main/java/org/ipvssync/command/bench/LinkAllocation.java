package org.ipvssync.command.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.ipvssync.command.child.NodeStatus;

/** What the threads of the links allocate while changes go from one node to another. */
final class LinkAllocation {
  private static final int RATE = 100_000;

  private final BenchTools tools;

  LinkAllocation(BenchTools tools) {
    this.tools = tools;
  }

  /** Measures both nodes; with the long form once more with senders that alternate. */
  List<Row> measure(Relay relay) throws IOException, InterruptedException {
    if (!ThreadAllocation.isKnown()) {
      return List.of(
          new Row(
              Work.ALLOCATION,
              "allocation of link threads",
              "bytes/record",
              Double.NaN,
              Double.NaN,
              0,
              "needs a JDK: the Java in use has no jcmd",
              Map.of()));
    }
    Probe ofBackup =
        new Probe("allocation of a backup link", relay.backup(), "backup", "ipvs-backup-in");
    Probe ofMaster =
        new Probe("allocation of a master link", relay.master(), "master", "ipvs-master-out");
    List<Row> rows = new ArrayList<>(measure(relay, List.of(ofBackup, ofMaster)));
    if (tools.options().full()) {
      relay.feed().alternate();
      // The master is who hears both.
      Probe ofTwo =
          new Probe(
              "allocation of a backup link, two senders",
              relay.master(),
              "backup",
              "ipvs-backup-in");
      rows.addAll(measure(relay, List.of(ofTwo)));
    }
    return rows;
  }

  /** Which thread. */
  private record Probe(String what, BenchNode node, String role, String thread) {
    Sample sample() throws IOException {
      OptionalLong bytes = ThreadAllocation.bytes(ThreadAllocation.print(node.pid()), thread);
      NodeStatus.Link link =
          node.look()
              .status()
              .link(role)
              .orElseThrow(() -> new IOException("the " + role + " link is gone"));
      return new Sample(bytes, link);
    }
  }

  /** Of one thread until a time. */
  private record Sample(OptionalLong bytes, NodeStatus.Link link) {}

  private List<Row> measure(Relay relay, List<Probe> probes)
      throws IOException, InterruptedException {
    long millis = tools.options().millis();
    int together = ChangeDelay.together(RATE);
    relay.feed().feed(RATE, together, Math.min(millis, 500));
    Relay.Begin begin = relay.begin();
    List<Sample> before = new ArrayList<>();
    for (Probe probe : probes) {
      before.add(probe.sample());
    }
    relay.feed().feed(RATE, together, millis);
    Relay.Outcome outcome = relay.await(begin);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < probes.size(); i++) {
      Probe probe = probes.get(i);
      rows.add(row(probe.what(), before.get(i), probe.sample(), outcome));
    }
    return rows;
  }

  private Row row(String what, Sample begin, Sample end, Relay.Outcome outcome) {
    long records = end.link().records() - begin.link().records();
    long datagrams = end.link().number("datagrams") - begin.link().number("datagrams");
    long bytes = end.bytes().orElse(0) - begin.bytes().orElse(0);
    boolean known = begin.bytes().isPresent() && end.bytes().isPresent() && records > 0;
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("bytes", known ? bytes : null);
    details.put("records", records);
    details.put("datagrams", datagrams);
    tools.say("  %s: %,d bytes for %,d records", what, bytes, records);
    return new Row(
        Work.ALLOCATION,
        what,
        "bytes/record",
        known ? (double) bytes / records : Double.NaN,
        Double.NaN,
        outcome.uncounted(),
        known
            ? String.format(
                Locale.ROOT,
                "%,d bytes for %,d records in %,d datagrams: %.1f a datagram",
                bytes,
                records,
                datagrams,
                (double) bytes / Math.max(1, datagrams))
            : "the JVM did not say",
        details);
  }
}

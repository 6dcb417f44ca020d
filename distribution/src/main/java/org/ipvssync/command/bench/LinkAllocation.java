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
    List<Row> rows = new ArrayList<>(measure(relay, ""));
    if (tools.options().full()) {
      relay.feed().alternate();
      rows.addAll(measure(relay, ", two senders"));
    }
    return rows;
  }

  /** Of one thread until a time. */
  private record Sample(OptionalLong bytes, NodeStatus.Link link) {
    static Sample of(BenchNode node, String role, String thread) throws IOException {
      OptionalLong bytes = ThreadAllocation.bytes(ThreadAllocation.print(node.pid()), thread);
      return new Sample(bytes, node.look().status().link(role).orElseThrow());
    }
  }

  private List<Row> measure(Relay relay, String how) throws IOException, InterruptedException {
    long millis = tools.options().millis();
    int together = ChangeDelay.together(RATE);
    relay.feed().feed(RATE, together, Math.min(millis, 500));
    Relay.Begin begin = relay.begin();
    Sample backup = Sample.of(relay.backup(), "backup", "ipvs-backup-in");
    Sample master = Sample.of(relay.master(), "master", "ipvs-master-out");
    relay.feed().feed(RATE, together, millis);
    Relay.Outcome outcome = relay.await(begin);
    return List.of(
        row(
            "allocation of a backup link" + how,
            backup,
            Sample.of(relay.backup(), "backup", "ipvs-backup-in"),
            outcome),
        row(
            "allocation of a master link" + how,
            master,
            Sample.of(relay.master(), "master", "ipvs-master-out"),
            outcome));
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
                "%,d bytes for %,d records in %,d datagrams",
                bytes,
                records,
                datagrams)
            : "the JVM did not say",
        details);
  }
}

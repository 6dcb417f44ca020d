package org.ipvssync.lab;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.ipvssync.lab.VerdictTables.Difference;

/** A kernel backup and one of ours, side by side in one namespace; a neighbour sends to both. */
final class VerdictRig {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String GROUP = "224.0.0.81";
  private static final int PORT = 8848;
  private static final int LAST_RANGE = 0xffff;
  private static final int READS = 3;
  private static final int SIDE_BY_SIDE = 50;

  /** In place of a datagram's length. */
  private static final int PAUSE = 0xffff;

  private final Guest guest;
  private final Path sender;
  private SyncdNode node;
  private int syncId;
  private int tables;
  private int runs;
  private int ranges;

  /** What one run of datagrams left. */
  record Outcome(VerdictTables tables, List<Difference> differences) {}

  VerdictRig(Guest guest) throws IOException {
    this.guest = guest;
    sender = guest.folder().resolve("verdict.py");
    if (!Files.exists(sender)) {
      try (var resource = VerdictRig.class.getResourceAsStream("verdict.py")) {
        Files.copy(resource, sender);
      }
    }
    // Both backups may fall behind for a moment; nothing may be lost then.
    guest.run("sysctl -q -w net.core.rmem_max=33554432 net.core.rmem_default=33554432");
  }

  /**
   * New, empty tables.
   *
   * @param id sync id that both backups take; 0 for every one
   */
  void renew(int id) {
    syncId = id;
    if (node != null) {
      node.kill9();
      guest.run("ip netns del backup; ip netns del sender");
    }
    guest.run(
        """
        ip netns add sender; ip netns add backup
        ip -n sender link add out type veth peer name sync netns backup
        for end in 'sender out 1' 'backup sync 2'; do
          set -- $end
          ip -n $1 addr add 10.3.0.$3/24 dev $2
          ip -n $1 link set $2 up
          ip -n $1 link set lo up
        done
        """);
    Namespace backup = guest.in("backup");
    backup.run("ipvsadm --start-daemon=backup --mcast-interface=sync --syncid=" + syncId);
    node = new SyncdNode(backup, "verdict" + ++tables);
    node.command(
        "--start-daemon=backup", "--mcast-interface=sync", "--syncid=" + syncId, "--no-kernel");
    ranges = 0;
  }

  SyncdNode node() {
    return node;
  }

  /** New, empty tables as the last ones. */
  void renew() {
    renew(syncId);
  }

  /** Sees to it that so many cases can have clients of their own; in new tables if need be. */
  void needRanges(int count) {
    if (ranges + count > LAST_RANGE) {
      renew();
    }
  }

  /** Clients that these tables have not seen. */
  ClientRange nextRange() {
    return new ClientRange(ranges++);
  }

  /** Sends the cases one after the other and compares the tables. */
  Outcome run(List<VerdictCase> cases) throws IOException {
    Path file = guest.folder().resolve("datagrams." + ++runs);
    Files.write(file, script(cases));
    Outcome outcome = read(" " + Guest.OUT + "/" + file.getFileName());
    // The kernel's list may leave rows out while others expire; what is so stays so.
    for (int i = 1; i < READS && !outcome.differences().isEmpty(); i++) {
      LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
      Set<String> before = VerdictTables.rowsOf(outcome.differences());
      Outcome again = read("");
      List<Difference> stay = new ArrayList<>(again.differences());
      stay.removeIf(d -> !before.contains(d.row().text()));
      outcome = new Outcome(again.tables(), stay);
    }
    Files.delete(file);
    return outcome;
  }

  /**
   * The datagrams in the order in which they are sent: first ones of some cases, a pause, second
   * ones. A kernel forgets an entry that was replaced at its next timer tick; until then a record
   * may meet it again, which nobody should copy.
   */
  private static byte[] script(List<VerdictCase> cases) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (int from = 0; from < cases.size(); from += SIDE_BY_SIDE) {
      List<VerdictCase> some = cases.subList(from, Math.min(from + SIDE_BY_SIDE, cases.size()));
      int rounds = some.stream().mapToInt(one -> one.datagrams().size()).max().orElse(0);
      for (int round = 0; round < rounds; round++) {
        for (VerdictCase one : some) {
          if (round < one.datagrams().size()) {
            out.writeShort(one.datagrams().get(round).length);
            out.write(one.datagrams().get(round));
          }
        }
        out.writeShort(PAUSE);
      }
    }
    return bytes.toByteArray();
  }

  private Outcome read(String datagrams) throws IOException {
    String name = "tables." + ++runs;
    String said =
        guest
            .in("backup")
            .run(
                "python3 -I -S -B %s/verdict.py %s/%s %s/control.sock sender out %s %d%s"
                    .formatted(Guest.OUT, Guest.OUT, name, node.runDir(), GROUP, PORT, datagrams),
                PATIENCE);
    Map<String, Object> facts = JSON.std.mapFrom(said);
    List<?> drops = (List<?>) facts.get("drops");
    if (drops.size() != 2 || drops.stream().anyMatch(count -> !count.equals(0))) {
      throw new IllegalStateException("datagrams were lost, or a backup has gone: " + said);
    }
    double kernelRead = ((Number) facts.get("kernelRead")).doubleValue();
    double ourRead = ((Number) facts.get("ourRead")).doubleValue();
    Path kernel = guest.folder().resolve(name + ".kernel");
    Path ours = guest.folder().resolve(name + ".ours");
    VerdictTables both = VerdictTables.read(kernel, kernelRead, ours, ourRead);
    List<Difference> differences = both.differences(ourRead);
    if (differences.isEmpty()) {
      Files.delete(kernel);
      Files.delete(ours);
    }
    return new Outcome(both, differences);
  }

  /** Our own tool's text for datagrams; or what it says when it has none. */
  String decoded(List<byte[]> datagrams) {
    String name = "shrunk." + ++runs + ".pcap";
    try {
      Files.write(guest.folder().resolve(name), Capture.of(datagrams, PORT));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return node.tryCommand("decode", Guest.OUT + "/" + name).output();
  }
}

package org.ipvssync.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.ipvssync.vectors.ConnRow;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two directors whose kernels know of each other's connections through our nodes alone:
 *
 * <pre>
 *   lb1 kernel ─ lo ─► lb1 node ─ sync ─► lb2 node ─ lo ─► lb2 kernel
 * </pre>
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OwnKernelIT {
  @RegisterExtension static final KernelLab LAB = KernelLab.create();

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String OURS =
      """
      master sync daemon (mcast=lo, syncid=0, maxlen=1472, group=224.0.0.81, port=8976, ttl=1)
      backup sync daemon (mcast=lo, syncid=0, maxlen=65507, group=224.0.0.81, port=8912, ttl=1)
      """;
  private static final String TOLD = "the own kernel has what the table has";
  private static final int OLD = 6;
  private static final int NEW = 6;
  private static final int PERSISTENT = 3;

  private static Topology topology;
  private static Traffic traffic;
  private static SyncdNode node1;
  private static SyncdNode node2;

  private static Namespace director(int i) {
    return LAB.guest().in(Topology.director(i));
  }

  private static String daemons(int i) {
    return director(i).run("ipvsadm -l --daemon");
  }

  private static SyncdNode node(int i) {
    SyncdNode node = new SyncdNode(director(i), Topology.director(i));
    LAB.onFailure(node::keepEvidence);
    return node;
  }

  /** Established connections and templates of a kernel, each with its real server. */
  private static Map<String, String> lasting(int i) {
    Map<String, String> rows = new TreeMap<>();
    for (ConnRow row : ProcTable.of(director(i)).rows()) {
      if (row.state().equals("ESTABLISHED") || row.cport() == 0) {
        rows.put(
            "%s %s:%d %s:%d"
                .formatted(
                    row.proto(),
                    row.caddr().getHostAddress(),
                    row.cport(),
                    row.vaddr().getHostAddress(),
                    row.vport()),
            row.daddr().getHostAddress() + ":" + row.dport());
      }
    }
    return rows;
  }

  private static void awaitLog(SyncdNode node, String text) throws Exception {
    awaitLog(node, text, 0);
  }

  /** Waits for the line that comes after so many of its kind. */
  private static void awaitLog(SyncdNode node, String text, int before) throws Exception {
    Namespace.await(text, PATIENCE, () -> times(node, text), times -> times > before);
  }

  private static int times(SyncdNode node, String text) {
    return node.log().split(Pattern.quote(text), -1).length - 1;
  }

  @Test
  @Order(1)
  void shouldTellTheOtherKernelWhatThisOneHad() throws Exception {
    topology = Topology.lay(LAB.guest(), Topology.Kind.NAT, 2, 2);
    LAB.onFailure(topology::keepTables);
    traffic = new Traffic(LAB.guest());
    String service = Topology.virtualAddress(false, 1);
    String persistent = Topology.virtualAddress(true, 1);
    topology.giveAddresses(1, List.of(service, persistent));
    for (int i = 1; i <= 2; i++) {
      List<String> lines =
          new java.util.ArrayList<>(topology.service("-t " + service + ":80", 80, ""));
      lines.addAll(topology.service("-t [" + persistent + "]:80", 80, "-p 300"));
      director(i).run(Topology.batch("ipvsadm -R", lines));
    }
    director(1).run("ipvsadm --start-daemon=master --mcast-interface=sync --syncid=3");
    traffic.serve(topology, "tcp", 80);
    traffic.open("old", "tcp", service, 80, OLD, "open");

    node2 = node(2).configure("org.ipvssync.kernel.cfg", Map.of("readPeriodS", 3));
    node2.command("--start-daemon=backup --mcast-interface=sync --syncid=7");
    node1 = node(1);
    node1.command("--start-daemon=master --mcast-interface=sync --syncid=7");
    awaitLog(node1, TOLD);
    awaitLog(node2, TOLD);
    awaitLog(node1, "once in 50 packets");

    assertEquals(OURS, daemons(1));
    assertEquals(OURS, daemons(2));
    Map<String, String> old = lasting(1);
    assertEquals(OLD, old.size());
    Namespace.await("old connections", PATIENCE, () -> lasting(2), old::equals);

    traffic.open("new", "tcp", service, 80, NEW, "open");
    traffic.open("persistent", "tcp", persistent, 80, PERSISTENT, "open");
    traffic.check("new");
    traffic.check("persistent");
    Map<String, String> all = lasting(1);
    assertTrue(all.size() > OLD + NEW + PERSISTENT, all::toString);
    Namespace.await("new connections", PATIENCE, () -> lasting(2), all::equals);
    Namespace.await(
        "the kernels differ",
        PATIENCE,
        () ->
            ProcTable.of(director(1)).differences(ProcTable.of(director(2))).stream()
                .filter(line -> !line.contains("expires"))
                .toList(),
        List::isEmpty);
  }

  @Test
  @Order(2)
  void shouldBeKilledWithoutHarmAndPickUpWhereItWas() throws Exception {
    node1.kill9();
    // The log goes on from the killed node's.
    int told = times(node1, TOLD);
    assertEquals(OURS, daemons(1));
    assertEquals(new Traffic.Check(OLD, OLD, List.of()), traffic.check("old"));
    assertEquals(new Traffic.Check(NEW, NEW, List.of()), traffic.check("new"));

    node1.command("--start-daemon=master --mcast-interface=sync --syncid=7");
    awaitLog(node1, TOLD, told);
    assertEquals(OURS, daemons(1));
    traffic.open("later", "tcp", Topology.virtualAddress(false, 1), 80, NEW, "open");
    traffic.check("later");
    Map<String, String> all = lasting(1);
    Namespace.await("later connections", PATIENCE, () -> lasting(2), all::equals);
  }

  @Test
  @Order(3)
  void shouldSendAgainWhatTheKernelLost() throws Exception {
    String rule = " INPUT -i lo -p udp --dport 8912 -j DROP";
    director(2).run("iptables-legacy -t mangle -A" + rule);
    traffic.open("lost", "tcp", Topology.virtualAddress(false, 1), 80, NEW, "open");
    traffic.check("lost");
    Map<String, String> all = lasting(1);
    Namespace.await(
        "the other node's table",
        PATIENCE,
        () -> node2.table().rows().stream().filter(r -> r.state().equals("ESTABLISHED")).count(),
        count -> count == OLD + 3 * NEW + PERSISTENT);
    assertEquals(all.size() - NEW, lasting(2).size());

    // They are lost again and again, until the rule goes.
    awaitLog(node2, "connections that the kernel had lost are sent to it again");

    director(2).run("iptables-legacy -t mangle -D" + rule);

    Namespace.await("what was lost", PATIENCE, () -> lasting(2), all::equals);
  }

  @Test
  @Order(4)
  void shouldStartAStoppedDaemonOnce() throws Exception {
    director(2).run("ipvsadm --stop-daemon=backup");

    awaitLog(node2, "run on lo again");

    assertEquals(OURS, daemons(2));
  }

  @Test
  @Order(5)
  void shouldNotFightWithWhoeverStartsDaemons() throws Exception {
    int before = times(node2, "lvs_sync_daemon");
    director(2).run("ipvsadm --stop-daemon=master");
    director(2).run("ipvsadm --start-daemon=master --mcast-interface=sync --syncid=9");

    awaitLog(node2, "lvs_sync_daemon", before);

    Namespace.await(
        "the foreign daemon alone",
        PATIENCE,
        () -> daemons(2),
        list -> list.contains("syncid=9") && !list.contains("mcast=lo"));
  }

  @Test
  @Order(6)
  void shouldGiveTheKernelBack() throws Exception {
    node1.command("--stop-daemon=master");

    Namespace.await(
        "the first daemon",
        PATIENCE,
        () -> daemons(1),
        list -> list.lines().count() == 1 && list.contains("mcast=sync, syncid=3"));
    assertEquals(new Traffic.Check(OLD, OLD, List.of()), traffic.check("old"));
  }
}

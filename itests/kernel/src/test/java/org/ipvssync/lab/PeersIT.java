package org.ipvssync.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ipvssync.vectors.CapturedDatagram;
import org.ipvssync.vectors.ConnRow;
import org.ipvssync.vectors.Scenario;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.AssertionFailedError;

/**
 * Kernels and a node of ours are peers, both ways:
 *
 * <pre>
 *   lb1 kernel, master ──┬─► lb2 kernel, backup
 *                        └─► lb3 ours, backup; master to another group ──► lb4 kernel, backup
 * </pre>
 *
 * lb1 forwards all traffic. Our table is to equal that of lb2, and lb4's is to equal ours, bound to
 * the real servers as lb2's.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PeersIT {
  @RegisterExtension static final KernelLab LAB = KernelLab.create();

  /** The virtual address of the captures. */
  private static final InetAddress CAPTURED = InetAddress.ofLiteral("192.168.50.200");

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int OUT_PORT = 8900;
  private static final int SYNC_PORTS = 4;
  private static final int DIRECT_PORT = 54;
  private static final List<String> BOTH_SIDES = List.of("open", "idle", "client", "server");

  private static Topology topology;
  private static Traffic traffic;
  private static SyncdNode ours;

  /** How the master on lb1 speaks, and our node. */
  enum Speech {
    V1(1, 1),
    V0(0, 1),
    V1_SEVERAL_PORTS(1, SYNC_PORTS);

    final int version;
    final int ports;

    Speech(int version, int ports) {
      this.version = version;
      this.ports = ports;
    }

    /** Each has services of its own: rows of others stay in the tables meanwhile. */
    String service(boolean v6) {
      return Topology.virtualAddress(v6, 1 + ordinal());
    }

    /** So too the marks, and those of IPv6 are others. */
    int mark(boolean v6, boolean persistent) {
      return 1 + ordinal() * 10 + (v6 ? 2 : 0) + (persistent ? 1 : 0);
    }

    List<Boolean> families() {
      return version == 0 ? List.of(false) : List.of(false, true);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    topology = Topology.lay(LAB.guest(), Topology.Kind.NAT, 4, 2);
    LAB.onFailure(topology::keepTables);
    traffic = new Traffic(LAB.guest());
    ours = new SyncdNode(director(3), "lb3");
    LAB.onFailure(ours::keepEvidence);
    configureOurs(1, 0);
    ours.command(
        "--start-daemon=backup --mcast-interface=sync --syncid=7 --no-kernel",
        "--sync-ports=" + SYNC_PORTS);
    ours.awaitUp();
    LAB.say("our node is up");
    listenToOurs();
    speak(Speech.V1);
    for (int port : List.of(80, 443, 8080, 8081)) {
      traffic.serve(topology, "tcp", port);
    }
    traffic.serve(topology, "udp", 53);
    traffic.serve(topology, "udp", 5060);
    traffic.serve(topology, "sctp", 9000);
    for (int i = 1; i <= topology.realServers(); i++) {
      traffic.call(
          "serve_ftp",
          "ns",
          Topology.realServer(i),
          "address",
          topology.serverAddresses(i).getFirst());
    }
  }

  private static Namespace director(int i) {
    return LAB.guest().in(Topology.director(i));
  }

  /** The kernel that backs us. */
  private static void listenToOurs() throws Exception {
    director(4).sysctl(Map.of("net.ipv4.vs.sync_ports", SYNC_PORTS));
    director(4)
        .run(
            "ipvsadm --start-daemon=backup --mcast-interface=sync --syncid=9 --mcast-port="
                + OUT_PORT);
  }

  /** Our way out. */
  private static void configureOurs(int version, int refreshPeriodS) {
    ours.configure(
        "org.ipvssync.role.master-out.cfg",
        Map.of(
            "mcastInterface",
            "sync",
            "mcastPort",
            OUT_PORT,
            "syncPorts",
            SYNC_PORTS,
            "syncId",
            9,
            "codec",
            "v" + version,
            "refreshPeriodS",
            refreshPeriodS));
  }

  @ParameterizedTest
  @EnumSource
  @Order(1)
  void shouldTellEachOtherTheSameConnections(Speech speech) throws Exception {
    speak(speech);
    Job capture = topology.capture("lb4", "sync", speech.toString());
    for (boolean v6 : speech.families()) {
      offer(speech, v6);
    }
    for (boolean v6 : speech.families()) {
      drive(speech, v6);
    }

    awaitHeard(speech);
    awaitPersistence();
    LAB.say("the kernel's backup has all kinds; comparing");
    Namespace.await(
        "our table differs from the kernel backup's",
        PATIENCE,
        () -> ours.table().differences(ProcTable.of(director(2))),
        List::isEmpty);
    Namespace.await(
        "the table of our master's kernel backup differs from ours",
        PATIENCE,
        () -> ProcTable.of(director(4)).differences(ours.table()),
        List::isEmpty);
    Namespace.await(
        "services of the kernels with their connections",
        PATIENCE,
        () -> List.of(director(2).run("ipvsadm -Ln"), director(4).run("ipvsadm -Ln")),
        lists -> lists.getFirst().equals(lists.getLast()));
    assertEquals(Map.of(), ours.link("command").get("drops"));
    capture.stop();
    LAB.say(ours.table().rows().size() + " rows are equal on both kernels and ours");
  }

  @ParameterizedTest
  @ValueSource(strings = {"seq-v0", "seq-v1"})
  @Order(2)
  void shouldCarrySequenceOptionsOn(String name) throws Exception {
    Scenario scenario = Scenario.of(name);
    Path folder = Files.createDirectory(LAB.guest().folder().resolve("said-" + name));
    Set<String> said = sequences(SyncdNode.decode(scenario.extractCapture(folder)), 8848);
    assertFalse(said.isEmpty());
    send(scenario.version(), 0);
    Job capture = topology.capture("lb4", "sync", name);
    director(1).send("224.0.0.81", 8848, "sync", payloads(scenario));

    Path pcap = LAB.guest().folder().resolve(name + ".pcap");
    Namespace.await(
        "sequence options, as they came, from us",
        PATIENCE,
        () -> {
          List<Map<String, Object>> records = decodedUpToNow(pcap);
          return List.of(sequences(records, 8848), sequences(records, OUT_PORT));
        },
        both -> both.stream().allMatch(said::equals));
    Namespace.await(
        "the rows are on lb4",
        PATIENCE,
        // What was told before may still wait here, since v0 cannot say all of it.
        () -> ProcTable.of(director(4)).of(CAPTURED).differences(ours.table().of(CAPTURED)),
        List::isEmpty);
    assertFalse(ours.table().of(CAPTURED).rows().isEmpty());
    capture.stop();
  }

  /** Copies of templates do lengthen them: a kernel takes their timeout for the service's. */
  @Test
  @Order(3)
  void shouldRepeatConnectionsWithoutLengtheningThem() throws Exception {
    String name = "tcp4-nat-v1";
    send(1, 1);
    director(1).send("224.0.0.81", 8848, "sync", payloads(Scenario.of(name)));
    int passes = (Integer) ours.link("out").get("passes");
    Namespace.await(
        "passes of copies",
        PATIENCE,
        () -> (Integer) ours.link("out").get("passes") - passes,
        more -> more >= 3);
    Namespace.await(
        "connections on our master's kernel backup differ from ours",
        PATIENCE,
        () -> ProcTable.of(director(4)).connections().differences(ours.table().connections()),
        List::isEmpty);
    assertFalse(ours.table().connections().rows().isEmpty());
  }

  @Test
  @Order(4)
  void shouldFillAStockKernelThatComesLateByAPush() throws Exception {
    // The codec is seen to change twice: so what stands beside it in the file is in force, and the
    // copies of the test before have ended.
    send(0, 0);
    send(1, 0);
    // It would tell SCTP's heartbeats: a kernel that comes late is to hear the push alone.
    director(1).run("ipvsadm --stop-daemon=master");
    topology.powerCut(4);
    topology.addDirector(4);
    listenToOurs();
    assertTrue(ProcTable.of(director(4)).rows().isEmpty());
    ours.control("resync --push");
    Namespace.await(
        "connections on the kernel that was empty differ from ours",
        PATIENCE,
        () -> ProcTable.of(director(4)).connections().differences(ours.table().connections()),
        List::isEmpty);
    assertFalse(ours.table().connections().rows().isEmpty());
  }

  private static List<String> payloads(Scenario scenario) {
    return scenario.datagrams().stream()
        .map(CapturedDatagram::payload)
        .map(HexFormat.of()::formatHex)
        .toList();
  }

  private static List<Map<String, Object>> decodedUpToNow(Path pcap)
      throws IOException, InterruptedException {
    try {
      return SyncdNode.decode(pcap);
    } catch (AssertionFailedError cut) {
      return List.of(); // its last record is being written
    }
  }

  private static Set<String> sequences(List<Map<String, Object>> records, int firstPort) {
    return records.stream()
        .filter(record -> (Integer) record.get("port") / 10 == firstPort / 10)
        .filter(record -> record.containsKey("in_seq"))
        .map(
            record ->
                "%s:%s %s %s"
                    .formatted(
                        record.get("caddr"),
                        record.get("cport"),
                        record.get("in_seq"),
                        record.get("out_seq")))
        .collect(Collectors.toSet());
  }

  /** Starts the kernel's daemons on lb1 and lb2 anew, and has ours use the same version. */
  private static void speak(Speech speech) throws Exception {
    // The master first: what it said later on would reach one of its two backups alone.
    director(1).tryRun("ipvsadm --stop-daemon=master", Guest.PATIENCE);
    director(2).tryRun("ipvsadm --stop-daemon=backup", Guest.PATIENCE);
    for (int i = 1; i <= 2; i++) {
      director(i)
          .sysctl(
              Map.of(
                  "net.ipv4.vs.sync_version", speech.version,
                  "net.ipv4.vs.sync_ports", speech.ports,
                  "net.ipv4.vs.sync_threshold", "1 3"));
    }
    String on = " --mcast-interface=sync --syncid=7";
    director(2).run("ipvsadm --start-daemon=backup" + on);
    director(1).run("ipvsadm --start-daemon=master" + on);
    send(speech.version, 0);
  }

  private static void send(int version, int refreshPeriodS) throws Exception {
    configureOurs(version, refreshPeriodS);
    Namespace.await(
        "the codec", PATIENCE, () -> ours.link("out").get("codec"), ("v" + version)::equals);
  }

  /** Gives lb1 the address, and the kernels the services on it. */
  private static void offer(Speech speech, boolean v6) {
    String address = speech.service(v6);
    topology.giveAddresses(1, List.of(address));
    String at = v6 ? "[" + address + "]" : address;
    List<String> lines = new ArrayList<>();
    lines.addAll(topology.service("-t " + at + ":80", 80, ""));
    lines.addAll(topology.service("-t " + at + ":443", 443, "-p 300"));
    lines.addAll(topology.service("-u " + at + ":53", 53, ""));
    // Direct routing leads nowhere here, but IPVS makes the connections.
    for (String line : topology.service("-u " + at + ":" + DIRECT_PORT, DIRECT_PORT, "")) {
      lines.add(line.replace(" -m ", " -g "));
    }
    lines.addAll(topology.service("-u " + at + ":5060", 5060, "-o -p 300 --pe sip"));
    lines.addAll(topology.service("--sctp-service " + at + ":9000", 9000, ""));
    if (!v6) {
      lines.addAll(topology.service("-t " + at + ":21", 21, ""));
    }
    director(1)
        .run(
            marked(address, 8080, speech.mark(v6, false), v6)
                + " && "
                + marked(address, 8081, speech.mark(v6, true), v6));
    for (int i : new int[] {1, 2, 4}) {
      director(i).run(Topology.batch("ipvsadm -R", lines));
      director(i).run(servicesOfMarks(speech, v6));
    }
  }

  private static String marked(String address, int port, int mark, boolean v6) {
    return "%s -t mangle -A PREROUTING -d %s -p tcp --dport %d -j MARK --set-mark %d"
        .formatted(v6 ? "ip6tables-legacy" : "iptables-legacy", address, port, mark);
  }

  /** Command by command: ipvsadm's batches do not know IPv6 marks. */
  private static String servicesOfMarks(Speech speech, boolean v6) {
    String family = v6 ? " -6" : "";
    List<String> lines = new ArrayList<>();
    lines.addAll(topology.service("-f " + speech.mark(v6, false) + family, 0, ""));
    lines.addAll(topology.service("-f " + speech.mark(v6, true) + family, 0, "-p 300"));
    return lines.stream().map(line -> "ipvsadm " + line).collect(Collectors.joining(" && "));
  }

  private static void drive(Speech speech, boolean v6) {
    String group = speech.toString();
    String to = speech.service(v6);
    traffic.open(group, "tcp", to, 80, 8, "open", "idle", "client", "server", "half", "reset");
    traffic.open(group, "tcp", to, 443, 4, BOTH_SIDES.toArray(String[]::new));
    traffic.open(group, "tcp", to, 8080, 4, BOTH_SIDES.toArray(String[]::new));
    traffic.open(group, "tcp", to, 8081, 4, BOTH_SIDES.toArray(String[]::new));
    traffic.open(group, "sctp", to, 9000, 4, "open", "client", "open", "reset");
    List<String> sources = Topology.clientAddresses(v6);
    for (int port : new int[] {53, DIRECT_PORT}) {
      traffic.call("udp", "ns", "client", "to", to, "port", port, "sources", sources, "n", 6);
    }
    if (speech.version == 1) {
      traffic.call("sip", "ns", "client", "to", to, "port", 5060, "sources", sources, "n", 6);
    }
    if (!v6) {
      traffic.call("ftp", "ns", "client", "to", to, "sources", sources, "n", 4);
    }
  }

  /** The kernel's master may wait up to three seconds for others to share a datagram. */
  private static void awaitHeard(Speech speech) throws Exception {
    Set<String> wanted = new TreeSet<>();
    for (boolean v6 : speech.families()) {
      String to = numeric(speech.service(v6));
      for (String kind : List.of("TCP 80", "TCP 443", "TCP 8080", "TCP 8081", "UDP 53", "UDP 54")) {
        wanted.add(kind + " of " + to);
      }
      wanted.add("SCTP 9000 of " + to);
      wanted.add("template TCP 443 of " + to);
      String mark = (v6 ? "0:%x::" : "0.0.0.%d").formatted(speech.mark(v6, true));
      wanted.add("template IP 0 of " + numeric(mark));
      if (speech.version == 1) {
        wanted.add("template UDP 5060 of " + to);
      }
      if (!v6) {
        wanted.add("TCP 21 of " + to);
      }
    }
    Namespace.await(
        "kinds of connections that the kernel's backup has not heard of",
        PATIENCE,
        () -> {
          Set<String> missing = new TreeSet<>(wanted);
          ProcTable.of(director(2)).rows().stream().map(PeersIT::kind).forEach(missing::remove);
          return missing;
        },
        Set::isEmpty);
  }

  /** Nor are all templates of one kind in one datagram: as many as the master has. */
  private static void awaitPersistence() throws Exception {
    Set<String> told = ProcTable.withPeOf(director(1)).persistenceData();
    assertFalse(told.isEmpty());
    Namespace.await(
        "persistence data of all " + told.size() + " templates on two kernels and ours",
        PATIENCE,
        () ->
            List.of(
                ProcTable.withPeOf(director(2)).persistenceData(),
                ProcTable.withPeOf(director(4)).persistenceData(),
                ourPersistenceData()),
        all -> all.stream().allMatch(told::equals));
  }

  private static String kind(ConnRow row) {
    return "%s%s %d of %s"
        .formatted(
            row.cport() == 0 ? "template " : "",
            row.proto(),
            row.vport(),
            row.vaddr().getHostAddress());
  }

  private static String numeric(String address) {
    return InetAddress.ofLiteral(address).getHostAddress();
  }

  private static Set<String> ourPersistenceData() {
    return ours.control("connections --format json")
        .lines()
        .map(SyncdNode::json)
        .filter(row -> row.containsKey("pe_name"))
        .map(
            row ->
                "%s %s %s %s"
                    .formatted(
                        numeric(row.get("caddr").toString()),
                        numeric(row.get("daddr").toString()),
                        row.get("pe_name"),
                        row.get("pe_data")))
        .collect(Collectors.toSet());
  }
}

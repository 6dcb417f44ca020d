package org.ipvssync.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * keepalived on a director, as the examples in docs/keepalived have it: they are read from the
 * distribution, and only names, addresses and real servers are replaced.
 */
final class Keepalived {
  /** The service's address; it moves. */
  static final String SERVICE = Topology.virtualAddress(false, 1);

  /** The service's port, and that of the real servers. */
  static final int PORT = 80;

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Pattern ENTERING = Pattern.compile("Entering (\\w+) STATE");
  private static final Pattern WEIGHT = Pattern.compile("-> [0-9A-F:]+ +\\w+ +(\\d+)");
  private static final Pattern REAL_SERVER =
      Pattern.compile("    real_server (?s:.*?)\n    }\n(?=    real_server|})");

  private final Topology topology;
  private final int director;
  private final Namespace machine;
  private final String folder;
  private final String example;
  private final Map<Integer, Integer> weights = new TreeMap<>(Map.of(1, 1, 2, 1));
  private Job job;

  private Keepalived(Topology topology, Guest guest, int director, String example) {
    this.topology = topology;
    this.director = director;
    this.machine = guest.in(Topology.director(director));
    this.folder = "/run/keepalived/" + Topology.director(director);
    this.example = example;
  }

  /**
   * Not started yet, with real servers 1 and 2 of weight 1.
   *
   * @param node the run directory of the node that it tracks; empty for none
   * @param globals lines for {@code global_defs}
   * @param preemptDelayS seconds that a director which is back waits
   */
  static Keepalived of(
      Topology topology,
      Guest guest,
      Topology.Kind kind,
      int director,
      String node,
      String globals,
      int preemptDelayS)
      throws IOException {
    String name = kind == Topology.Kind.NAT ? "keepalived-nat.conf" : "keepalived-dr.conf";
    String text =
        Files.readString(Path.of(System.getProperty("ipvssync.home"), "docs", "keepalived", name));
    if (node.isEmpty()) {
      text = text.replaceAll("(?m)^( *)track_file .*\\{\n(.*\n)*?\\1}\n", "");
    }
    text =
        text.replace("/run/ipvs-syncd/default", node)
            .replace("global_defs {\n", "global_defs {\n" + globals)
            .replace("advert_int 1\n", "advert_int 1\n    preempt_delay " + preemptDelayS + "\n")
            .replace("lb1", Topology.director(director))
            .replace("priority 150", director == 1 ? "priority 150" : "priority 100")
            .replace("interface eth0", "interface front")
            .replace("interface eth1", "interface back")
            .replace("192.0.2.10", SERVICE)
            .replace("10.0.0.1/24", Topology.GATEWAYS.getFirst() + "/24");
    return new Keepalived(topology, guest, director, text);
  }

  /** Gives a real server a weight, and adds it when it is new; from the next start or reload. */
  Keepalived weigh(int realServer, int weight) {
    weights.put(realServer, weight);
    return this;
  }

  private void configure() {
    Matcher block = REAL_SERVER.matcher(example);
    if (!block.find()) {
      throw new IllegalStateException("the example has no real server:\n" + example);
    }
    StringBuilder servers = new StringBuilder();
    weights.forEach(
        (server, weight) ->
            servers.append(
                block
                    .group()
                    .replaceFirst(
                        "real_server \\S+ \\d+",
                        "real_server %s %d"
                            .formatted(topology.serverAddress(server, SERVICE), PORT))
                    .replaceFirst("weight \\d+", "weight " + weight)));
    String text =
        example.substring(0, block.start())
            + servers
            + REAL_SERVER.matcher(example.substring(block.start())).replaceAll("");
    machine
        .guest()
        .run(
            Topology.batch("mkdir -p %s; cat >%1$s/conf".formatted(folder), text.lines().toList()));
  }

  /** Starts it; what it says is in the transcript's folder. */
  void start() throws Exception {
    configure();
    job =
        machine.start(
            ("exec keepalived -n -l -D -G -f %s/conf -p %1$s/pid -r %1$s/vrrp.pid -c"
                    + " %1$s/checkers.pid 2>&1")
                .formatted(folder));
  }

  /** Takes new weights. */
  void reload() throws Exception {
    configure();
    machine.guest().run("kill -HUP $(cat " + folder + "/pid)");
    awaitServices();
  }

  /** Waits until this director has the addresses. */
  void awaitMaster() throws Exception {
    awaitState("MASTER");
  }

  /** Waits until another has them. */
  void awaitBackup() throws Exception {
    awaitState("BACKUP");
  }

  private void awaitState(String wanted) throws Exception {
    Namespace.await(
        "%s is %s".formatted(Topology.director(director), wanted),
        PATIENCE,
        () -> {
          Matcher entered = ENTERING.matcher(job.output());
          return entered.results().map(result -> result.group(1)).reduce("", (a, b) -> b);
        },
        wanted::equals);
  }

  /** Waits until the kernel has the service with all real servers and their weights. */
  void awaitServices() throws Exception {
    Namespace.await(
        "services of " + Topology.director(director),
        PATIENCE,
        () -> machine.read("/proc/net/ip_vs"),
        table ->
            WEIGHT
                .matcher(table)
                .results()
                .map(row -> Integer.valueOf(row.group(1)))
                .sorted()
                .toList()
                .equals(weights.values().stream().sorted().toList()));
  }

  /** What it has said. */
  String output() {
    return job == null ? "" : job.output();
  }

  /** Ends it as a power cut does, and forgets what it had written. */
  void forget() {
    machine.guest().run("rm -rf " + folder);
  }
}

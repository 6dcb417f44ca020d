package org.ipvssync.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One director dies as in a power cut and comes back with an empty kernel, under sessions that are
 * open all the while. What became of them is the result.
 */
final class Failover {
  /** What keeps the two directors' tables alike. */
  enum Setup {
    /** The product, with the kernel's defaults. */
    IPVS_SYNCD("ipvs-syncd, default sysctls", Map.of(), "", 0),
    /** {@code lvs_sync_daemon} of keepalived, with the kernel's defaults. */
    DAEMONS("kernel's daemons, default sysctls", Map.of(), "front", 0),
    /** The same, each packet is told, and the first director waits for some of them. */
    TUNED("kernel's daemons, best tuned", Map.of("net.ipv4.vs.sync_threshold", "0 1"), "front", 15),
    /** Proves that a run can fail. */
    NONE("no synchronisation", Map.of(), "", 0);

    final String text;
    private final Map<String, ?> sysctls;
    private final String daemonInterface;
    private final int preemptDelayS;

    Setup(String text, Map<String, ?> sysctls, String daemonInterface, int preemptDelayS) {
      this.text = text;
      this.sysctls = sysctls;
      this.daemonInterface = daemonInterface;
      this.preemptDelayS = preemptDelayS;
    }

    private String globals() {
      return daemonInterface.isEmpty() ? "" : "    lvs_sync_daemon sync OUTSIDE\n";
    }
  }

  /** What else happens. */
  enum Variant {
    PLAIN("only the failover"),
    /** Between failover and failback real server 1 gets weight 0, and a third one is added. */
    SERVERS("real servers change"),
    /** Each node is killed under the sessions, and started again. */
    KILLS("nodes are killed");

    private final String text;

    Variant(String text) {
      this.text = text;
    }
  }

  /** A run. */
  record Case(Setup setup, Topology.Kind kind, Variant variant, int number) {
    @Override
    public String toString() {
      return "%s, %s, %s, run %d".formatted(setup.text, kind, variant.text, number);
    }
  }

  /** Sessions that are alive, by kind. */
  record Alive(int busy, int slow, int idle) {
    static final Alive ALL = new Alive(BUSY, SLOW, IDLE);

    @Override
    public String toString() {
      return busy + "/" + slow + "/" + idle;
    }
  }

  /**
   * What became of the sessions.
   *
   * @param afterFailover idle ones are not asked there: those count that nobody has ended
   * @param between of {@link #FEW} sessions that were opened after the failover, how many live
   *     after the failback
   * @param last the same of sessions that were opened when the first director was ready, some three
   *     seconds before the address moved; the kernel itself takes up to three seconds to tell of
   *     them. One that met the moving address and did not come about counts as lost
   */
  record Outcome(Case of, Alive afterFailover, Alive afterFailback, int between, int last) {}

  static final int BUSY = 34;
  static final int SLOW = 33;
  static final int IDLE = 33;
  static final int FEW = 10;

  private static final Duration BUSY_INTERVAL = Duration.ofMillis(100);
  private static final Duration SLOW_INTERVAL = Duration.ofSeconds(2);

  /** TCP's own retries are this far apart after an outage of some seconds. */
  private static final Duration ANSWER = Duration.ofSeconds(45);

  /** Two JVMs start on the guest's one processor. */
  private static final String JVM = "-Xms16m -Xmx64m -XX:TieredStopAtLevel=1";

  private static final Duration SPREAD = Duration.ofSeconds(60);
  private static final Duration READY = Duration.ofSeconds(180);

  private final Case run;
  private final KernelLab lab;
  private final Guest guest;
  private final Topology topology;
  private final Traffic traffic;
  private final List<Keepalived> keepalived = new ArrayList<>();
  private final List<SyncdNode> nodes = new ArrayList<>();

  Failover(Case run, KernelLab lab) throws IOException {
    this.run = run;
    this.lab = lab;
    this.guest = lab.guest();
    this.topology = Topology.lay(guest, run.kind(), 2, 3);
    this.traffic = new Traffic(guest);
    lab.onFailure(this::keepEvidence);
    for (int director = 1; director <= 2; director++) {
      String name = Topology.director(director);
      SyncdNode node = null;
      if (run.setup() == Setup.IPVS_SYNCD) {
        node = new SyncdNode(guest.in(name), name).with("IPVS_SYNCD_JAVA_OPTS", JVM);
        nodes.add(node);
      }
      keepalived.add(
          Keepalived.of(
              topology,
              guest,
              run.kind(),
              director,
              node == null ? "" : node.runDir(),
              run.setup().globals(),
              run.setup().preemptDelayS));
    }
  }

  /** From both directors' start to the check after the failback. */
  Outcome play() throws Exception {
    say("begins");
    prepare();
    openSessions();
    failOver();
    Alive afterFailover = new Alive(alive("busy", 2), alive("slow", 2), alive("idle", 0));
    say("after the failover: " + afterFailover);
    happenBetween();
    failBack();
    Alive afterFailback = new Alive(alive("busy", 2), alive("slow", 2), alive("idle", 2));
    Outcome outcome =
        new Outcome(run, afterFailover, afterFailback, alive("between", 2), alive("last", 2));
    say(
        "after the failback: %s, %d of %d of between, %d of the last"
            .formatted(afterFailback, outcome.between(), FEW, outcome.last()));
    return outcome;
  }

  private void failOver() throws Exception {
    long began = System.nanoTime();
    topology.powerCut(1);
    guest.run("rm -rf /run/ipvs-syncd/lb1");
    keepalived.getFirst().forget();
    keepalived.get(1).awaitMaster();
    say("the second director has the address after " + Transcript.took(began));
  }

  private void happenBetween() throws Exception {
    killDuring(2, () -> open("between", FEW));
    if (run.variant() == Variant.SERVERS) {
      keepalived.forEach(daemon -> daemon.weigh(1, 0).weigh(3, 1));
      keepalived.get(1).reload();
    }
  }

  private void failBack() throws Exception {
    long began = System.nanoTime();
    topology.addDirector(1);
    start(1);
    awaitReady(1);
    say("the first director is back and ready after " + Transcript.took(began));
    // The address may move meanwhile: who meets that is lost, here as in the table.
    List<?> failed = traffic.tryOpen("last", "tcp", Keepalived.SERVICE, Keepalived.PORT, FEW);
    if (!failed.isEmpty()) {
      say("of the last, " + failed.size() + " did not come about: " + failed);
    }
    keepalived.getFirst().awaitMaster();
    keepalived.get(1).awaitBackup();
    say("it has the address after " + Transcript.took(began));
  }

  private void say(String step) {
    lab.say(run + ": " + step);
  }

  private int alive(String group, int rounds) {
    return traffic.check(group, rounds, ANSWER).alive();
  }

  private void prepare() throws Exception {
    topology.giveAddressesToServers(List.of(Keepalived.SERVICE));
    traffic.serve(topology, "tcp", Keepalived.PORT);
    for (int director = 1; director <= 2; director++) {
      start(director);
    }
    for (int director = 1; director <= 2; director++) {
      awaitReady(director);
      keepalived.get(director - 1).awaitServices();
    }
    keepalived.getFirst().awaitMaster();
    keepalived.get(1).awaitBackup();
  }

  /** In the order of the units: the node first, keepalived as soon as that is a process. */
  private void start(int director) throws Exception {
    String name = Topology.director(director);
    guest.in(name).sysctl(run.setup().sysctls);
    if (!nodes.isEmpty()) {
      SyncdNode node = nodes.get(director - 1);
      Map<String, Object> role = Map.of("mcastInterface", Topology.SYNC, "syncId", 7);
      // Made by the unit, before the node's process: keepalived wants it for its track file.
      guest.run("mkdir -p -m 0700 " + node.runDir());
      node.configure("org.ipvssync.role.master-sync.cfg", role);
      node.configure("org.ipvssync.role.backup-sync.cfg", role);
      node.start();
    }
    keepalived.get(director - 1).start();
  }

  private void awaitReady(int director) throws Exception {
    if (!nodes.isEmpty()) {
      nodes.get(director - 1).awaitReady(READY);
    }
  }

  private void openSessions() throws Exception {
    open("busy", BUSY);
    traffic.keep("busy", BUSY_INTERVAL, ANSWER);
    killDuring(2, () -> open("slow", SLOW));
    traffic.keep("slow", SLOW_INTERVAL, ANSWER);
    killDuring(1, () -> open("idle", IDLE));
    if (run.setup() != Setup.NONE) {
      Namespace.await(
          "the second director knows all sessions",
          SPREAD,
          () -> established("lb2"),
          count -> count >= BUSY + SLOW + IDLE);
    }
    say("sessions are open");
  }

  private void open(String group, int count) {
    traffic.open(group, "tcp", Keepalived.SERVICE, Keepalived.PORT, count);
  }

  /** Where nodes are killed, this one is while something is done, and comes back after it. */
  private void killDuring(int director, Runnable done) throws Exception {
    if (run.variant() == Variant.KILLS) {
      nodes.get(director - 1).kill9();
      say("node %d is killed; %d busy sessions go on".formatted(director, alive("busy", 5)));
    }
    done.run();
    if (run.variant() == Variant.KILLS) {
      nodes.get(director - 1).start();
      awaitReady(director);
      say("node %d is there again".formatted(director));
    }
  }

  private long established(String director) {
    return ProcTable.of(guest.in(director)).rows().stream()
        .filter(row -> row.state().equals("ESTABLISHED"))
        .count();
  }

  private void keepEvidence() {
    topology.keepTables();
    nodes.forEach(SyncdNode::keepEvidence);
    keepalived.forEach(
        daemon -> lab.guest().transcript().add("", "keepalived", "", daemon.output()));
  }
}

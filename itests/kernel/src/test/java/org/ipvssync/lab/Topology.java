package org.ipvssync.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The machines of a lab, as network namespaces on three bridges:
 *
 * <pre>
 *  client ── front ── lb1, lb2, ... ── back ── rs1, rs2, ...     (NAT)
 *  client ── front ── lb1, lb2, ... , rs1, rs2, ...              (DIRECT)
 *            sync  ── lb1, lb2, ...
 * </pre>
 *
 * Each machine's interfaces have the names of the bridges. Addresses: 10.1.0.0/24 and fd01::/64 in
 * front, 10.2 and fd02 at the back, 10.3 and fd03 for sync; clients end in 10 and 101 to 103,
 * directors in 1, 2, ..., real servers in 21, 22, .... Of IPv6 the last digits are the same.
 */
final class Topology {
  /** The one client. */
  static final String CLIENT = "client";

  /** Where directors hear each other. */
  static final String SYNC = "sync";

  /** Where real servers send their answers in {@link Kind#NAT}; it moves with the services. */
  static final List<String> GATEWAYS = List.of("10.2.0.254", "fd02::254");

  private static final List<String> NETS = List.of("front", "back", SYNC);
  private static final int CLIENTS = 3;

  /** How packets come to the real servers. */
  enum Kind {
    NAT,
    DIRECT
  }

  private final Guest guest;
  private final Kind kind;
  private final int directors;
  private final int realServers;

  private Topology(Guest guest, Kind kind, int directors, int realServers) {
    this.guest = guest;
    this.kind = kind;
    this.directors = directors;
    this.realServers = realServers;
  }

  /** Makes the machines; each is up, with routes, without services. */
  static Topology lay(Guest guest, Kind kind, int directors, int realServers) {
    Topology topology = new Topology(guest, kind, directors, realServers);
    List<String> bridges = new ArrayList<>();
    for (String net : NETS) {
      bridges.add("link add br-" + net + " type bridge");
      bridges.add("link set br-" + net + " up");
    }
    guest.run(batch("ip -batch -", bridges));
    topology.addMachine(CLIENT, 10, List.of("front"));
    for (int i = 1; i <= directors; i++) {
      topology.addDirector(i);
    }
    for (int i = 1; i <= realServers; i++) {
      topology.addRealServer(i);
    }
    return topology;
  }

  /** Makes a director, also again after {@link #powerCut}: with an empty table. */
  void addDirector(int i) {
    addMachine(director(i), i, nets());
    guest
        .in(director(i))
        .sysctl(Map.of("net.ipv4.ip_forward", 1, "net.ipv6.conf.all.forwarding", 1));
  }

  /** Of a director. */
  private List<String> nets() {
    return kind == Kind.NAT ? NETS : List.of("front", SYNC);
  }

  private void addRealServer(int i) {
    String name = realServer(i);
    addMachine(name, 20 + i, List.of(kind == Kind.NAT ? "back" : "front"));
    if (kind == Kind.NAT) {
      guest
          .in(name)
          .run(
              batch(
                  "ip -batch -",
                  GATEWAYS.stream().map(gateway -> "route add default via " + gateway).toList()));
    } else {
      Map<String, Object> quiet = new TreeMap<>();
      quiet.put("net.ipv4.conf.all.arp_ignore", 1);
      quiet.put("net.ipv4.conf.all.arp_announce", 2);
      guest.in(name).sysctl(quiet);
    }
  }

  private void addMachine(String name, int host, List<String> nets) {
    List<String> outside = new ArrayList<>(List.of("netns add " + name));
    List<String> inside = new ArrayList<>(List.of("link set lo up"));
    for (String net : nets) {
      String end = net.charAt(0) + "-" + name;
      outside.add("link add %s type veth peer name %s netns %s".formatted(end, net, name));
      outside.add("link set %s master br-%s up".formatted(end, net));
      int number = NETS.indexOf(net) + 1;
      // A machine that comes back has its cards still: others know their addresses.
      inside.add("link set %s address 02:00:00:00:%02x:%02x".formatted(net, number, host));
      inside.add("addr add 10.%d.0.%d/24 dev %s".formatted(number, host, net));
      inside.add("addr add fd0%d::%d/64 dev %s nodad".formatted(number, host, net));
      inside.add("link set %s up".formatted(net));
    }
    if (name.equals(CLIENT)) {
      for (int i = 1; i <= CLIENTS; i++) {
        inside.add("addr add 10.1.0.10%d/24 dev front".formatted(i));
        inside.add("addr add fd01::10%d/64 dev front nodad".formatted(i));
      }
    }
    guest.run(batch("ip -batch -", outside));
    Namespace machine = guest.in(name);
    machine.sysctl(
        Map.of(
            "net.ipv6.conf.all.accept_dad", 0,
            "net.ipv6.conf.default.accept_dad", 0,
            "net.ipv4.conf.all.rp_filter", 0,
            "net.ipv4.conf.default.rp_filter", 0));
    machine.run(batch("ip -batch -", inside));
  }

  /** A line that gives a command lines on its standard input. */
  static String batch(String command, List<String> lines) {
    return command + " <<'END'\n" + String.join("\n", lines) + "\nEND";
  }

  /** The name of a director, from 1. */
  static String director(int i) {
    return "lb" + i;
  }

  /** The name of a real server, from 1. */
  static String realServer(int i) {
    return "rs" + i;
  }

  /** Where the client's connections come from. */
  static List<String> clientAddresses(boolean v6) {
    return IntStream.rangeClosed(1, CLIENTS)
        .mapToObj(i -> (v6 ? "fd01::10" : "10.1.0.10") + i)
        .toList();
  }

  /** A free address in front, for a service. */
  static String virtualAddress(boolean v6, int i) {
    return (v6 ? "fd01::" : "10.1.0.") + (200 + i);
  }

  int directors() {
    return directors;
  }

  int realServers() {
    return realServers;
  }

  /** The IPv4 and the IPv6 address of a real server. */
  List<String> serverAddresses(int i) {
    int net = kind == Kind.NAT ? 2 : 1;
    return List.of("10.%d.0.%d".formatted(net, 20 + i), "fd0%d::%d".formatted(net, 20 + i));
  }

  /** The address of a real server of the same family as that of a service. */
  String serverAddress(int i, String service) {
    return serverAddresses(i).get(service.contains(":") ? 1 : 0);
  }

  /** Gives a director the services' addresses and, with NAT, the real servers' gateway. */
  void giveAddresses(int i, List<String> services) {
    List<String> lines = new ArrayList<>(services.stream().map(a -> address(a, "front")).toList());
    if (kind == Kind.NAT) {
      GATEWAYS.forEach(gateway -> lines.add(address(gateway, "back")));
    }
    guest.in(director(i)).run(batch("ip -batch -", lines));
    giveAddressesToServers(services);
  }

  /** Gives the real servers the services' addresses; with NAT they need none. */
  void giveAddressesToServers(List<String> services) {
    if (kind == Kind.DIRECT) {
      for (int server = 1; server <= realServers; server++) {
        List<String> here = services.stream().map(a -> address(a, "lo")).toList();
        guest.in(realServer(server)).run(batch("ip -force -batch -", here));
      }
    }
  }

  private static String address(String address, String dev) {
    boolean v6 = address.contains(":");
    return "addr replace %s/%d dev %s%s"
        .formatted(address, v6 ? 128 : 32, dev, v6 ? " nodad preferred_lft 0" : "");
  }

  /**
   * Lines for {@code ipvsadm -R}: a service with all real servers, scheduled by round robin.
   *
   * @param service as ipvsadm wants it, such as {@code -t 10.1.0.201:80} or {@code -f 7 -6}
   * @param port of the real servers
   * @param options of the service, such as {@code -p 300}
   */
  List<String> service(String service, int port, String options) {
    String fwd = kind == Kind.NAT ? "-m" : "-g";
    List<String> lines = new ArrayList<>();
    lines.add("-A %s -s rr %s".formatted(service, options).strip());
    boolean v6 = service.contains("[") || service.endsWith("-6");
    for (int i = 1; i <= realServers; i++) {
      String address = serverAddresses(i).get(v6 ? 1 : 0);
      lines.add(
          "-a %s -r %s:%d %s -w 1"
              .formatted(service, v6 ? "[" + address + "]" : address, port, fwd));
    }
    return lines;
  }

  /** A director as a power cut leaves it: processes, interfaces and table are gone. */
  void powerCut(int i) {
    String name = director(i);
    // Silent from the first moment: a namespace that is taken apart loses IPVS before its
    // addresses,
    // and answers with resets.
    guest.run(
        batch(
            "ip -batch -",
            nets().stream()
                .map(net -> "link set %s-%s down".formatted(net.charAt(0), name))
                .toList()));
    guest.run("pids=$(ip netns pids %s); [ -z \"$pids\" ] || kill -9 $pids".formatted(name));
    // The kernel takes the namespace apart by itself; its interfaces' names are free only then.
    guest.run(
        "ip netns del %s; while [ -e /sys/class/net/f-%s ]; do sleep 0.05; done"
            .formatted(name, name));
  }

  /**
   * Writes what an interface receives and sends to NAME.pcap of the guest's folder, until the job
   * is stopped; that is no more than a failed test keeps.
   */
  Job capture(String machine, String netInterface, String name) throws Exception {
    // Not -w FILE: tcpdump wants to own it, and the host's user may not be root.
    Job job =
        guest
            .in(machine)
            .start(
                "exec tcpdump -i %s -U --immediate-mode -Z root -n -w - >%s/%s.pcap"
                    .formatted(netInterface, Guest.OUT, name));
    Namespace.await("tcpdump", Guest.PATIENCE, job::output, said -> said.contains("listening on"));
    return job;
  }

  /** Keeps in the guest's folder what every director has: services, connections, daemons. */
  void keepTables() {
    for (int i = 1; i <= directors; i++) {
      String file = "%s/%s.tables".formatted(Guest.OUT, director(i));
      guest
          .in(director(i))
          .tryRun(
              "{ ipvsadm -Ln; ipvsadm -Sn; ipvsadm -l --daemon; cat /proc/net/ip_vs_conn;"
                  + " cat /proc/net/ip_vs_conn_sync; cat /proc/net/udp; ip addr;"
                  + " sysctl net.ipv4.vs; } >%s 2>&1".formatted(file),
              Guest.PATIENCE);
    }
  }
}

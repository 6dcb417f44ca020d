package org.ipvssync.kernel.internal;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.fake.RecordedLog;
import org.ipvssync.api.fake.SimClock;
import org.ipvssync.api.node.DelayStats;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.SwapStats;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.api.wire.LinkAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A conductor with all its parts: a folder for /proc, a script for ipvsadm. */
abstract class ConductorFixture {
  static final List<String> OURS = List.of("backup on lo, sync id 0", "master on lo, sync id 0");

  static final List<String> THEIRS =
      List.of("backup on eth2, sync id 6", "master on eth1, sync id 5");

  static final String SERVICE =
      """
      TCP  0A0100C8:0050 rr persistent 30000 FFFFFFFF
        -> 0A010015:0050      Masq    1      0          0
      """;
  static final String ROW = "TCP 0A010065 AC5F 0A0100C8 0050 0A010015 0050 %s\n";

  @TempDir Path folder;
  final SimClock clock = new SimClock();
  final TestNode node = new TestNode(clock);
  final RecordedLog log = new RecordedLog();
  final LinksSeen links = new LinksSeen();
  final List<String> linkCalls = new ArrayList<>();
  final SyncLink network = () -> link("eth0", SyncRole.MASTER, 0);
  FakeKernel kernel;
  KernelParts parts;
  KernelConductor conductor;
  boolean contentComplete = true;
  long pending;

  /** Somebody has a link of the second one's name. */
  boolean linkNameTaken;

  @BeforeEach
  void open() throws Exception {
    kernel = new FakeKernel(folder);
    kernel.services(SERVICE);
    kernel.write("saved", "-A -t 10.1.0.200:80 -s rr -p 300\n");
    conductor = another();
  }

  @AfterEach
  void close() {
    conductor.close();
  }

  KernelConductor another() {
    parts =
        new KernelParts(
            kernel.proc(),
            node,
            links,
            new Made(),
            new DaemonRecord(kernel.file("run"), kernel.proc().bootId()),
            new NamespaceLock(List.of(kernel.file("lock"))),
            () -> contentComplete,
            clock,
            log.log);
    return new KernelConductor(parts, kernel.settings());
  }

  static LinkStatus link(String name, SyncRole role, long pending) {
    return new LinkStatus(
        name,
        role,
        new LinkAddress(
            "lo", InetAddress.ofLiteral(LinkAddress.DEFAULT_GROUP), 8848, 1, 1, 0, false),
        "multicast",
        name,
        0,
        1472,
        "v1",
        LinkState.UP,
        "",
        pending,
        Map.of(),
        SwapStats.NONE,
        DelayStats.NONE);
  }

  private final class Made implements OwnLinks {
    private final SyncLink in = () -> link(NAME, SyncRole.BACKUP, 0);
    private final SyncLink out = () -> link(NAME, SyncRole.MASTER, pending);

    @Override
    public void make(int syncPorts, KernelSettings settings) throws KernelRefusal {
      linkCalls.add("make " + syncPorts);
      links.add(in, Map.of(SyncLink.AUTOMATIC_PROPERTY, true));
      if (linkNameTaken) {
        throw KernelRefusal.of("the name is taken");
      }
      links.add(out, Map.of(SyncLink.AUTOMATIC_PROPERTY, true));
    }

    @Override
    public void remove() {
      linkCalls.add("remove");
      links.remove(in);
      links.remove(out);
    }
  }

  void run(long ms) {
    long end = clock.nowMs() + ms;
    while (clock.nowMs() < end) {
      clock.advanceMs(conductor.step());
    }
  }

  List<String> daemons() throws Exception {
    return kernel.daemons().stream().map(KernelDaemon::describe).toList();
  }

  /** Starts {@link #THEIRS}. */
  void startTheirs() {
    kernel.ipvsadm("--start-daemon=master", "--mcast-interface=eth1", "--syncid=5");
    kernel.ipvsadm("--start-daemon=backup", "--mcast-interface=eth2", "--syncid=6");
  }

  /** Once too often. */
  void stopTwice() {
    run(3000);
    kernel.ipvsadm("--stop-daemon=master");
    run(8000);
    kernel.ipvsadm("--stop-daemon=master");
    run(3000);
  }

  /** Returns when whoever asks has got an answer. */
  void ask() throws Exception {
    Thread asking = Thread.ofVirtual().start(() -> conductor.delivery().refresh(() -> {}, 30_000));
    while (asking.isAlive()) {
      conductor.step();
      asking.join(java.time.Duration.ofMillis(1));
    }
  }

  void dropped(String count) {
    kernel.write(
        "proc/net/udp",
        kernel.read("proc/net/udp").replaceAll("(.*510000E0:22D0.*) \\d+\n", "$1 " + count + "\n"));
  }

  /** An entry that a peer told 400 seconds ago. */
  void put() {
    ConnBatch one = new ConnBatch(1);
    int i = one.add();
    one.setProtocol(i, 6);
    one.setCaddrWord(i, 0, AddressWords.word(0x0a010065));
    one.setVaddrWord(i, 0, AddressWords.word(0x0a0100c8));
    one.setDaddrWord(i, 0, AddressWords.word(0x0a010015));
    one.setPorts(i, 0xac5f, 0x50, 0x50);
    one.setState(i, 1);
    one.setTimeoutS(i, 900);
    node.put(one, i, TestNode.PEER, 500_000);
  }
}

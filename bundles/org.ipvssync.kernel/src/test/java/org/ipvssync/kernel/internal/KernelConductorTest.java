package org.ipvssync.kernel.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.node.OwnKernel.State;
import org.ipvssync.api.node.SyncLink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole of it, with a folder for /proc and a script for ipvsadm. */
@Timeout(60)
class KernelConductorTest extends ConductorFixture {
  @Test
  void shouldDoNothingWithoutANetworkLink() {
    links.add(network, Map.of(SyncLink.KERNEL_PROPERTY, "false"));
    run(5000);

    assertEquals(State.OFF, conductor.status().state());
    assertEquals("", conductor.missing());
    assertEquals("", kernel.read("calls"));
  }

  @Test
  void shouldTakeTheKernelAndGiveItBack() throws Exception {
    links.add(network, Map.of());
    assertFalse(conductor.missing().isEmpty());
    kernel.conns(ROW.formatted("ESTABLISHED 900"), "");

    run(3000);

    assertEquals(OURS, daemons());
    assertEquals(State.UP, conductor.status().state());
    assertEquals("", conductor.missing());
    assertEquals(1, node.entries().size());
    assertEquals(1, conductor.status().connections());
    links.remove(network);
    run(1000);
    assertEquals(OURS, daemons(), "its role's bundle may be exchanged");
    run(3000);
    assertEquals(List.of(), daemons());
    assertEquals(List.of("make 1", "remove"), linkCalls);
    assertFalse(parts.record().exists());
  }

  @Test
  void shouldRestoreTheDaemonsThatRanBefore() throws Exception {
    kernel.ipvsadm("--start-daemon=master", "--mcast-interface=eth1", "--syncid=5");
    links.add(network, Map.of());
    run(3000);
    assertEquals(OURS, daemons());
    assertEquals(1, log.count("lvs_sync_daemon"));

    conductor.close();

    assertEquals(List.of("master on eth1, sync id 5"), daemons());
  }

  @Test
  void shouldRememberAcrossACrash() throws Exception {
    kernel.ipvsadm("--start-daemon=master", "--mcast-interface=eth1", "--syncid=5");
    links.add(network, Map.of());
    run(3000);
    parts.lock().release(); // as the end of the process does

    conductor = another();
    run(3000);
    assertEquals(OURS, daemons());
    conductor.close();

    assertEquals(List.of("master on eth1, sync id 5"), daemons());
  }

  @Test
  void shouldGiveBackWhatACrashedNodeLeftThoughTheKernelIsNotWantedNow() throws Exception {
    kernel.ipvsadm("--start-daemon=backup", "--mcast-interface=eth1", "--syncid=5");
    links.add(network, Map.of());
    run(3000);
    parts.lock().release();

    links.add(network, Map.of(SyncLink.KERNEL_PROPERTY, false));
    conductor = another();
    run(1000);

    assertEquals(List.of("backup on eth1, sync id 5"), daemons());
  }

  @Test
  void shouldRefuseInOneLineAndLookAgain() {
    kernel.sysctl("backup_only", "1");
    links.add(network, Map.of());

    run(60_000);

    assertEquals(State.REFUSED, conductor.status().state());
    assertTrue(conductor.status().detail().contains("backup_only=0"));
    assertEquals("", conductor.missing());
    assertEquals(1, log.lines.size(), log.lines.toString());
    kernel.sysctl("backup_only", "0");
    run(15_000);
    assertEquals(State.UP, conductor.status().state());
  }

  @Test
  void shouldRefuseWithoutRights() {
    kernel.write("proc/self/status", "CapEff:\t0000000000000000\n");
    links.add(network, Map.of());
    run(1000);

    assertTrue(conductor.status().detail().contains("CAP_NET_ADMIN"));
    assertTrue(conductor.missing().contains("CAP_NET_ADMIN"), "it may be a fault that passes");
    run(3000);
    assertEquals("", conductor.missing());
  }

  @Test
  void shouldSayWhatIsMissingWithoutAlarm() throws Exception {
    java.nio.file.Files.delete(kernel.proc().net("ip_vs"));
    links.add(network, Map.of());
    run(1000);

    assertEquals(1, log.count("info the own kernel is left out: this kernel has no IPVS"));
  }

  @Test
  void shouldLeaveEverythingAsItWasWhenIpvsadmFails() {
    kernel.write("broken", "");
    links.add(network, Map.of());
    run(1000);

    assertEquals(State.REFUSED, conductor.status().state());
    assertTrue(conductor.status().detail().contains("Memory allocation problem"));
    assertEquals(List.of(), linkCalls);
  }

  @Test
  void shouldStartAStoppedDaemonOnceAndThenLeave() throws Exception {
    links.add(network, Map.of());
    run(3000);
    kernel.ipvsadm("--stop-daemon=master");
    run(2000);
    assertEquals(1, log.count("somebody stopped"));
    run(6000);
    assertEquals(OURS, daemons());

    kernel.ipvsadm("--stop-daemon=master");
    run(3000);

    assertEquals(State.LEFT, conductor.status().state());
    assertEquals(List.of(), daemons());
    assertTrue(conductor.status().detail().contains("lvs_sync_daemon"));
    assertEquals("", conductor.missing());
  }

  @Test
  void shouldNotFightOverADaemon() throws Exception {
    links.add(network, Map.of());
    run(3000);
    kernel.ipvsadm("--stop-daemon=master");
    kernel.ipvsadm("--start-daemon=master", "--mcast-interface=eth1", "--syncid=5");

    run(60_000);

    assertEquals(State.LEFT, conductor.status().state());
    assertEquals(List.of("master on eth1, sync id 5"), daemons());
    assertEquals(1, log.count("keepalived.conf"));
  }

  @Test
  void shouldNotBeReadyBeforeTheKernelHasTheTable() throws Exception {
    put();
    contentComplete = false;
    links.add(network, Map.of());
    run(5000);
    assertEquals(State.STARTING, conductor.status().state());
    contentComplete = true;
    pending = 100_000;
    run(5000);
    assertEquals("the own kernel has not got the table yet", conductor.missing());

    pending = 0;
    run(800);
    assertTrue(conductor.missing().contains("has not got 1 connections"), conductor.missing());
    kernel.conns(ROW.formatted("ESTABLISHED 500"), "");
    run(1000);

    assertEquals("", conductor.missing());
    assertEquals(State.UP, conductor.status().state());
  }

  @Test
  void shouldReadForTheFirstTimeWhenPeersHaveToldTheirs() throws Exception {
    kernel.conns(ROW.formatted("ESTABLISHED 500"), "");
    contentComplete = false;
    links.add(network, Map.of());
    run(3000);
    assertEquals(0, conductor.status().readings());
    put();
    contentComplete = true;
    run(3000);
    assertEquals(TestNode.PEER, node.entries().horizon(0), "theirs still");
  }

  @Test
  void shouldNotWaitForPeersForEverWithTheFirstReading() throws Exception {
    kernel.conns(ROW.formatted("ESTABLISHED 500"), "");
    contentComplete = false;
    links.add(network, Map.of());

    run(20_000);

    assertEquals(1, node.entries().size());
    assertEquals(State.STARTING, conductor.status().state());
  }

  @Test
  void shouldGoOnWithoutWhatTheKernelDoesNotTake() {
    put();
    links.add(network, Map.of());

    run(10_000);

    assertEquals("", conductor.missing());
    assertEquals(1, log.count("warn the own kernel does not take 1 connections"));
    assertEquals(1, log.count("TCP 0A010065 AC5F 0A0100C8 0050 0A010015 0050 ESTABLISHED"));
  }

  @Test
  void shouldSendAgainWhatItsBackupDropped() {
    links.add(network, Map.of());
    run(8000);
    put();
    dropped("4");

    run(3000);

    assertEquals(4, conductor.status().drops());
    assertEquals(1, node.again.size());
  }

  @Test
  void shouldReadForWhoeverAsks() throws Exception {
    links.add(network, Map.of());
    run(3000);
    kernel.conns(ROW.formatted("ESTABLISHED 900"), "");

    ask();

    assertEquals(1, node.entries().size());
  }

  @Test
  void shouldNotLetAnyoneWaitForAKernelThatIsNotThere() {
    conductor.delivery().refresh(() -> {}, 60_000);

    assertEquals(0, conductor.status().readings());
  }

  @Test
  void shouldSendTemplatesWhoseServiceComesJustBeforeAReading() throws Exception {
    kernel.services("");
    putTemplate();
    String template = "TCP 0A010065 0000 0A0100C8 0050 0A010015 0050 NONE        200\n";
    kernel.conns(ROW.formatted("ESTABLISHED 500") + template, "");
    links.add(network, Map.of());
    run(3000);
    assertEquals(List.of(), node.again);

    kernel.services(SERVICE);
    conductor.delivery().readSoon();
    conductor.step();
    run(2000);

    assertEquals(1, node.again.size());
  }

  @Test
  void shouldKeepTheKernelWhenIpvsadmCannotListServices() {
    kernel.write("unlisted", "");
    links.add(network, Map.of());

    run(30_000);

    assertEquals(State.UP, conductor.status().state());
    assertEquals(List.of("make 1"), linkCalls);
  }

  @Test
  void shouldSeeDropsOfADaemonThatWasStartedAgain() {
    links.add(network, Map.of());
    run(3000);
    dropped("4");
    run(2000);
    kernel.ipvsadm("--stop-daemon=backup");
    run(10_000);
    assertEquals(4, conductor.status().drops());

    dropped("3");
    run(2000);

    assertEquals(7, conductor.status().drops());
  }

  private void putTemplate() {
    put();
    ConnBatch one = new ConnBatch(1);
    int i = one.addCopy(node.entries(), 0);
    one.setFlags(i, 0x1100);
    one.setPorts(i, 0, 0x50, 0x50);
    one.setState(i, 0);
    one.setTimeoutS(i, 300);
    node.put(one, i, TestNode.PEER, 200_000);
  }
}

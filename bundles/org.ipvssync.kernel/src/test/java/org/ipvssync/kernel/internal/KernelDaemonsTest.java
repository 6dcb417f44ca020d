package org.ipvssync.kernel.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.vectors.Scenario;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelDaemonsTest {
  @TempDir Path folder;
  private FakeKernel kernel;
  private KernelDaemons daemons;

  @BeforeEach
  void open() throws Exception {
    kernel = new FakeKernel(folder);
    daemons = new KernelDaemons(kernel.settings().ipvsadm());
  }

  @Test
  void shouldReadWhatRealIpvsadmPrints() {
    for (Scenario scenario : Scenario.all()) {
      if (!scenario.name().equals("failover")) {
        String list = scenario.setupSection("lb1: ipvsadm -l --daemon");
        List<KernelDaemon> parsed = KernelDaemon.parse(list);
        assertEquals(list.strip().lines().count(), parsed.size(), list);
        assertEquals(SyncRole.MASTER, parsed.getFirst().role());
        assertEquals("s0", parsed.getFirst().mcastInterface());
        assertFalse(parsed.getFirst().isOurs());
      }
    }
  }

  @Test
  void shouldStartWhatItListed() throws Exception {
    kernel.ipvsadm(
        "--start-daemon=master",
        "--mcast-interface=eth1",
        "--syncid=3",
        "--sync-maxlen=1000",
        "--mcast-group=ff02::5a",
        "--mcast-port=9000",
        "--mcast-ttl=3");
    List<KernelDaemon> before = daemons.list();
    daemons.stop(SyncRole.MASTER);
    assertEquals(List.of(), daemons.list());

    daemons.start(before.getFirst());

    assertEquals(before, daemons.list());
  }

  @Test
  void shouldKnowItsOwn() throws Exception {
    for (SyncRole role : SyncRole.values()) {
      daemons.start(KernelDaemon.own(role, 5));
    }

    assertEquals(2, daemons.list().size());
    assertTrue(daemons.list().stream().allMatch(KernelDaemon::isOurs));
  }

  @Test
  void shouldMeetNeitherItselfNorALinkOfSomebodyWithAllPortsThatTheyMayHave() {
    List<Integer> first =
        Stream.of(LinkAddress.DEFAULT_PORT, port(SyncRole.BACKUP), port(SyncRole.MASTER))
            .sorted()
            .toList();

    assertEquals(List.of(8848, 8912, 8976), first);
  }

  private static int port(SyncRole role) {
    String option = KernelDaemon.own(role, 0).options().getFirst();
    return Integer.parseInt(option.substring(option.indexOf('=') + 1));
  }

  @Test
  void shouldSayWhatIpvsadmSaid() {
    KernelRefusal refusal = assertThrows(KernelRefusal.class, () -> daemons.stop(SyncRole.BACKUP));

    assertTrue(
        refusal.getMessage().endsWith("--stop-daemon=backup failed: No daemon is running"),
        refusal.getMessage());
  }

  @Test
  void shouldSayThatIpvsadmIsMissing() {
    KernelDaemons none = new KernelDaemons(folder.resolve("nothing").toString());

    KernelRefusal refusal = assertThrows(KernelRefusal.class, none::command);
    assertTrue(refusal.getMessage().contains("nothing is not there: install the package ipvsadm"));
    assertEquals(refusal.getMessage(), assertThrows(KernelRefusal.class, none::list).getMessage());
  }

  @Test
  void shouldKeepARecordUntilItIsDeleted() throws Exception {
    DaemonRecord record = new DaemonRecord(folder, "one");
    assertFalse(record.exists());
    KernelDaemon daemon =
        new KernelDaemon(SyncRole.BACKUP, "eth1", 9, List.of("--mcast-port=8848", "--mcast-ttl=1"));

    record.write(List.of(daemon));

    assertEquals(List.of(daemon), new DaemonRecord(folder, "one").read());
    record.write(List.of());
    assertTrue(record.exists());
    assertEquals(List.of(), record.read());
    record.delete();
    assertFalse(record.exists());
  }

  @Test
  void shouldNotTakeARecordOfAnotherBootForItsOwn() throws Exception {
    KernelDaemon daemon = new KernelDaemon(SyncRole.BACKUP, "eth1", 9, List.of());
    new DaemonRecord(folder, "one").write(List.of(daemon));

    DaemonRecord after = new DaemonRecord(folder, "two");
    assertFalse(after.exists());
    assertEquals(List.of(), after.read());
    DaemonRecord unknown = new DaemonRecord(folder, "");
    assertTrue(unknown.exists(), "it may be this boot's");
    after.write(List.of());
    assertTrue(after.exists());
  }

  @Test
  void shouldSayThatARecordIsDamaged() throws Exception {
    kernel.write("kernel-daemons.properties", "master = eth1\n");
    DaemonRecord record = new DaemonRecord(folder, "one");
    assertThrows(IOException.class, record::read);
    kernel.write("kernel-daemons.properties", "master = \\u00\n");
    assertThrows(IOException.class, record::read);
  }

  @Test
  void shouldLetOneNodeOfANamespaceIn() throws Exception {
    NamespaceLock first = new NamespaceLock(List.of(folder.resolve("no"), folder));
    NamespaceLock second = new NamespaceLock(List.of(folder));
    first.take("4026531840");
    second.take("4026532000");
    second.release();

    KernelRefusal refusal = assertThrows(KernelRefusal.class, () -> second.take("4026531840"));
    assertTrue(refusal.getMessage().contains("another node"), refusal.getMessage());

    first.release();
    second.take("4026531840");
    second.release();
  }

  @Test
  void shouldSeeTheDaemonsSockets() throws Exception {
    daemons.start(KernelDaemon.own(SyncRole.MASTER, 0));
    daemons.start(KernelDaemon.own(SyncRole.BACKUP, 0));
    UdpSockets both = UdpSockets.read(kernel.proc().net("udp"), 8976, 8912, 1);
    assertEquals(Set.of(100L), both.masters().keySet());
    assertEquals(Set.of(101L), both.backups().keySet());

    daemons.stop(SyncRole.BACKUP);
    UdpSockets one = UdpSockets.read(kernel.proc().net("udp"), 8976, 8912, 1);

    assertFalse(one.haveAllOf(both));
    assertTrue(both.haveAllOf(one));
  }
}

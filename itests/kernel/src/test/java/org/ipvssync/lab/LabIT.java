package org.ipvssync.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.opentest4j.AssertionFailedError;

/** The lab itself: what the other tests rely on. */
class LabIT {
  @RegisterExtension static final KernelLab LAB = KernelLab.create();

  private static Topology topology;

  @BeforeAll
  static void layTopology() {
    topology = Topology.lay(LAB.guest(), Topology.Kind.NAT, 2, 2);
    LAB.onFailure(topology::keepTables);
  }

  @Test
  void shouldAnswerWithStatusAndOutput() {
    Namespace lb1 = LAB.guest().in("lb1");
    assertEquals("hello\n", lb1.run("echo hello"));
    AssertionFailedError failure =
        assertThrows(AssertionFailedError.class, () -> lb1.run("echo not there >&2; exit 3"));
    assertTrue(failure.getMessage().contains("status 3"), failure::getMessage);
    assertTrue(failure.getMessage().contains("not there"), failure::getMessage);
    assertTrue(lb1.run("ip -brief addr show sync").contains("10.3.0.1/24"));
  }

  @Test
  void shouldKeepJobsUntilTheyAreStopped() throws Exception {
    Job job = LAB.guest().in("lb2").start("exec sleep 1000");
    assertEquals("lb2\n", LAB.guest().run("ip netns identify " + job.pid()));
    assertTrue(job.isRunning());
    job.stop();
    assertFalse(job.isRunning());
  }

  @Test
  void shouldCarryTrafficThroughAKernelThatTellsItsBackup() throws Exception {
    Guest guest = LAB.guest();
    String service = Topology.virtualAddress(false, 1);
    topology.giveAddresses(1, List.of(service));
    for (int i = 1; i <= topology.directors(); i++) {
      guest
          .in(Topology.director(i))
          .run(Topology.batch("ipvsadm -R", topology.service("-t " + service + ":80", 80, "")));
    }
    guest.in("lb2").run("ipvsadm --start-daemon=backup --mcast-interface=sync --syncid=7");
    guest.in("lb1").run("ipvsadm --start-daemon=master --mcast-interface=sync --syncid=7");
    Job capture = topology.capture("lb2", Topology.SYNC, "web");
    Traffic traffic = new Traffic(guest);
    traffic.serve(topology, "tcp", 80);

    traffic.open("web", "tcp", service, 80, 4, "open", "open", "client", "reset");

    assertEquals(new Traffic.Check(2, 2, List.of()), traffic.check("web"));
    // The one that was reset is gone after ten seconds.
    assertEquals(
        3,
        ProcTable.of(guest.in("lb1")).rows().stream()
            .filter(row -> !row.state().equals("CLOSE"))
            .count());
    Namespace.await(
        "open connections on the backup",
        Guest.PATIENCE,
        () -> ProcTable.of(guest.in("lb2")).rows(),
        rows -> rows.stream().filter(row -> row.state().equals("ESTABLISHED")).count() == 2);
    capture.stop();
  }

  @Test
  void shouldLoseADirectorsTableInAPowerCut() throws Exception {
    Namespace lb2 = LAB.guest().in("lb2");
    Job job = lb2.start("exec sleep 1000");
    lb2.run("ipvsadm -A -t 10.1.0.99:80 -s rr");

    topology.powerCut(2);
    Namespace.await("the processes end", Guest.PATIENCE, job::isRunning, running -> !running);
    topology.addDirector(2);

    assertFalse(lb2.run("ipvsadm -Ln").contains("10.1.0.99"));
    lb2.run("busybox ping -c 1 -W 5 10.3.0.1");
  }

  @Test
  void shouldRunANodeOfOurs() throws Exception {
    SyncdNode node = new SyncdNode(LAB.guest().in("lb2"), "lb2");
    LAB.onFailure(node::keepEvidence);
    long began = System.nanoTime();
    node.command("--start-daemon=backup", "--mcast-interface=sync", "--syncid=7", "--no-kernel");
    LAB.say("a node is up in " + Transcript.took(began));
    assertEquals("up", node.link("command").get("state"));
    assertEquals(List.of(), node.table().rows());
    node.kill9();
    Namespace.await(
        "the node is gone",
        Duration.ofSeconds(10),
        () -> node.tryControl("status").exit(),
        status -> status != 0);
  }
}

package org.ipvssync.kernel.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.ipvssync.api.node.OwnKernel.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What ran in the kernel before the node runs again after it, whatever came between. */
@Timeout(120)
class GiveBackTest extends ConductorFixture {
  @Test
  void shouldPickUpAfterAKillAtAnyMoment() throws Exception {
    startTheirs();
    links.add(network, Map.of());
    boolean killed = true;
    int calls = 0;
    for (; killed; calls++) {
      kernel.endAfter(calls);
      run(3000);
      conductor.close();
      killed = kernel.hasEnded();

      conductor = another();
      run(3000);
      assertEquals(OURS, daemons(), "killed after " + calls);
      conductor.close();
      assertEquals(THEIRS, daemons(), "killed after " + calls);
      conductor = another();
    }
    assertTrue(calls > 10, "only " + calls + " calls in the whole life of a node");
  }

  @Test
  void shouldGiveBackOneThoughTheOtherCannotStart() throws Exception {
    startTheirs();
    links.add(network, Map.of());
    run(3000);
    kernel.write("gone", "eth1");

    conductor.close();

    assertEquals(List.of("backup on eth2, sync id 6"), daemons());
    assertEquals(1, log.count("could not be given back"));
    assertTrue(parts.record().exists());

    kernel.write("gone", "none");
    conductor = another();
    run(3000);
    conductor.close();
    assertEquals(THEIRS, daemons());
    assertFalse(parts.record().exists());
  }

  @Test
  void shouldGiveBackAtTheEndWhatRanBeforeSomebodyStoppedOursTwice() throws Exception {
    startTheirs();
    links.add(network, Map.of());
    stopTwice();
    assertEquals(State.LEFT, conductor.status().state());
    assertEquals(List.of(), daemons());

    conductor.close();

    assertEquals(THEIRS, daemons());
    assertFalse(parts.record().exists());
  }

  @Test
  void shouldGiveThatBackWhenNothingAsksForTheKernelAnyMore() throws Exception {
    startTheirs();
    links.add(network, Map.of());
    stopTwice();

    links.remove(network);
    run(5000);

    assertEquals(THEIRS, daemons());
    assertFalse(parts.record().exists());
  }

  @Test
  void shouldForgetWhatRanBeforeWhenSomebodyStartsAnother() throws Exception {
    startTheirs();
    links.add(network, Map.of());
    run(3000);
    kernel.ipvsadm("--stop-daemon=master");
    kernel.ipvsadm("--start-daemon=master", "--mcast-interface=eth3", "--syncid=7");
    run(3000);

    conductor.close();

    assertEquals(List.of("master on eth3, sync id 7"), daemons());
    assertFalse(parts.record().exists());
  }

  @Test
  void shouldNotGiveBackWhatRanInAnEarlierBoot() throws Exception {
    startTheirs();
    links.add(network, Map.of());
    run(3000);
    parts.lock().release();
    kernel.ipvsadm("--stop-daemon=master");
    kernel.ipvsadm("--stop-daemon=backup");
    kernel.boot("two");

    conductor = another();
    run(3000);
    assertEquals(OURS, daemons());
    conductor.close();

    assertEquals(List.of(), daemons());
  }

  @Test
  void shouldLeaveNoLinkBehindWhenOnlyOneCouldBeMade() throws Exception {
    startTheirs();
    linkNameTaken = true;
    links.add(network, Map.of());

    run(1000);

    assertEquals(State.REFUSED, conductor.status().state());
    assertEquals(List.of("make 1", "remove"), linkCalls);
    assertEquals(THEIRS, daemons());
  }
}

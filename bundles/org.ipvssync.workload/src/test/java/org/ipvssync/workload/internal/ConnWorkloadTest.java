package org.ipvssync.workload.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnProtocol;
import org.ipvssync.api.workload.Workload;
import org.ipvssync.api.workload.WorkloadProvider;
import org.ipvssync.api.workload.WorkloadSpec;
import org.junit.jupiter.api.Test;

class ConnWorkloadTest {
  /** Steps of {@code tcp_states} in net/netfilter/ipvs/ip_vs_proto_tcp.c; SYN in a final state. */
  private static final Set<String> KERNEL_TCP_STEPS =
      Set.of("3-1", "3-6", "1-4", "1-7", "1-6", "4-5", "7-5", "5-3", "6-3", "4-3");

  private static final Set<String> KERNEL_SCTP_STEPS = Set.of("8-10", "8-13", "10-13");

  private static final WorkloadSpec SPEC = new WorkloadSpec(7, 2_000, 0, 500);

  @Test
  void shouldBeFoundByTheServiceLoader() {
    WorkloadProvider provider =
        ServiceLoader.load(WorkloadProvider.class).findFirst().orElseThrow();
    assertInstanceOf(ConnWorkload.class, provider.begin(SPEC));
  }

  @Test
  void shouldTellTheSameHoweverItIsAsked() {
    List<Told> often = Told.run(new ConnWorkload(SPEC), 6_000, 1, 64);
    List<Told> seldom = Told.run(new ConnWorkload(SPEC), 6_000, 1_000, 1);
    assertEquals(
        often.stream().map(Told::timeless).toList(), seldom.stream().map(Told::timeless).toList());
    assertTrue(often.size() > 20_000, "records " + often.size());
  }

  @Test
  void shouldTellOtherThingsWithAnotherSeed() {
    WorkloadSpec other = new WorkloadSpec(8, 2_000, 0, 500);
    assertNotEquals(Told.run(SPEC, 1_000), Told.run(other, 1_000));
  }

  @Test
  void shouldOpenConnectionsAtTheRate() {
    ConnWorkload workload = new ConnWorkload(SPEC);
    Told.run(workload, 500, 10, 32);
    assertEquals(1_000, workload.opened());
    Told.run(workload, 3_000, 100, 32);
    assertEquals(6_000, workload.opened());
  }

  @Test
  void shouldOpenNoMoreThanAskedAndThenEndThemAll() {
    ConnWorkload workload = new ConnWorkload(new WorkloadSpec(1, 10_000, 1_234, 200));
    Told.run(workload, 60_000, 10, 32);
    assertEquals(1_234, workload.opened());
    assertEquals(0, workload.live());
  }

  @Test
  void shouldSayWhetherMoreIsDue() {
    Workload workload = new ConnWorkload(new WorkloadSpec(1, 1_000, 2, 1_000));
    ConnBatch one = new ConnBatch(1);
    assertTrue(workload.advance(2, one));
    assertEquals(1, one.size());
    one.clear();
    assertFalse(workload.advance(2, one));
    assertEquals(1, one.size());
    assertEquals(2, workload.live());
  }

  @Test
  void shouldGoThroughTheStatesAsTheKernelDoes() {
    Map<String, Integer> stateOf = new HashMap<>();
    Set<String> tcpSteps = new HashSet<>();
    Set<String> sctpSteps = new HashSet<>();
    for (Told told : Told.run(SPEC, 20_000)) {
      if (told.isTemplate() || told.protocol() == ConnProtocol.UDP.number()) {
        continue;
      }
      boolean tcp = told.protocol() == ConnProtocol.TCP.number();
      Integer before = stateOf.put(told.key(), told.state());
      if (before == null) {
        assertEquals(tcp ? LifePath.SYN_RECV : 8, told.state(), told.toString());
      } else {
        (tcp ? tcpSteps : sctpSteps).add(before + "-" + told.state());
      }
    }
    assertEquals(KERNEL_TCP_STEPS, tcpSteps);
    assertEquals(KERNEL_SCTP_STEPS, sctpSteps);
  }

  @Test
  void shouldCarryTheKernelsFlagsAndTimeouts() {
    Set<Integer> forwarding = new HashSet<>();
    for (Told told : Told.run(SPEC, 5_000)) {
      boolean active = ConnProtocol.isActive(told.protocol(), told.state());
      if (told.isTemplate()) {
        assertEquals(ConnFlags.TEMPLATE | ConnFlags.INACTIVE, told.flags(), told.toString());
        assertEquals(300, told.timeoutS());
        continue;
      }
      assertEquals(!active, (told.flags() & ConnFlags.INACTIVE) != 0, told.toString());
      assertEquals(
          ConnProtocol.of(told.protocol()).defaultTimeoutS(told.state()),
          told.timeoutS(),
          told.toString());
      forwarding.add(told.flags() & ~ConnFlags.INACTIVE);
    }
    assertEquals(
        Set.of(
            ConnFlags.MASQ,
            ConnFlags.DROUTE | ConnFlags.NOOUTPUT,
            ConnFlags.TUNNEL | ConnFlags.NOOUTPUT),
        forwarding);
  }

  @Test
  void shouldMixProtocolsAndFamilies() {
    List<Told> told = Told.run(SPEC, 10_000);
    Set<String> keys =
        told.stream().filter(t -> !t.isTemplate()).map(Told::key).collect(Collectors.toSet());
    assertEquals(0.15, share(keys, key -> key.contains(":")), 0.02);
    assertEquals(0.21, share(keys, key -> key.startsWith("17 ")), 0.02);
    assertEquals(0.02, share(keys, key -> key.startsWith("132 ")), 0.01);
    assertTrue(told.stream().anyMatch(Told::isTemplate));
  }

  @Test
  void shouldChangeTheRealServerOnlyWhenAnEndedConnectionsPortIsUsedAgain() {
    Map<String, Told> last = new HashMap<>();
    int replaced = 0;
    for (Told told : Told.run(SPEC, 20_000)) {
      Told before = last.put(told.key(), told);
      if (before != null && !before.destination().equals(told.destination())) {
        assertEquals(LifePath.SYN_RECV, told.state(), told.toString());
        assertTrue((before.flags() & ConnFlags.INACTIVE) != 0, before.toString());
        assertFalse(told.isTemplate());
        replaced++;
      }
    }
    assertTrue(replaced > 100 && replaced < 1_500, "replaced " + replaced);
  }

  @Test
  void shouldSendAPersistentClientToTheServerOfItsTemplate() {
    Map<String, String> templates = new HashMap<>();
    List<Told> told = Told.run(new WorkloadSpec(3, 10_000, 0, 100), 5_000);
    int checked = 0;
    for (int i = 1; i < told.size(); i++) {
      if (told.get(i).isTemplate()) {
        Told template = told.get(i);
        String known = templates.putIfAbsent(template.key(), template.destination());
        assertTrue(known == null || known.equals(template.destination()), template.toString());
        assertTrue(template.key().contains(" 0 "), template.key());
        assertEquals(told.get(i - 1).destination(), template.destination());
        checked++;
      }
    }
    assertTrue(checked > 1_000, "templates " + checked);
  }

  @Test
  void shouldKeepTheLivesSoShortThatTheConnectionsFit() {
    WorkloadSpec heavy = new WorkloadSpec(1, 1_000_000, 0, Integer.MAX_VALUE);
    Lifetimes lifetimes = new Lifetimes(heavy);
    long longest = 0;
    for (long i = 0; i < 100_000; i++) {
      longest = Math.max(longest, lifetimes.stayMs(LifePath.RESET, 1, Mix.of(i)));
    }
    assertTrue(longest * heavy.ratePerSecond() / 1000 < ConnWorkload.MAX_LIVE, "ms " + longest);
  }

  @Test
  void shouldLiveAsLongAsAskedOnAverage() {
    Lifetimes lifetimes = new Lifetimes(SPEC);
    long sum = 0;
    for (long i = 0; i < 200_000; i++) {
      sum += lifetimes.stayMs(LifePath.RESET, 1, Mix.of(i));
    }
    assertEquals(500, sum / 200_000, 25);
  }

  private static double share(Set<String> keys, java.util.function.Predicate<String> which) {
    return keys.stream().filter(which).count() / (double) keys.size();
  }
}

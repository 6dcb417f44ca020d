package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ipvssync.vectors.Scenario;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real interfaces between two network namespaces: what lo cannot show. */
class NetworkIT {
  private Cable cable;
  private IpvsSyncd master;
  private IpvsSyncd backup;

  @BeforeEach
  void open() throws Exception {
    assumeTrue(Cable.isPossible(), "this user cannot make network namespaces");
    cable = Cable.lay();
    master = IpvsSyncd.inNamespace(cable.left());
    backup = IpvsSyncd.inNamespace(cable.right());
  }

  @AfterEach
  void close() throws Exception {
    if (cable != null) {
      backup.close();
      master.close();
      cable.close();
    }
  }

  @Test
  void shouldHearAnIpv6Group() throws Exception {
    shouldHear(Scenario.of("group6"), List.of("--mcast-group=ff02::5a"));
  }

  @Test
  void shouldHearSeveralPorts() throws Exception {
    shouldHear(Scenario.of("ports4"), List.of("--sync-ports=4"));
  }

  @Test
  void shouldSendFromNodeToNode() throws Exception {
    Scenario scenario = Scenario.of("tcp6-nat-v1");
    backup.run(line("--start-daemon=backup", cable.right(), List.of("--syncid=3"))).expect(0);
    // The first node hears the captured kernel on lo, and speaks on the cable.
    List<String> inside = List.of("--mcast-group=239.1.1.1", "--mcast-port=9000");
    master.run(line("--start-daemon=backup", "lo", inside)).expect(0);
    master.run(line("--start-daemon=master", cable.left(), List.of("--syncid=3"))).expect(0);

    List<String> replay = line("replay", "lo", inside);
    replay.add(scenario.extractCapture(master.folder()).toString());
    master.run(replay).expect(0);

    awaitRows(scenario);
  }

  @Test
  void shouldComeBackWhenTheInterfaceDoes() throws Exception {
    Scenario scenario = Scenario.of("udp4");
    backup.run(line("--start-daemon=backup", cable.right(), List.of())).expect(0);

    cable.pullOut();
    Map<?, ?> link =
        Await.until("the link notices", this::link, seen -> seen.get("state").equals("retrying"));
    assertTrue(link.get("detail").toString().contains(cable.right()), link::toString);

    cable.plugIn();
    Await.until("the link is back", this::link, seen -> seen.get("state").equals("up"));
    List<String> replay = line("replay", cable.left(), List.of());
    replay.add(scenario.extractCapture(master.folder()).toString());
    master.run(replay).expect(0);
    awaitRows(scenario);
  }

  private void shouldHear(Scenario scenario, List<String> options) throws Exception {
    backup.run(line("--start-daemon=backup", cable.right(), options)).expect(0);
    List<String> replay = line("replay", cable.left(), options);
    replay.add(scenario.extractCapture(master.folder()).toString());
    master.run(replay).expect(0);
    awaitRows(scenario);
    assertEquals(Map.of(), link().get("drops"));
  }

  private void awaitRows(Scenario scenario) throws Exception {
    Await.until(
        "rows of " + scenario,
        () -> Rows.ofProc(backup.run("connections", "--format=proc").expect(0).out()),
        Rows.ofKernel(scenario)::equals);
  }

  private Map<?, ?> link() throws Exception {
    Map<String, Object> status = JSON.std.mapFrom(backup.run("status", "--json").expect(0).out());
    return (Map<?, ?>) ((List<?>) status.get("links")).getFirst();
  }

  private static List<String> line(String command, String mcastInterface, List<String> options) {
    List<String> line = new ArrayList<>(List.of(command, "--mcast-interface=" + mcastInterface));
    line.addAll(options);
    return line;
  }
}

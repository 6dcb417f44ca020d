package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.vectors.Scenario;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.BundleContext;

/**
 * Connections cross from a master to a backup.
 *
 * <pre>
 *   captured traffic ─► group 1 ─► backup link, table, master link ─► group 2 ─► another node
 *                                  (this framework)                   (the packaged command)
 * </pre>
 */
@InFelix
class RelayIT {
  private static final int SYNC_ID = 42;

  private final TestGroup in = TestGroup.random();
  private final TestGroup out = TestGroup.random();
  private Links links;
  private SyncNode node;

  @BeforeEach
  void open(BundleContext context) throws Exception {
    links = new Links(context);
    node = new Services(context).require(SyncNode.class);
  }

  @AfterEach
  void close() throws Exception {
    links.removeAll();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp4-nat-v1", "tcp6-dr-v1", "sip"})
  void shouldCarryAKernelsConnectionsToAnotherNode(String name) throws Exception {
    Scenario scenario = Scenario.of(name);
    try (IpvsSyncd other = IpvsSyncd.create()) {
      List<String> line = new ArrayList<>(List.of("--start-daemon=backup"));
      line.add("--syncid=" + SYNC_ID);
      line.addAll(out.options());
      other.run(line).expect(0);
      // Only then it asks no more for a whole table: the relay's has what the other rows left
      // there.
      other.run("ready", "--wait=90").expect(0);
      links.configure(SyncRole.BACKUP, "in", in.settings(scenario.backupSyncId()));
      links.configure(SyncRole.BACKUP, "echo", out.settings(SYNC_ID));
      links.configure(SyncRole.MASTER, "out", masterSettings());
      links.awaitUp(SyncRole.BACKUP, "in");
      links.awaitUp(SyncRole.BACKUP, "echo");
      links.awaitUp(SyncRole.MASTER, "out");

      in.send(scenario.datagrams());

      List<String> kernel = Rows.ofKernel(scenario);
      Await.until("rows of the relay", () -> Rows.ofNode(node), rows -> rows.containsAll(kernel));
      Await.until(
          "rows of the other node",
          () -> Rows.ofProc(other.run("connections", "--format=proc").expect(0).out()),
          kernel::equals);

      // lo gives back what is sent on it: the node knows its own voice.
      LinkStatus echo = links.awaitCount(SyncRole.BACKUP, "echo", LinkCounter.OWN_DATAGRAM, 1);
      assertEquals(0, echo.counters().get(LinkCounter.RECORDS));
    }
  }

  private Map<String, Object> masterSettings() {
    Map<String, Object> settings = new HashMap<>(out.settings(SYNC_ID));
    settings.put("flushIntervalMs", 10);
    settings.put("refreshPeriodS", 0);
    return settings;
  }
}

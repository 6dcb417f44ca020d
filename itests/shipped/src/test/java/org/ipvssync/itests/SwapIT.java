package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.vectors.CapturedDatagram;
import org.ipvssync.vectors.Scenario;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.BundleContext;

/** A bundle is replaced while the node works: connections stay, and the link goes on by itself. */
@InFelix
class SwapIT {
  private final TestGroup group = TestGroup.random();
  private Links links;

  @BeforeEach
  void open(BundleContext context) throws Exception {
    links = new Links(context);
  }

  @AfterEach
  void close() throws Exception {
    links.removeAll();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.ipvssync.codec.v1",
        "org.ipvssync.transport.multicast",
        "org.ipvssync.table.memory",
        "org.ipvssync.shell",
      })
  void shouldGoOnAfterABundleWasReplaced(String name, BundleContext context) throws Exception {
    Scenario scenario = Scenario.of("tcp4-nat-v1");
    List<CapturedDatagram> datagrams = scenario.datagrams();
    links.configure(SyncRole.BACKUP, "one", group.settings(0));
    links.awaitUp(SyncRole.BACKUP, "one");
    group.send(datagrams.subList(0, 2));
    LinkStatus before = links.awaitCount(SyncRole.BACKUP, "one", LinkCounter.DATAGRAMS, 2);

    // With the old one gone before the new one comes.
    BundleSwaps swaps = new BundleSwaps(context);
    swaps.stop(name);
    swaps.update(name);
    swaps.start(name);

    LinkStatus after = links.awaitUp(SyncRole.BACKUP, "one");
    assertEquals(
        before.counters().get(LinkCounter.RECORDS), after.counters().get(LinkCounter.RECORDS));
    group.send(datagrams.subList(2, datagrams.size()));
    links.awaitCount(SyncRole.BACKUP, "one", LinkCounter.RECORDS, scenario.records());
    SyncNode node = new Services(context).require(SyncNode.class);
    Await.until("the kernel's rows", () -> Rows.ofNode(node), Rows.ofKernel(scenario)::equals);
  }
}

package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.ipvssync.itests.agent.NodeAgent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A table goes on without its bundle, also on a node that has done nothing yet: then none of its
 * code has run, and the framework gives no class out any more.
 */
class GoneTableIT {
  private static final String NODE = "org.ipvssync.node";
  private static final String TABLE = "org.ipvssync.table.";
  private static final int CONNECTIONS = 3_000;

  private LogWatch log;
  private FelixNode felix;
  private BundleSwaps bundles;
  private NodeAgent agent;

  @BeforeEach
  void start() throws Exception {
    log = new LogWatch();
    felix = FelixNode.start();
    bundles = new BundleSwaps(felix.context());
    agent = felix.agent();
  }

  @AfterEach
  void stop() throws Exception {
    agent.close();
    felix.close();
    log.close();
  }

  @ParameterizedTest
  @CsvSource({"memory, mapped", "mapped, memory"})
  void shouldMoveToAnotherTable(String name, String other) throws Exception {
    useUntouched(name);
    bundles.one(TABLE + name).uninstall();
    Map<String, String> rows = fill(name);
    agent.configure(NODE, "", Map.of("table", other));
    awaitTable(other);
    assertEquals(CONNECTIONS, agent.idlePending());
    assertEquals(rows, agent.rows());
    assertNoFault();
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "mapped"})
  void shouldEndWithTheNode(String name) throws Exception {
    useUntouched(name);
    bundles.one(TABLE + name).uninstall();
    Map<String, String> rows = fill(name);
    bundles.stop(NODE);
    bundles.install(TABLE + name, BundleSwaps.NEWER).start();
    startAgain();
    awaitTable(name);
    // What is in memory ends with the node.
    assertEquals(name.equals("mapped") ? rows : Map.of(), agent.rows());
    assertNoFault();
  }

  /** The node begins with that table, of whose code nothing has run. */
  private void useUntouched(String name) throws Exception {
    bundles.stop(NODE);
    for (String each : new String[] {"memory", "mapped"}) {
      agent.configure(TABLE + each, "", Map.of("maxConnections", 2 * CONNECTIONS));
    }
    agent.configure(NODE, "", Map.of("table", name));
    bundles.update(TABLE + name);
    startAgain();
    awaitTable(name);
  }

  private void startAgain() throws Exception {
    bundles.start(NODE);
    agent.close();
    agent = felix.agent();
  }

  private Map<String, String> fill(String name) {
    agent.openIdleOutbound("idle");
    agent.fill(CONNECTIONS);
    assertEquals(CONNECTIONS, agent.idlePending());
    Map<String, String> rows = agent.rows();
    assertEquals(CONNECTIONS, rows.size());
    assertEquals(name, agent.table().provider());
    return rows;
  }

  private void awaitTable(String name) throws Exception {
    Await.until("table " + name, agent::table, table -> table.provider().equals(name));
  }

  private void assertNoFault() {
    log.assertNoFault();
    assertEquals(0, agent.table().refused());
  }
}

package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.node.ReadyCondition;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.vectors.Scenario;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** The commands of scope ipvs answer, in the framework and through the control socket. */
@InFelix
class CommandsIT {
  private static final List<String> COMMANDS =
      List.of("status", "ready", "connections", "daemons", "startDaemon", "stopDaemon", "resync");

  private final TestGroup group = TestGroup.random();
  private Links links;
  private Services services;
  private Path socket;

  @BeforeEach
  void open(BundleContext context) throws Exception {
    links = new Links(context);
    services = new Services(context);
    socket = Path.of(context.getProperty(FelixNode.RUN_DIR), "control.sock");
    Await.until("the control socket", () -> Files.exists(socket), there -> there);
  }

  @AfterEach
  void close() throws Exception {
    links.removeAll();
  }

  @Test
  void shouldAnswerInTheFramework() throws Exception {
    String status = inFramework("ipvs:status");
    assertTrue(status.contains(FelixNode.INSTANCE), status);
    assertTrue(status.contains("memory"), status);

    Map<String, Object> json = JSON.std.mapFrom(inFramework("ipvs:status --json"));
    assertEquals(FelixNode.VERSION, json.get("version"));
    assertEquals(List.of(), json.get("links"));
  }

  @Test
  void shouldHelpWithEveryCommand() throws Exception {
    String all = inFramework("help");
    for (String command : COMMANDS) {
      assertTrue(all.contains("ipvs:" + command), () -> "help names no " + command + ": " + all);
      String help = inFramework("help ipvs:" + command);
      assertTrue(help.contains("example: ipvs:" + command), help);
    }
  }

  @Test
  void shouldKeepTheControlSocketToItsOwner() throws Exception {
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
  }

  @Test
  void shouldAnswerThroughTheControlSocket() throws Exception {
    try (ControlClient client = new ControlClient(socket)) {
      ControlClient.Answer status = client.run("ipvs:status");
      assertEquals(0, status.exit(), status::err);
      assertTrue(status.out().contains(FelixNode.INSTANCE), status::out);

      ControlClient.Answer json = client.run("ipvs:status --json");
      assertEquals(0, json.exit(), json::err);
      Map<String, Object> object = JSON.std.mapFrom(json.out());
      assertEquals(ProcessHandle.current().pid(), ((Number) object.get("pid")).longValue());

      ControlClient.Answer help = client.run("help");
      assertEquals(0, help.exit(), help::err);
      assertTrue(help.out().contains("ipvs:status"), help::out);
    }
  }

  @Test
  void shouldTellFailuresFromWrongUse() throws Exception {
    try (ControlClient client = new ControlClient(socket)) {
      ControlClient.Answer unknown = client.run("nosuchcommand");
      assertEquals(2, unknown.exit());
      assertEquals(1, unknown.err().lines().count(), unknown::err);

      ControlClient.Answer usage = client.run("ipvs:startDaemon --mcast-interface lo --syncid 256");
      assertEquals(2, usage.exit());
      assertEquals(1, usage.err().lines().count(), usage::err);

      ControlClient.Answer failed =
          client.run(startDaemon("backup").replace("interface lo", "interface nosuch0"));
      assertEquals(1, failed.exit());
      assertTrue(failed.err().contains("nosuch0"), failed::err);
      assertFalse(client.run("ipvs:daemons").out().contains("nosuch0"), "it was removed again");

      assertEquals(0, client.run("ipvs:status").exit(), "the session goes on after failures");
    }
  }

  @Test
  void shouldStartAndStopLinksByCommand() throws Exception {
    // A link that was not started by command keeps the node alive when the last one of those ends.
    links.configure(SyncRole.MASTER, "configured", TestGroup.random().settings(1));
    links.awaitUp(SyncRole.MASTER, "configured");
    try (ControlClient client = new ControlClient(socket)) {
      ControlClient.Answer start = client.run(startDaemon("backup"));
      assertEquals(0, start.exit(), start::err);
      String daemons = client.run("ipvs:daemons").out();
      assertTrue(daemons.contains("backup sync daemon (mcast=lo, syncid=7"), daemons);
      assertTrue(daemons.contains("group=" + group.address()), daemons);
      assertEquals(0, client.run("ipvs:ready --wait 90").exit());

      assertEquals(1, client.run(startDaemon("backup")).exit(), "it runs already");

      ControlClient.Answer stop = client.run("ipvs:stopDaemon backup");
      assertEquals(0, stop.exit(), stop::err);
      assertFalse(client.run("ipvs:daemons").out().contains("backup"));
    }
  }

  @Test
  void shouldShowWhatALinkReceived() throws Exception {
    Scenario scenario = Scenario.of("tcp6-nat-v1");
    links.configure(SyncRole.BACKUP, "one", group.settings(0));
    links.awaitUp(SyncRole.BACKUP, "one");
    group.send(scenario.datagrams());
    links.awaitCount(SyncRole.BACKUP, "one", LinkCounter.RECORDS, scenario.records());

    try (ControlClient client = new ControlClient(socket)) {
      Map<String, Object> status = JSON.std.mapFrom(client.run("ipvs:status --json").out());
      Map<?, ?> link = (Map<?, ?>) ((List<?>) status.get("links")).getFirst();
      assertEquals("up", link.get("state"));
      assertEquals(scenario.datagrams().size(), link.get("datagrams"));
      assertEquals(scenario.records(), link.get("records"));
      assertEquals(Map.of(), link.get("drops"));

      String proc = client.run("ipvs:connections --format proc").out();
      assertEquals(ConnText.PROC_HEADER, proc.lines().findFirst().orElse(""));
      List<String> objects = client.run("ipvs:connections --format json").out().lines().toList();
      assertEquals(proc.lines().count() - 1, objects.size());
      for (String object : objects) {
        assertEquals("inet6", JSON.std.mapFrom(object).get("af"));
      }
    }
  }

  @Test
  void shouldNotBeReadyWhileAConditionDoesNotHold(BundleContext context) throws Exception {
    links.configure(SyncRole.BACKUP, "one", group.settings(0));
    links.awaitUp(SyncRole.BACKUP, "one");
    ServiceRegistration<ReadyCondition> condition =
        context.registerService(ReadyCondition.class, new Missing(), null);
    try (ControlClient client = new ControlClient(socket)) {
      ControlClient.Answer not = client.run("ipvs:ready");
      assertEquals(1, not.exit());
      assertTrue(not.err().contains("the moon is not full"), not::err);
      condition.unregister();
      assertEquals(0, client.run("ipvs:ready --wait 90").exit());
    }
  }

  @Test
  void shouldNotListWhatABundleMadeForTheNode() throws Exception {
    Map<String, Object> settings = new HashMap<>(group.settings(0));
    settings.put(SyncLink.AUTOMATIC_PROPERTY, true);
    links.configure(SyncRole.BACKUP, "kernel", settings);
    links.awaitUp(SyncRole.BACKUP, "kernel");
    try (ControlClient client = new ControlClient(socket)) {
      assertEquals("", client.run("ipvs:daemons").out());
      ControlClient.Answer ready = client.run("ipvs:ready");
      assertTrue(ready.err().contains("no link"), ready::err);
      Map<String, Object> status = JSON.std.mapFrom(client.run("ipvs:status --json").out());
      Map<?, ?> link = (Map<?, ?>) ((List<?>) status.get("links")).getFirst();
      assertEquals(true, link.get("automatic"));
      assertTrue(status.get("track").toString().contains("ready.track"), "keepalived's file");
    }
  }

  /** Never holds. */
  static final class Missing implements ReadyCondition {
    @Override
    public Stage stage() {
      return Stage.CONTENT;
    }

    @Override
    public String missing() {
      return "the moon is not full";
    }
  }

  private String startDaemon(String role) {
    return "ipvs:startDaemon --mcast-interface %s --mcast-group %s --mcast-port %d --syncid 7 %s"
        .formatted(TestGroup.INTERFACE, group.address(), group.port(), role);
  }

  private String inFramework(String line) throws Exception {
    CommandProcessor processor = services.require(CommandProcessor.class);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (CommandSession session =
        processor.createSession(InputStream.nullInputStream(), out, out)) {
      Object result = session.execute(line);
      return out.toString(StandardCharsets.UTF_8) + (result == null ? "" : result);
    }
  }
}

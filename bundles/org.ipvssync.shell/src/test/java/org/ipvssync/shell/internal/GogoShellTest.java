package org.ipvssync.shell.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.service.command.Function;
import org.apache.felix.service.command.Process;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.OwnKernel;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.api.node.TableResync.State;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands as Gogo itself calls them, without a framework. */
class GogoShellTest {
  private final FakeView view = new FakeView();
  private final FakeConfigs configs = new FakeConfigs(view);
  private final FakeSettings settings = new FakeSettings();
  private final TestTime time = new TestTime();
  private final List<Runnable> stops = new ArrayList<>();
  private final NodeStop stop = new NodeStop(stops::add, () -> {});
  private final CommandProcessorImpl processor = new CommandProcessorImpl(null);
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private LineShell.Session session;

  /** Commands of other bundles, as bad as they come. */
  public static final class Others {
    /** Gives its words back. */
    public String echo(String... words) {
      return String.join(" ", words);
    }

    /** Counts what comes through a pipe. */
    public long lines() {
      return new BufferedReader(new InputStreamReader(Process.Utils.current().in(), UTF_8))
          .lines()
          .count();
    }

    /** Fails with lines. */
    public void fail() {
      throw new IllegalStateException("first line\n  second line\n");
    }

    /** Fails without a word. */
    public void mute() throws Exception {
      throw new Exception();
    }

    /** Fails with an error. */
    public void err() {
      throw new AssertionError("broken");
    }

    /** A result that Gogo formats. */
    public List<Map<String, Integer>> list() {
      return List.of(Map.of("a", 1));
    }
  }

  @BeforeEach
  void openSession() {
    DaemonControl control =
        new DaemonControl(view, configs, time.patience(), ShellLimits.defaults());
    add(
        new DaemonCommands(control, new KernelWord(view, time.patience()), stop),
        "startDaemon",
        "stopDaemon",
        "endIfIdle",
        "promote",
        "demote");
    add(new StatusCommands(view, time.patience(), stop), "status", "ready", "daemons", "shutdown");
    add(new TableCommands(view, time.patience()), "connections", "resync");
    add(
        new SwapCommands(view, settings, time.patience(), ShellLimits.defaults()),
        "codec",
        "table");
    add(new Others(), "echo", "lines", "fail", "mute", "err", "list");
    session = new GogoShell(processor, stop).open(out, err);
  }

  private void add(Object commands, String... functions) {
    for (String function : functions) {
      processor.addCommand("ipvs", commands, function);
    }
  }

  @AfterEach
  void closeSession() {
    session.close();
    processor.stop();
  }

  @Test
  void shouldStartADaemonWithItsOptions() {
    assertRuns(
        "ipvs:startDaemon --mcast-interface lo --syncid 7 --mcast-group ff02::5a --mcast-port 9900"
            + " --mcast-ttl 4 --sync-ports 2 --sync-maxlen 1024 --version 0 --name east master",
        "");
    assertEquals(
        List.of(
            new RoleConfig(
                SyncRole.MASTER,
                "east",
                true,
                Map.of(
                    "mcastInterface", "lo",
                    "syncId", 7,
                    "mcastGroup", "ff02::5a",
                    "mcastPort", 9900,
                    "mcastTtl", 4,
                    "syncPorts", 2,
                    "syncMaxLen", 1024,
                    "codec", "v0"))),
        configs.list());
  }

  @Test
  void shouldSayWhereTheChoiceOfATableIsKept() {
    view.tables.add(new Offer("memory", "1.0.0", "org.ipvssync.table.memory"));
    assertRuns("ipvs:table memory", "table memory is in use already\n");
    settings.values.put("node table", "memory");
    assertRuns("table memory", "table memory is in use already\nkept in /conf/node.cfg\n");
  }

  @Test
  void shouldStartDaemonsOfBothRoles() {
    assertRuns("ipvs:startDaemon --mcast-interface lo backup", "");
    assertRuns("startDaemon master --mcast-interface \"lo\"", "");
    assertRuns(
        "ipvs:daemons",
        """
        master sync daemon (mcast=lo, syncid=7, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)
        backup sync daemon (mcast=lo, syncid=7, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)
        """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ipvs:startDaemon --mcast-interface lo|startDaemon: ROLE is missing; allowed: master or"
            + " backup",
        "ipvs:startDaemon --mcast-interface lo both|startDaemon: ROLE=both is not allowed;"
            + " allowed: backup, master",
        "ipvs:startDaemon --mcast-interface lo --foo master|startDaemon: one ROLE is expected, not"
            + " '--foo master'; see 'help ipvs:startDaemon'",
        "ipvs:startDaemon --mcast-interface lo --syncid seven master|startDaemon: --syncid=seven is"
            + " not allowed; allowed: 0 to 255",
        "ipvs:startDaemon master --syncid|ipvs:startDaemon: wrong arguments; see 'help"
            + " ipvs:startDaemon' (an option is written '--name value')",
        "ipvs:stopDaemon some|stopDaemon: ROLE=some is not allowed; allowed: backup, master",
        "ipvs:connections --format=json|ipvs:connections: wrong arguments; see 'help"
            + " ipvs:connections' (an option is written '--name value')",
        "ipvs:connections --format xml|connections: --format=xml is not allowed; allowed: ipvsadm,"
            + " json, proc, table",
        "ipvs:status all|ipvs:status: wrong arguments; see 'help ipvs:status' (an option is written"
            + " '--name value')",
        "ipvs:ready --wait soon|ready: --wait=soon is not allowed; allowed: 0 to 86400",
        "ipvs:Nothing|no command 'ipvs:Nothing'; 'help' lists those there are",
      })
  void shouldSayInOneLineHowACommandIsUsed(String line, String complaint) {
    assertFails(CommandFailure.USAGE, line, complaint);
  }

  @ParameterizedTest
  @CsvSource({"'echo (', 2", "'echo \"', 2", "'}', 2"})
  void shouldCallAnUnreadableLineUsage(String line, int exit) {
    assertEquals(exit, session.run(line));
    assertEquals(1, text(err).lines().count(), text(err));
    assertTrue(text(err).startsWith("cannot read the line: "), text(err));
  }

  @Test
  void shouldStopTheNodeAfterTheReplyToTheLastDaemonsEnd() {
    configs.running(SyncRole.BACKUP, "command", true);
    configs.running(SyncRole.MASTER, "command", true);
    assertRuns("ipvs:stopDaemon backup", "");
    assertTrue(stops.isEmpty());
    assertRuns("ipvs:stopDaemon", "");
    assertEquals(1, stops.size());
    session.replied();
    stops.getFirst().run();
  }

  @Test
  void shouldShutTheNodeDown() {
    assertRuns("ipvs:shutdown", "");
    assertEquals(1, stops.size());
  }

  @Test
  void shouldFailWithTheLinksReason() {
    configs.newState = LinkState.RETRYING;
    configs.newDetail = "interface eth9 is not there: name one of lo, eth0";
    assertFails(
        CommandFailure.FAILED,
        "ipvs:startDaemon --mcast-interface eth9 backup",
        "interface eth9 is not there: name one of lo, eth0");
  }

  @Test
  void shouldLeaveTheOwnKernelAloneWhenToldTo() {
    view.kernel =
        new OwnKernel.Status(OwnKernel.State.REFUSED, "no IPVS in this kernel", 0, 0, 0, 0, 0);
    assertRuns("ipvs:startDaemon --mcast-interface lo --no-kernel backup", "");
    assertEquals(false, configs.list().getFirst().settings().get("kernel"));
    assertRuns(
        "ipvs:startDaemon --mcast-interface lo master",
        "without the own kernel: no IPVS in this kernel\n");
    assertFalse(configs.list().getLast().settings().containsKey("kernel"));
  }

  @Test
  void shouldTurnLinksAround() {
    configs.running(SyncRole.BACKUP, "command", true);
    assertRuns("ipvs:promote", "command: now master\n");
    assertRuns("ipvs:demote", "command: now backup\n");
    assertRuns("ipvs:demote", "command: is backup\nnothing has to change\n");
  }

  @Test
  void shouldShowStatusInBothForms() throws Exception {
    view.links.add(new FakeLink(SyncRole.BACKUP, "command"));
    assertEquals(0, session.run("ipvs:status"));
    assertTrue(text(out).startsWith("node   lb1, version 1.0.0"), text(out));
    out.reset();
    assertEquals(0, session.run("ipvs:status --json"));
    assertEquals(true, Json.object(text(out)).get("ready"));
  }

  @Test
  void shouldWaitUntilReady() {
    FakeLink link = new FakeLink(SyncRole.BACKUP, "command");
    view.links.add(link);
    assertRuns("ipvs:ready", "ready\n");
    link.state = LinkState.STARTING;
    assertFails(CommandFailure.FAILED, "ipvs:ready", "not ready: backup 'command' is starting");
    assertFails(
        CommandFailure.FAILED, "ipvs:ready --wait 5", "not ready: backup 'command' is starting");
    time.in(4_000, () -> link.state = LinkState.UP);
    assertRuns("ipvs:ready --wait 5", "ready\n");
  }

  @Test
  void shouldListConnectionsIntoAPipe() {
    view.node.row(6, "10.0.0.1", 1024, "10.0.0.2", 80, "10.0.0.3", 80, (_, _) -> {});
    assertEquals(0, session.run("ipvs:connections --format proc"));
    assertEquals(2, text(out).lines().count());
    out.reset();
    assertRuns("ipvs:connections --format proc | lines", "2\n");
  }

  @Test
  void shouldResyncBothWays() {
    FakeLink master = new FakeLink(SyncRole.MASTER, "command");
    master.whenPushed = () -> master.count(LinkCounter.PUSHED_PASSES, 1);
    view.links.add(master);
    assertRuns("ipvs:resync --push", "command: done, 0 records copied\n");
    view.resync = new FakeResync();
    view.resync.whenBegun = () -> view.resync.is(State.DONE, "10.0.0.2", 3, 3, "");
    assertRuns("ipvs:resync", "done, 3 of 3 connections from 10.0.0.2\n");
    view.resync.whenBegun = () -> view.resync.is(State.FAILED, "10.0.0.2", 3, 1, "it has gone");
    assertFails(
        CommandFailure.FAILED,
        "ipvs:resync",
        "resync: failed, 1 of 3 connections from 10.0.0.2; it has gone; what came is kept");
  }

  @ParameterizedTest
  @CsvSource({
    "status",
    "status --json",
    "connections",
    "connections --format json",
  })
  void shouldSayThatTheNodesServiceIsMissing(String command) {
    view.node = null;
    assertFails(
        CommandFailure.FAILED,
        "ipvs:" + command,
        "the node's service is not there; start the bundle org.ipvssync.node");
  }

  @Test
  void shouldPrintResultsAsGogoDoes() {
    assertRuns("echo a b", "a b\n");
    assertRuns("list", "[a=1]\n");
    assertRuns("x = 5", "5\n");
    assertRuns("$x", "5\n");
    assertRuns("null", "");
    assertRuns("echo", "");
    assertRuns("", "");
    assertRuns("  \n", "");
  }

  @Test
  void shouldLeaveAnAsteriskToTheCommand() {
    assertRuns("echo *", "*\n");
  }

  @Test
  void shouldMakeOneLineOfAnyFailure() {
    assertFails(CommandFailure.FAILED, "fail", "first line; second line");
    assertFails(CommandFailure.FAILED, "mute", "Exception");
    assertFails(CommandFailure.FAILED, "err", "broken");
  }

  @Test
  void shouldEndACommandWithItsSession() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    processor.addCommand(
        "ipvs",
        (Function)
            (_, _) -> {
              started.countDown();
              new CountDownLatch(1).await();
              return null;
            },
        "hang");
    int[] exit = new int[1];
    Thread runner = Thread.ofVirtual().start(() -> exit[0] = session.run("hang"));
    started.await();
    session.close();
    runner.join();
    assertEquals(CommandFailure.FAILED, exit[0]);
    assertEquals(CommandFailure.FAILED, session.run("echo late"));
  }

  private void assertRuns(String line, String output) {
    out.reset();
    err.reset();
    int exit = session.run(line);
    assertEquals("", text(err));
    assertEquals(output, text(out));
    assertEquals(CommandFailure.DONE, exit);
  }

  private void assertFails(int exit, String line, String complaint) {
    out.reset();
    err.reset();
    int got = session.run(line);
    assertEquals(complaint + "\n", text(err));
    assertEquals("", text(out));
    assertEquals(exit, got);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(UTF_8);
  }
}

package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged command starts nodes in the background and leaves nothing of them. */
class NodeProcessIT {
  private static final int NOBODY = 65_534;

  /** In the run directory when a node has ended. */
  private static final Set<String> STAYS =
      Set.of("log", "data", "conf", "ready.track", "ready.boot");

  private final TestGroup group = TestGroup.random();
  private IpvsSyncd ipvsSyncd;

  @BeforeEach
  void open() throws Exception {
    ipvsSyncd = IpvsSyncd.create();
  }

  @AfterEach
  void close() throws Exception {
    ipvsSyncd.close();
  }

  @Test
  void shouldStartInTheBackgroundAndLeaveNothingWhenStopped() throws Exception {
    startDaemon("backup").expect(0);

    long pid = ipvsSyncd.pid();
    assertEquals(List.of(pid), ipvsSyncd.processes().stream().map(ProcessHandle::pid).toList());
    assertTrue(Files.exists(ipvsSyncd.runDir().resolve("control.sock")));
    Map<String, Object> status =
        JSON.std.mapFrom(ipvsSyncd.run("status", "--json").expect(0).out());
    assertEquals(pid, ((Number) status.get("pid")).longValue());
    Map<?, ?> link = (Map<?, ?>) ((List<?>) status.get("links")).getFirst();
    assertEquals("backup", link.get("role"));
    assertEquals("up", link.get("state"));
    assertEquals(7, link.get("syncId"));

    ipvsSyncd.run("--stop-daemon").expect(0);
    assertNothingIsLeft();
  }

  @Test
  void shouldRunBothRolesInOneNodeAndStopThemOneByOne() throws Exception {
    startDaemon("master").expect(0);
    long pid = ipvsSyncd.pid();
    startDaemon("backup").expect(0);
    assertEquals(pid, ipvsSyncd.pid());

    String both = ipvsSyncd.run("-l", "--daemon").expect(0).out();
    assertTrue(both.contains("master sync daemon (mcast=lo, syncid=7"), both);
    assertTrue(both.contains("backup sync daemon (mcast=lo, syncid=7"), both);

    ipvsSyncd.run("--stop-daemon=master").expect(0);
    String one = ipvsSyncd.run("-l", "--daemon").expect(0).out();
    assertFalse(one.contains("master"), one);
    assertTrue(one.contains("backup"), one);

    ipvsSyncd.run("--stop-daemon=backup").expect(0);
    assertNothingIsLeft();
  }

  @Test
  void shouldRefuseASecondDaemonOfARole() throws Exception {
    startDaemon("backup").expect(0);
    long pid = ipvsSyncd.pid();

    IpvsSyncd.Result again = startDaemon("backup").expect(1);

    assertEquals(1, again.err().lines().count(), again::err);
    assertEquals(pid, ipvsSyncd.pid());
    assertEquals(1, ipvsSyncd.processes().size());
    ipvsSyncd.run("status").expect(0);
  }

  @Test
  void shouldStartAgainAfterItWasKilled() throws Exception {
    startDaemon("backup").expect(0);
    long killed = ipvsSyncd.pid();
    ProcessHandle.of(killed).orElseThrow().destroyForcibly();
    Await.until("the killed process is gone", ipvsSyncd::processes, List::isEmpty);
    assertEquals(1, ipvsSyncd.run("status").exit(), "nobody is there to answer");

    startDaemon("backup").expect(0);

    assertNotEquals(killed, ipvsSyncd.pid());
    ipvsSyncd.run("--stop-daemon").expect(0);
    assertNothingIsLeft();
  }

  @Test
  void shouldNotTakeBackThatItWasReady() throws Exception {
    Path track = ipvsSyncd.runDir().resolve("ready.track");
    startDaemon("backup").expect(0);
    ipvsSyncd.run("ready", "--wait=90").expect(0);
    Await.until("keepalived may take over", () -> text(track), "0\n"::equals);
    Object written = Files.getLastModifiedTime(track);

    ProcessHandle.of(ipvsSyncd.pid()).orElseThrow().destroyForcibly();
    Await.until("the killed process is gone", ipvsSyncd::processes, List::isEmpty);
    startDaemon("backup").expect(0);
    ipvsSyncd.run("ready", "--wait=90").expect(0);
    ipvsSyncd.run("--stop-daemon").expect(0);

    assertEquals(written, Files.getLastModifiedTime(track), "nobody has touched it since");
    assertEquals("0\n", text(track));
  }

  @Test
  void shouldNotBeReadyWhileALinkIsNotUp() throws Exception {
    Path conf = Files.createDirectory(ipvsSyncd.folder().resolve("conf"));
    Files.writeString(conf.resolve("org.ipvssync.role.backup-one.cfg"), "mcastInterface=nosuch0\n");
    Path output = ipvsSyncd.folder().resolve("output");
    Process process = ipvsSyncd.spawn(output, "run", "--conf", conf.toString());

    IpvsSyncd.Result ready =
        Await.until(
            "the node says why it is not ready; it printed " + output,
            () -> ipvsSyncd.run("ready"),
            said -> said.err().contains("nosuch0") || !process.isAlive());

    assertEquals(1, ready.exit());
    assertEquals(1, ready.err().lines().count(), ready::err);
    assertEquals("1\n", text(ipvsSyncd.runDir().resolve("ready.track")));
    IpvsSyncd.Result promote = ipvsSyncd.run("promote").expect(1);
    assertTrue(promote.err().contains("change it there: backup 'one'"), promote::err);
    ipvsSyncd.run("demote").expect(0);
    process.destroy();
    Await.until("it ends", process::isAlive, alive -> !alive);
    assertEquals("1\n", text(ipvsSyncd.runDir().resolve("ready.track")));
  }

  @Test
  void shouldEndInOrderOnATermination() throws Exception {
    startDaemon("backup").expect(0);
    ProcessHandle.of(ipvsSyncd.pid()).orElseThrow().destroy();
    Await.until("the process ends", ipvsSyncd::processes, List::isEmpty);
    assertNothingIsLeft();
  }

  @Test
  void shouldFailWhenItCannotRemoveItsFiles() throws Exception {
    Path conf = Files.createDirectory(ipvsSyncd.folder().resolve("conf"));
    Path output = ipvsSyncd.folder().resolve("output");
    Process process = ipvsSyncd.spawn(output, "run", "--conf", conf.toString());
    Await.until(
        "the node answers; it printed " + output,
        () -> ipvsSyncd.run("status").exit(),
        exit -> exit == 0 || !process.isAlive());
    Path pid = ipvsSyncd.runDir().resolve("pid");
    Files.delete(pid);
    Files.createDirectories(pid.resolve("no file"));
    process.destroy();
    Await.until("it ends", process::isAlive, alive -> !alive);
    assertEquals(1, process.exitValue(), () -> text(output));
    assertTrue(text(output).contains("cannot remove the node's files"), () -> text(output));
  }

  @Test
  void shouldLeaveNoNodeWhenTheLinkCannotComeUp() throws Exception {
    IpvsSyncd.Result refused =
        ipvsSyncd.run("--start-daemon=backup", "--mcast-interface=nosuch0").expect(1);
    assertTrue(refused.err().contains("nosuch0"), refused::err);
    assertEquals(1, refused.err().lines().count(), refused::err);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--no-such-option",
        "nosuchcommand",
        "--start-daemon=neither --mcast-interface=lo",
        "--start-daemon=backup --mcast-interface=lo --syncid=256",
        "--start-daemon=backup --mcast-interface=lo --syncid=seven",
        "--start-daemon=backup --mcast-interface=lo --mcast-group=10.1.2.3",
        "--start-daemon=backup --mcast-interface=lo --mcast-port=0",
        "connections --format=nosuchformat",
        "decode",
        "replay",
      })
  void shouldCallWrongUseByItsName(String line) throws Exception {
    String[] arguments = line.isEmpty() ? new String[0] : line.split(" ");
    IpvsSyncd.Result result = ipvsSyncd.run(arguments).expect(2);
    assertFalse(result.err().isBlank(), "it says what to do");
    assertEquals(List.of(), ipvsSyncd.processes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--stop-daemon", "status", "-Lnc", "-l --daemon", "connections"})
  void shouldSayInOneLineThatNoNodeRuns(String line) throws Exception {
    IpvsSyncd.Result result = ipvsSyncd.run(line.split(" ")).expect(1);
    assertEquals("", result.out());
    assertEquals(1, result.err().lines().count(), result::err);
    assertEquals(List.of(), ipvsSyncd.processes());
  }

  @Test
  void shouldRunInTheForegroundFromAConfigurationFolder() throws Exception {
    Path conf = Files.createDirectory(ipvsSyncd.folder().resolve("conf"));
    StringBuilder settings = new StringBuilder();
    group.settings(7).forEach((key, value) -> settings.append(key + "=" + value + "\n"));
    Files.writeString(conf.resolve("org.ipvssync.role.backup-fore.cfg"), settings);
    Path output = ipvsSyncd.folder().resolve("output");

    Process process = ipvsSyncd.spawn(output, "run", "--conf", conf.toString());

    Await.until(
        "the node is ready; it printed " + output,
        () -> ipvsSyncd.run("ready").exit(),
        exit -> exit == 0 || !process.isAlive());
    assertTrue(process.isAlive(), () -> "it ended: " + text(output));
    String daemons = ipvsSyncd.run("-l", "--daemon").expect(0).out();
    assertTrue(daemons.contains("backup sync daemon (mcast=lo, syncid=7"), daemons);
    process.destroy();
    Await.until("it ends", process::isAlive, alive -> !alive);
    assertEquals(0, process.exitValue());
    assertNothingIsLeft();
  }

  @Test
  void shouldRunNodesOfSeveralNamesSideBySide() throws Exception {
    for (String name : List.of("one", "two")) {
      List<String> line = new ArrayList<>(List.of("--instance=" + name, "--start-daemon=backup"));
      line.addAll(TestGroup.random().options());
      ipvsSyncd.run(line).expect(0);
    }
    assertEquals(2, ipvsSyncd.processes().size());
    ipvsSyncd.run("--instance=one", "--stop-daemon").expect(0);
    assertEquals(1, ipvsSyncd.processes().size());
    ipvsSyncd.run("--instance=two", "status").expect(0);
    ipvsSyncd.run("--instance=two", "--stop-daemon").expect(0);
    assertEquals(List.of(), ipvsSyncd.processes());
  }

  @Test
  void shouldWorkForAPlainUserWithNothingButAHome() throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"), "only root can become another");
    try (IpvsSyncd plain = IpvsSyncd.asUser(NOBODY)) {
      List<String> line = new ArrayList<>(List.of("--start-daemon=backup"));
      line.addAll(group.options());
      plain.run(line).expect(0);
      assertEquals(NOBODY, Files.getAttribute(plain.runDir(), "unix:uid"));
      assertTrue(plain.run("-l", "--daemon").expect(0).out().contains("backup"));
      plain.run("--stop-daemon").expect(0);
      assertEquals(List.of(), plain.processes());
    }
  }

  private IpvsSyncd.Result startDaemon(String role) throws Exception {
    List<String> line = new ArrayList<>(List.of("--start-daemon=" + role, "--syncid=7"));
    line.addAll(group.options());
    return ipvsSyncd.run(line);
  }

  /** Logs, configuration and data may stay, and keepalived's file does. */
  private void assertNothingIsLeft() throws IOException {
    assertEquals(List.of(), ipvsSyncd.processes());
    if (Files.exists(ipvsSyncd.runDir())) {
      try (Stream<Path> files = Files.list(ipvsSyncd.runDir())) {
        List<String> left =
            files
                .map(file -> file.getFileName().toString())
                .filter(name -> !STAYS.contains(name))
                .toList();
        assertEquals(List.of(), left);
      }
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}

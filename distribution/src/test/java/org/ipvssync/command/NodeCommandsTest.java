package org.ipvssync.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that a running node answers. */
class NodeCommandsTest {
  @TempDir private Path temp;
  private Path socket;

  @BeforeEach
  void make() throws IOException {
    socket = Files.createDirectory(temp.resolve("default")).resolve("control.sock");
  }

  @ParameterizedTest
  @CsvSource({
    "status, ipvs:status",
    "status --json, ipvs:status --json",
    "connections, ipvs:connections --format table",
    "connections --format=proc, ipvs:connections --format proc",
    "connections --format json, ipvs:connections --format json",
    "connections --format=ipvsadm, ipvs:connections --format ipvsadm",
    "resync, ipvs:resync",
    "resync --push, ipvs:resync --push",
    "codec, ipvs:codec",
    "codec v0, ipvs:codec v0",
    "codec v0 eth0.7, ipvs:codec v0 eth0.7",
    "codec v0 a$b, ipvs:codec v0 'a$b'",
    "table, ipvs:table",
    "table memory, ipvs:table memory",
    "ready, ipvs:ready",
    "ready --wait=0, ipvs:ready",
    "promote, ipvs:promote",
    "demote, ipvs:demote",
    "shell lb, lb",
    "shell echo a b | grep -c a, echo a b | grep -c a",
    "shell ipvs:status --json, ipvs:status --json"
  })
  void shouldAskTheNode(String words, String line) throws IOException {
    try (StubNode node =
        StubNode.listen(
            socket, _ -> List.of(StubNode.out("one\n"), StubNode.out("two\n"), StubNode.exit(0)))) {
      assertEquals(new CommandRun(0, "one\ntwo\n", ""), CommandRun.of(temp, words.split(" ")));
      assertEquals(List.of(line), node.lines());
    }
  }

  @ParameterizedTest
  @CsvSource({"codec v0 eth0 eth1, eth1, codec", "table memory now, now, table"})
  void shouldNotAskTheNodeWithTooManyWords(String words, String unknown, String command) {
    CommandRun run = CommandRun.of(temp, words.split(" "));
    assertEquals(2, run.status());
    assertEquals(
        "ipvs-syncd: unknown word " + unknown + " (see ipvs-syncd " + command + " -h)\n",
        run.err());
  }

  @Test
  void shouldWaitOnTheNodeForWhatIsLeftOfTheTime() throws IOException {
    try (StubNode node = StubNode.listen(socket, StubNode.silent())) {
      assertEquals(0, CommandRun.of(temp, "ready", "--wait", "100").status());
      assertEquals(1, node.lines().size());
      assertTrue(node.lines().getFirst().matches("ipvs:ready --wait (99|100)"), "no more");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 0",
    "0, 0",
    "1, 1",
    "999999999, 1",
    "1000000000, 1",
    "1000000001, 2",
    "99999999999, 100"
  })
  void shouldWaitForASecondThatHasBegun(long leftNanos, long seconds) {
    assertEquals(seconds, ReadyCommand.secondsBegun(leftNanos));
  }

  @Test
  void shouldPassFailuresOnWithTheirStatus() throws IOException {
    try (StubNode node =
        StubNode.listen(
            socket, _ -> List.of(StubNode.err("not now: try later\n"), StubNode.exit(1)))) {
      assertEquals(
          new CommandRun(1, "", "ipvs-syncd: not now: try later\n"),
          CommandRun.of(temp, "promote"));
      assertEquals(1, node.lines().size());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"status", "-Lnc", "-l --daemon", "--stop-daemon", "shell", "shell x", "ready"})
  void shouldSayHowToStartWhenNoNodeRuns(String words) {
    CommandRun run = CommandRun.of(temp, words.split(" "));
    assertEquals(1, run.status());
    assertEquals(
        "ipvs-syncd: no node default runs: start it with ipvs-syncd --start-daemon=backup"
            + " --mcast-interface=INTERFACE\n",
        run.err());
  }

  @Test
  void shouldNotBeFooledByTheSocketOfAKilledNode() throws IOException {
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(socket));
    }
    assertTrue(Files.exists(socket));
    CommandRun run = CommandRun.of(temp, "status");
    assertEquals(1, run.status());
    assertTrue(run.err().contains("no node default runs"), run::err);
  }

  @Test
  void shouldSayThatTheNodeEndedBeforeItAnswered() throws IOException {
    try (StubNode node = StubNode.listen(socket, _ -> List.of(StubNode.out("half")))) {
      CommandRun run = CommandRun.of(temp, "status");
      assertEquals(1, run.status());
      assertEquals("half", run.out());
      assertEquals("ipvs-syncd: node default ended before it had answered\n", run.err());
      assertEquals(1, node.lines().size());
    }
  }

  @Test
  void shouldTakeLinesFromAPipeInOneSession() throws IOException {
    try (StubNode node =
        StubNode.listen(
            socket,
            line -> List.of(StubNode.out(line + "!\n"), StubNode.exit(line.equals("b") ? 3 : 0)))) {
      assertEquals(
          new CommandRun(3, "a!\nb!\n", ""),
          CommandRun.withInput("a\n\nb\n", temp, "shell"),
          "the status of the last line");
      assertEquals(
          new CommandRun(0, "a!\n", ""), CommandRun.withInput("a\nexit\nb\n", temp, "shell"));
      assertEquals(List.of("a", "b", "a"), node.lines());
    }
  }

  @Test
  void shouldEndTheNodeThatHasNoRoleLeftAndWaitForIt() throws Exception {
    Process process = new ProcessBuilder("sleep", "60").start();
    Files.writeString(temp.resolve("default/pid"), process.pid() + "\n");
    try (StubNode node =
        StubNode.listen(
            socket,
            line -> {
              if (line.equals("ipvs:endIfIdle")) {
                process.destroy(); // the node ends once it has replied
              }
              return List.of(StubNode.exit(0));
            })) {
      assertEquals(new CommandRun(0, "", ""), CommandRun.of(temp, "--stop-daemon"));
      assertTrue(process.waitFor(10, TimeUnit.SECONDS));
      assertEquals(List.of("ipvs:stopDaemon", "ipvs:endIfIdle"), node.lines());
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void shouldLeaveANodeThatGoesOnThoughItListsNoDaemon() throws Exception {
    Files.writeString(temp.resolve("default/pid"), ProcessHandle.current().pid() + "\n");
    try (StubNode node =
        StubNode.listen(
            socket,
            line ->
                line.equals("ipvs:endIfIdle")
                    ? List.of(StubNode.err("it has another one\n"), StubNode.exit(1))
                    : List.of(StubNode.exit(0)))) {
      assertEquals(new CommandRun(0, "", ""), CommandRun.of(temp, "--stop-daemon=backup"));
      assertEquals(List.of("ipvs:stopDaemon backup", "ipvs:endIfIdle"), node.lines());
    }
  }

  @Test
  void shouldNotWaitWhenNothingWasStopped() throws IOException {
    try (StubNode node =
        StubNode.listen(
            socket, _ -> List.of(StubNode.err("no daemon was started\n"), StubNode.exit(1)))) {
      assertEquals(
          new CommandRun(1, "", "ipvs-syncd: no daemon was started\n"),
          CommandRun.of(temp, "--stop-daemon"));
      assertEquals(
          List.of("ipvs:stopDaemon"), node.lines(), "a node that was idle before is not to end");
    }
  }
}

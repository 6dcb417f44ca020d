package org.ipvssync.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to say it that ipvsadm knows, as it reaches the node. */
class IpvsadmWordsTest {
  @TempDir private Path temp;
  private StubNode node;

  @BeforeEach
  void listen() throws IOException {
    Files.createDirectory(temp.resolve("default"));
    node =
        StubNode.listen(
            temp.resolve("default/control.sock"),
            line ->
                line.equals("ipvs:endIfIdle")
                    ? List.of(StubNode.err("it has another one\n"), StubNode.exit(1))
                    : List.of(StubNode.exit(0)));
  }

  @AfterEach
  void close() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Lnc",
        "-lnc",
        "-Lcn",
        "-lcn",
        "-Lc",
        "-L -n -c",
        "-l -c -n",
        "-Ln --connection",
        "-L --numeric --connection",
        "--list --connection --numeric",
        "--list -nc",
        "--list --connection --exact --sort",
        "--connection --list"
      })
  void shouldListConnections(String words) {
    assertSends("ipvs:connections --format ipvsadm", words);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-l --daemon", "-L --daemon", "--list --daemon", "-Ln --daemon"})
  void shouldListDaemons(String words) {
    assertSends("ipvs:daemons", words);
  }

  @ParameterizedTest
  @CsvSource({
    "--start-daemon=backup --mcast-interface=eth0,"
        + " ipvs:startDaemon --mcast-interface eth0 backup",
    "--start-daemon backup --mcast-interface eth0,"
        + " ipvs:startDaemon --mcast-interface eth0 backup",
    "--mcast-interface eth0 --start-daemon master,"
        + " ipvs:startDaemon --mcast-interface eth0 master",
    "--start-daemon=master --mcast-interface=eth0 --syncid=0 --sync-maxlen=1400,"
        + " ipvs:startDaemon --mcast-interface eth0 --syncid 0 --sync-maxlen 1400 master",
    "--start-daemon=master --mcast-interface=eth0.100 --mcast-group=239.1.2.3 --mcast-port=9900"
        + " --mcast-ttl=4 --sync-ports=4 --no-kernel,"
        + " ipvs:startDaemon --mcast-interface eth0.100 --mcast-group 239.1.2.3 --mcast-port 9900"
        + " --mcast-ttl 4 --sync-ports 4 --no-kernel master",
    "--start-daemon=master --mcast-interface=br-lan --mcast-group=ff02::5a --sync-version=0"
        + " --name=old,"
        + " ipvs:startDaemon --mcast-interface br-lan --mcast-group ff02::5a --version 0"
        + " --name old master",
    "--start-daemon=backup --mcast-interface=a@b,"
        + " ipvs:startDaemon --mcast-interface 'a@b' backup"
  })
  void shouldStartDaemons(String words, String line) {
    // CSV takes apostrophes away
    assertSends(line.replace(" a@b ", " 'a@b' "), words);
  }

  @ParameterizedTest
  @CsvSource({
    "--stop-daemon, ipvs:stopDaemon",
    "--stop-daemon=master, ipvs:stopDaemon master",
    "--stop-daemon backup, ipvs:stopDaemon backup"
  })
  void shouldStopDaemons(String words, String line) {
    CommandRun run = CommandRun.of(temp, words.split(" "));
    assertEquals("", run.err());
    assertEquals(line, node.lines().getFirst());
    assertEquals(0, run.status());
  }

  @Test
  void shouldMeanTheNodeThatIsNamed() throws IOException {
    Files.createDirectory(temp.resolve("dmz"));
    try (StubNode other = StubNode.listen(temp.resolve("dmz/control.sock"), StubNode.silent())) {
      CommandRun.of(temp, "--instance", "dmz", "-Lnc");
      CommandRun.of(temp, "--instance=dmz", "status");
      CommandRun.of(temp, "status", "--instance=dmz", "--json");
      CommandRun.of(temp, "-l", "--daemon", "--instance", "dmz");
      assertEquals(
          List.of(
              "ipvs:connections --format ipvsadm",
              "ipvs:status",
              "ipvs:status --json",
              "ipvs:daemons"),
          other.lines());
      assertEquals(List.of(), node.lines());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|nothing to do",
        "-Ln|ipvsadm -Ln",
        "-L|ipvsadm -Ln",
        "-Lc --daemon|-l takes",
        "-c|go with -l",
        "--daemon|go with -l",
        "-A -t 10.0.0.1:80|-A",
        "-Lncx|-Lncx",
        "--start-daemon|takes a value",
        "--start-daemon=neither|master or backup, not neither",
        "--start-daemon=master --stop-daemon|one thing",
        "--stop-daemon=both|master or backup, not both",
        "--stop-daemon --syncid=5|--syncid goes with --start-daemon",
        "--stop-daemon --no-kernel|--no-kernel goes with --start-daemon",
        "--syncid=5|nothing to do",
        "--start-daemon=master --syncid=256|0 to 255",
        "--start-daemon=master --syncid=-1|0 to 255",
        "--start-daemon=master --syncid=seven|seven",
        "--start-daemon=master --mcast-port=0|1 to 65535",
        "--start-daemon=master --mcast-port=65535 --sync-ports=2|1 to 65534",
        "--start-daemon=master --mcast-ttl=256|1 to 255",
        "--start-daemon=master --sync-ports=65|1 to 64",
        "--start-daemon=master --sync-maxlen=10|64 to 65507",
        "--start-daemon=master --sync-maxlen=65508|64 to 65507",
        "--start-daemon=backup --sync-maxlen=500|1024 to 65507",
        "--start-daemon=master --sync-version=2|0 to 1",
        "--start-daemon=master --mcast-group=10.1.2.3|224.0.0.0",
        "--start-daemon=master --mcast=lo|--mcast=lo",
        "statsu|did you mean status?",
        "codex v1|unknown word codex",
        "codec v1 eth0 more|unknown word more",
        "table mapped more|unknown word more",
        "status now|unknown word now",
        "status --jsn|unknown word --jsn",
        "connections --format=xml|xml",
        "ready --wait=-1|0 to 86400",
        "decode|FILE is missing",
        "decode a b|unknown word b",
        "decode a --port=x|--port=x",
        "replay a|--mcast-interface is missing",
        "replay a --mcast-interface=lo --rate=0|1 to 1000000",
        "replay a --mcast-interface=lo --rate=1 --realtime|not both",
        "replay a --mcast-interface=lo --mcast-group=1.2.3.4|224.0.0.0",
        "help nothing|unknown command nothing",
        "demo --rate=0|1 to 1000000"
      })
  void shouldSayInOneLineWhatItDoesNotUnderstand(String words, String hint) {
    CommandRun run = CommandRun.of(temp, words == null ? new String[0] : words.split(" "));
    assertEquals(2, run.status());
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count(), run::err);
    assertTrue(run.err().startsWith("ipvs-syncd: "), run::err);
    assertTrue(run.err().contains(hint), run::err);
    assertTrue(run.err().contains("-h)"), run::err);
    assertEquals(List.of(), node.lines(), "nothing was done");
  }

  private void assertSends(String line, String words) {
    CommandRun run = CommandRun.of(temp, words.split(" "));
    assertEquals("", run.err());
    assertEquals(List.of(line), node.lines());
    assertEquals(0, run.status());
  }
}

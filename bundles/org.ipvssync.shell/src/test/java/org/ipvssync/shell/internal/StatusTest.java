package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.node.DelayStats;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.OwnKernel;
import org.ipvssync.api.node.ParkedWay;
import org.ipvssync.api.node.ReadyCondition;
import org.ipvssync.api.node.ReadyCondition.Stage;
import org.ipvssync.api.node.Swap;
import org.ipvssync.api.node.SwapStats;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.api.node.TableResync.State;
import org.ipvssync.api.node.TableStatus;
import org.ipvssync.api.wire.LinkAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusTest {
  private final FakeView view = new FakeView();
  private final Printed printed = new Printed();
  private final FakeLink backup = new FakeLink(SyncRole.BACKUP, "eth0");
  private final FakeLink master = new FakeLink(SyncRole.MASTER, "eth1");

  @BeforeEach
  void fillNode() {
    backup.count(LinkCounter.DATAGRAMS, 12);
    backup.count(LinkCounter.RECORDS, 1_234);
    backup.count(LinkCounter.BYTES, 56_789);
    backup.count(LinkCounter.INSERTED, 1_000);
    backup.count(LinkCounter.SIZE_MISMATCH, 3);
    backup.count(LinkCounter.TABLE_FULL, 0);
    backup.codec = "v0,v1";
    backup.delay = new DelayStats(1_234, 80, 1_500, 20_049);
    master.address = new LinkAddress("eth1", FakeLink.group("ff02::5a"), 9900, 4, 8, 0, false);
    master.syncId = 0;
    master.pending = 17;
    view.links.add(backup);
    view.links.add(master);
  }

  @Test
  void shouldBeOneObjectForPrograms() throws IOException {
    StatusJson.print(StatusReport.of(view), printed.out);
    assertEquals(1, printed.lines().size());
    Map<String, Object> status = Json.object(printed.text());
    assertEquals(
        List.of(
            "instance",
            "version",
            "pid",
            "uptimeSeconds",
            "ready",
            "missing",
            "links",
            "parked",
            "table"),
        new ArrayList<>(status.keySet()));
    assertEquals("lb1", status.get("instance"));
    assertEquals("1.0.0", status.get("version"));
    assertEquals(4711L, status.get("pid"));
    assertEquals(61L, status.get("uptimeSeconds"));
    assertEquals(true, status.get("ready"));
    assertEquals(List.of(), status.get("missing"));
    assertEquals(
        Map.of(
            "provider", "memory",
            "connections", 3L,
            "templates", 1L,
            "capacity", 1_000_000L,
            "refused", 0L,
            "detail", "",
            "swaps", Map.of("count", 0L, "longestMicros", 0L)),
        status.get("table"));

    List<?> links = (List<?>) status.get("links");
    Map<?, ?> first = (Map<?, ?>) links.get(0);
    assertEquals("eth1", first.get("name"), "masters come first");
    assertEquals("ff02::5a", first.get("group"));
    assertEquals(8L, ((Number) first.get("ttl")).longValue());
    assertEquals(17L, first.get("pending"));
    assertEquals(Map.of(), first.get("drops"));
  }

  @Test
  void shouldGiveALinkAllItsFields() throws IOException {
    StatusJson.print(StatusReport.of(view), printed.out);
    Map<?, ?> link = (Map<?, ?>) ((List<?>) Json.object(printed.text()).get("links")).get(1);
    assertEquals(
        Map.ofEntries(
            Map.entry("name", "eth0"),
            Map.entry("role", "backup"),
            Map.entry("interface", "lo"),
            Map.entry("group", "224.0.0.81"),
            Map.entry("port", 8848L),
            Map.entry("syncPorts", 1L),
            Map.entry("ttl", 1L),
            Map.entry("transport", "multicast"),
            Map.entry("horizon", "224.0.0.81:8848%lo"),
            Map.entry("automatic", false),
            Map.entry("syncId", 7L),
            Map.entry("syncMaxLen", 1472L),
            Map.entry("codec", "v0,v1"),
            Map.entry("state", "up"),
            Map.entry("detail", ""),
            Map.entry("pending", 0L),
            Map.entry("datagrams", 12L),
            Map.entry("records", 1_234L),
            Map.entry("bytes", 56_789L),
            Map.entry("inserted", 1_000L),
            Map.entry("updated", 0L),
            Map.entry("replaced", 0L),
            Map.entry("kept", 0L),
            Map.entry("changes", 0L),
            Map.entry("coalesced", 0L),
            Map.entry("copies", 0L),
            Map.entry("leads", 0L),
            Map.entry("ringOverflows", 0L),
            Map.entry("passes", 0L),
            Map.entry("pushedPasses", 0L),
            Map.entry("spooled", 0L),
            Map.entry("control", 0L),
            Map.entry("gaps", 0L),
            Map.entry("unjoinedMs", 0L),
            Map.entry("drops", Map.of("sizeMismatch", 3L)),
            Map.entry("swaps", Map.of("count", 0L, "longestMicros", 0L)),
            Map.entry(
                "delayMicros", Map.of("count", 1_234L, "p50", 80L, "p99", 1_500L, "max", 20_049L))),
        link);
  }

  @Test
  void shouldTellWhatWaitsForAMasterThatIsNotRunning() throws IOException {
    view.node.parked = List.of(new ParkedWay("eth2", 5_000, 35));
    StatusText.print(StatusReport.of(view), printed.out);
    assertTrue(
        printed
            .text()
            .contains(
                "eth2 (master): is not running, 5,035 changes wait for it;"
                    + " start org.ipvssync.role.master\n"),
        printed.text());
    Printed json = new Printed();
    StatusJson.print(StatusReport.of(view), json.out);
    assertEquals(
        List.of(Map.of("name", "eth2", "waiting", 5_000L, "held", 35L)),
        Json.object(json.text()).get("parked"));
  }

  @Test
  void shouldSayWhenNoSocketWasJoined() {
    backup.counters.put(LinkCounter.GAPS, 2L);
    backup.counters.put(LinkCounter.UNJOINED_MS, 1_500L);
    StatusText.print(StatusReport.of(view), printed.out);
    assertTrue(
        printed
            .text()
            .contains(
                "eth0 (backup): no socket was joined 2 times, for 1,500 ms: what was sent then came"
                    + " with a later refresh, or is missing\n"),
        printed.text());
  }

  @Test
  void shouldShowPeopleTheNodeItsLinksAndItsDrops() {
    master.state = LinkState.RETRYING;
    master.detail = "interface eth1 is down: run 'ip link set eth1 up'";
    StatusText.print(StatusReport.of(view), printed.out);
    assertEquals(
        """
        node   lb1, version 1.0.0, pid 4711, up 0:01:01, not ready
               master 'eth1' is retrying (interface eth1 is down: run 'ip link set eth1 up')
        table  memory, 3 of 1,000,000 entries, 1 of them templates, 0 refused

        LINK  ROLE    STATE     INTERFACE  GROUP       PORT       SYNCID  MAXLEN  CODEC  PENDING\
          DATAGRAMS  RECORDS   BYTES  DROPS  DELAY p50/p99/max
        eth1  master  retrying  eth1       ff02::5a    9900-9903       0    1472  v1          17\
                  0        0       0      0  -
        eth0  backup  up        lo         224.0.0.81  8848            7    1472  v0,v1        0\
                 12    1,234  56,789      3  80us/1.5ms/20.0ms

        eth1 (master): interface eth1 is down: run 'ip link set eth1 up'

        LINK  ROLE    DROPPED       COUNT  MEANING
        eth0  backup  sizeMismatch      3  datagram whose size field is not its length
        """,
        printed.text());
  }

  @Test
  void shouldTellProgramsTheLastSwap() throws IOException {
    master.swaps =
        SwapStats.NONE
            .with(new Swap("codec", "v0 1.0.0", "v1 1.0.0", 1_300, 2))
            .with(new Swap("transport", "multicast 1.0.0", "multicast 1.0.1", 700, 57));
    StatusJson.print(StatusReport.of(view), printed.out);
    Map<?, ?> link = (Map<?, ?>) ((List<?>) Json.object(printed.text()).get("links")).get(0);
    assertEquals(
        Map.of(
            "count",
            2L,
            "longestMicros",
            1_300L,
            "last",
            Map.of(
                "part", "transport",
                "from", "multicast 1.0.0",
                "to", "multicast 1.0.1",
                "pauseMicros", 700L,
                "waited", 57L)),
        link.get("swaps"));
  }

  @Test
  void shouldShowPeopleTheSwapsAndWhyTheTableIsNotTheConfiguredOne() {
    view.links.remove(backup);
    view.node.table =
        new TableStatus(
            "memory",
            3,
            1,
            1_000_000,
            0,
            SwapStats.NONE.with(new Swap("table", "", "memory 1.0.0", 412_345, 1_057)),
            "no table provider named mapped is there; start its bundle",
            1);
    master.swaps = SwapStats.NONE.with(new Swap("codec", "v1 1.0.0", "v0 1.0.0", 800, 57));
    StatusText.print(StatusReport.of(view), printed.out);
    List<String> lines = printed.lines();
    assertEquals("       no table provider named mapped is there; start its bundle", lines.get(2));
    assertEquals(
        List.of(
            "LINK  ROLE    SWAPS  LONGEST  LAST                        STOOD STILL  WAITED",
            "eth1  master      1    800us  codec v1 1.0.0 -> v0 1.0.0        800us      57",
            "-     table       1  412.3ms  table none -> memory 1.0.0      412.3ms   1,057"),
        lines.subList(lines.size() - 3, lines.size()));
  }

  @Test
  void shouldSayWhatToDoWithoutTableAndLinks() {
    view.links.clear();
    view.node.table = TableStatus.NONE;
    view.node.uptimeMs = 2L * 86_400_000 + 3_600_000;
    StatusText.print(StatusReport.of(view), printed.out);
    assertEquals(
        """
        node   lb1, version 1.0.0, pid 4711, up 2 d 1:00:00, not ready
               no connection table
               no link
        table  none; start a provider such as org.ipvssync.table.memory
        links  none; start one with --start-daemon=master or --start-daemon=backup
        """,
        printed.text());
  }

  @Test
  void shouldShowNothingUnderTheLinksWhenAllIsWell() {
    view.links.remove(backup);
    StatusText.print(StatusReport.of(view), printed.out);
    assertEquals(5, printed.lines().size());
    assertTrue(printed.lines().getFirst().endsWith(", ready"));
  }

  @Test
  void shouldShowResyncTrackFileAndTheLinksToTheOwnKernel(@TempDir Path runDir) throws IOException {
    view.links.clear();
    view.links.add(backup);
    view.automatic(SyncRole.BACKUP);
    view.automatic(SyncRole.MASTER);
    view.resync = new FakeResync();
    view.resync.is(State.RECEIVING, "10.0.0.2", 50_000, 1_234, "");
    view.missing(Stage.DELIVERY, "12 connections are not in the own kernel yet");
    view.missing(Stage.CONTENT, "a resync is going on");
    view.runDir = runDir;
    TrackFile.of(runDir).begin();
    StatusText.print(StatusReport.of(view), printed.out);
    assertEquals(
        List.of(
            "node   lb1, version 1.0.0, pid 4711, up 0:01:01, not ready",
            "       a resync is going on",
            "       12 connections are not in the own kernel yet",
            "resync receiving, 1,234 of 50,000 connections from 10.0.0.2",
            "track  " + runDir + "/ready.track: 1, has not been ready since boot"),
        printed.lines().subList(0, 5));
    assertTrue(
        printed
            .text()
            .contains(
                "kernel (master): into this machine's own kernel; comes and goes by itself\n"
                    + "kernel (backup): from this machine's own kernel; comes and goes by"
                    + " itself\n"),
        printed.text());

    Printed json = new Printed();
    StatusJson.print(StatusReport.of(view), json.out);
    Map<String, Object> status = Json.object(json.text());
    assertEquals(
        List.of("a resync is going on", "12 connections are not in the own kernel yet"),
        status.get("missing"));
    assertEquals(
        Map.of("file", runDir.resolve("ready.track").toString(), "value", 1L), status.get("track"));
    assertEquals(
        Map.of(
            "number",
            1L,
            "state",
            "receiving",
            "peer",
            "10.0.0.2",
            "total",
            50_000L,
            "received",
            1_234L,
            "detail",
            "",
            "counters",
            Map.of("requests", 3L)),
        status.get("resync"));
    assertEquals(
        List.of(true, false, true),
        ((List<?>) status.get("links"))
            .stream().map(link -> ((Map<?, ?>) link).get("automatic")).toList());
  }

  @Test
  void shouldTellHowItStandsWithTheOwnKernel() throws IOException {
    assertEquals("kernel left alone: no link asks for it", kernelLine(OwnKernel.State.OFF, ""));
    assertEquals(
        "kernel cannot be used, is tried again: no IPVS",
        kernelLine(OwnKernel.State.REFUSED, "no IPVS"));
    assertEquals("kernel left to others: eth0", kernelLine(OwnKernel.State.LEFT, "eth0"));
    assertEquals(
        "kernel up, 1,234 connections at the latest reading, 5 sent again, 6 datagrams dropped",
        kernelLine(OwnKernel.State.UP, ""));
    Printed json = new Printed();
    StatusJson.print(StatusReport.of(view), json.out);
    assertEquals(
        Map.of(
            "state", "up",
            "detail", "",
            "readings", 2L,
            "connections", 1_234L,
            "badLines", 0L,
            "sentAgain", 5L,
            "drops", 6L),
        Json.object(json.text()).get("kernel"));
  }

  private String kernelLine(OwnKernel.State state, String detail) {
    view.kernel = new OwnKernel.Status(state, detail, 2, 1_234, 0, 5, 6);
    Printed text = new Printed();
    StatusText.print(StatusReport.of(view), text.out);
    return text.lines().get(1);
  }

  @Test
  void shouldSayThatTheNodesServiceIsMissing() {
    view.node = null;
    CommandFailure failure = assertThrows(CommandFailure.class, () -> StatusReport.of(view));
    assertEquals(
        "the node's service is not there; start the bundle org.ipvssync.node",
        failure.getMessage());
  }

  @Test
  void shouldListDaemonsInIpvsadmsWords() {
    view.automatic(SyncRole.MASTER); // ipvsadm itself lists the kernel's
    DaemonList.print(view.wantedStatuses(), printed.out);
    assertEquals(
        """
        master sync daemon (mcast=eth1, syncid=0, maxlen=1472, group=ff02::5a, port=9900, ttl=8)
        backup sync daemon (mcast=lo, syncid=7, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)
        """,
        printed.text());
  }

  @Test
  void shouldBeReadyOnlyWithTableAndLinksThatAreUp() {
    assertEquals(Optional.empty(), Readiness.missing(view));
    master.state = LinkState.WAITING;
    master.detail = "no codec v1";
    backup.state = LinkState.STARTING;
    assertEquals(
        "not ready: master 'eth1' is waiting (no codec v1); backup 'eth0' is starting",
        Readiness.missing(view).orElseThrow());
    view.links.clear();
    assertEquals("not ready: no link", Readiness.missing(view).orElseThrow());
    view.node.table = TableStatus.NONE;
    assertEquals("not ready: no connection table; no link", Readiness.missing(view).orElseThrow());
    view.node = null;
    assertEquals(
        "not ready: the bundle org.ipvssync.node is not active; no link",
        Readiness.missing(view).orElseThrow());
  }

  @Test
  void shouldNotBeReadyBeforeAllThatIsConfiguredIsThere() {
    view.started = false;
    view.configured.add(new RoleConfig(SyncRole.BACKUP, "eth0", false, Map.of()));
    view.configured.add(new RoleConfig(SyncRole.BACKUP, "eth2", false, Map.of()));
    assertEquals(
        "not ready: the node is starting; backup 'eth2' is configured, but not there yet",
        Readiness.missing(view).orElseThrow());
    view.started = true;
    view.configured.removeLast();
    assertEquals(Optional.empty(), Readiness.missing(view));
  }

  @Test
  void shouldNotBeReadyForTheLinksToTheOwnKernelAlone() {
    view.links.clear();
    view.automatic(SyncRole.MASTER);
    assertEquals("not ready: no link", Readiness.missing(view).orElseThrow());
    view.links.add(backup);
    assertEquals(Optional.empty(), Readiness.missing(view));
    view.automatic(SyncRole.BACKUP).state = LinkState.RETRYING;
    assertEquals("not ready: backup 'kernel' is retrying", Readiness.missing(view).orElseThrow());
  }

  @Test
  void shouldAskWhoeverKnowsMoreInTheOrderOfTheWay() {
    view.missing(Stage.DELIVERY, "the own kernel lacks 3");
    view.missing(Stage.CONTENT, "");
    view.missing(Stage.CONTENT, "a resync is going on");
    view.conditions.add(
        new ReadyCondition() {
          @Override
          public Stage stage() {
            return Stage.DELIVERY;
          }

          @Override
          public String missing() {
            throw new IllegalStateException("gone");
          }
        });
    assertEquals(
        "not ready: a resync is going on; the own kernel lacks 3; a condition cannot be asked"
            + " (java.lang.IllegalStateException: gone)",
        Readiness.missing(view).orElseThrow());
  }
}

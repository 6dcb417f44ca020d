package org.ipvssync.vectors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScenarioTest {
  private static final Pattern PORTS = Pattern.compile("\\d+");

  @Test
  void shouldListEveryFolderWithACapture() throws Exception {
    URI root = ScenarioTest.class.getResource("/vectors/README.md").toURI();
    Set<String> folders;
    try (Stream<Path> found = Files.list(Path.of(root).getParent())) {
      folders =
          found
              .filter(folder -> Files.exists(folder.resolve("sync.pcap")))
              .map(folder -> folder.getFileName().toString())
              .collect(Collectors.toCollection(TreeSet::new));
    }
    assertEquals(List.copyOf(folders), Scenario.all().stream().map(Scenario::name).toList());
  }

  @ParameterizedTest
  @MethodSource("org.ipvssync.vectors.Scenario#all")
  void shouldReadAsManyDatagramsAndRecordsAsTheSetupSays(Scenario scenario) {
    List<CapturedDatagram> datagrams = scenario.datagrams();

    assertEquals(Integer.parseInt(scenario.setup("datagrams")), datagrams.size());
    int countAt = scenario.version() == 0 ? 0 : 4;
    int records = datagrams.stream().mapToInt(d -> d.payload()[countAt] & 0xff).sum();
    assertEquals(scenario.records(), records);
    for (CapturedDatagram datagram : datagrams) {
      byte[] payload = datagram.payload();
      assertEquals(payload.length, (payload[2] & 0xff) << 8 | payload[3] & 0xff, "size field");
      assertTrue(datagram.group().isMulticastAddress());
    }
  }

  @ParameterizedTest
  @MethodSource("org.ipvssync.vectors.Scenario#all")
  void shouldKeepTimesAndPortsOfTheCapture(Scenario scenario) {
    List<CapturedDatagram> datagrams = scenario.datagrams();

    assertEquals(scenario.setup("first_datagram_epoch"), seconds(datagrams.getFirst().micros()));
    assertEquals(scenario.setup("last_datagram_epoch"), seconds(datagrams.getLast().micros()));
    assertTrue(scenario.backupDumpMicros() > datagrams.getLast().micros());
    Set<Integer> ports =
        PORTS
            .matcher(scenario.setup("udp_ports"))
            .results()
            .map(found -> Integer.valueOf(found.group()))
            .collect(Collectors.toSet());
    assertEquals(ports, datagrams.stream().map(CapturedDatagram::port).collect(Collectors.toSet()));
  }

  @ParameterizedTest
  @MethodSource("org.ipvssync.vectors.Scenario#all")
  void shouldReadTheBackupsTableFromBothFilesAlike(Scenario scenario) {
    List<ConnRow> rows = scenario.backupRows();

    assertEquals(scenario.backupLines().size() - 1, rows.size());
    assertEquals(connections(rows), connections(scenario.backupPeRows()));
    assertTrue(rows.stream().allMatch(row -> row.origin().equals("SYNC")));
    assertEquals(3, scenario.backupTimeoutsS().size());
    assertTrue(scenario.backupSyncId() >= 0);
    assertTrue(scenario.traffic().length() > 0);
  }

  @Test
  void shouldReadIpv6GroupsAndRows() throws Exception {
    CapturedDatagram datagram = Scenario.of("group6").datagrams().getFirst();
    assertEquals(InetAddress.ofLiteral("ff02::5a"), datagram.group());
    assertEquals(InetAddress.ofLiteral("fd0c:0:0:1::2"), datagram.source());

    assertTrue(
        Scenario.of("tcp6-nat-v1").backupRows().stream()
            .allMatch(row -> row.vaddr().equals(InetAddress.ofLiteral("fd50:0:0:1::beef"))));
  }

  @Test
  void shouldReadPersistenceEnginesOfRows() {
    List<ConnRow> rows = Scenario.of("sip").backupPeRows();
    assertEquals(9, rows.size());
    assertEquals("sip", rows.getFirst().peName());
    assertEquals("call-0008@client.example.net", rows.getFirst().peData());
  }

  @Test
  void shouldReadSyncIdAndTimeoutsOfTheBackup() {
    assertEquals(0, Scenario.of("tcp4-timeouts-v1").backupSyncId());
    assertEquals(List.of(1200, 60, 150), Scenario.of("tcp4-timeouts-v0").backupTimeoutsS());
    assertEquals(List.of(900, 120, 300), Scenario.of("failover").backupTimeoutsS());
  }

  @Test
  void shouldExtractTheCaptureByteForByte(@TempDir Path folder) throws Exception {
    Path file = Scenario.of("udp6").extractCapture(folder);
    assertEquals("udp6.pcap", file.getFileName().toString());
    try (var in = ScenarioTest.class.getResourceAsStream("/vectors/udp6/sync.pcap")) {
      assertArrayEquals(in.readAllBytes(), Files.readAllBytes(file));
    }
  }

  @Test
  void shouldSayWhichScenariosThereAre() {
    Exception refused =
        assertThrows(IllegalArgumentException.class, () -> Scenario.of("../etc/passwd"));
    assertTrue(refused.getMessage().contains("tcp4-nat-v1"));
  }

  private static String seconds(long micros) {
    return "%d.%06d".formatted(micros / 1_000_000, micros % 1_000_000);
  }

  private static List<String> connections(List<ConnRow> rows) {
    return rows.stream()
        .map(
            r ->
                List.of(r.proto(), r.caddr(), r.cport(), r.vaddr(), r.vport(), r.daddr(), r.dport())
                    .toString())
        .sorted()
        .toList();
  }
}

package org.ipvssync.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.vectors.CapturedDatagram;
import org.ipvssync.vectors.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Captured kernel traffic, through the command. */
class DecodeCommandTest {
  @TempDir private Path temp;

  static List<Scenario> scenarios() {
    return Scenario.all();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void shouldPrintOneObjectARecord(Scenario scenario) throws IOException {
    List<Map<String, Object>> objects = json(scenario.extractCapture(temp));

    assertEquals(scenario.records(), objects.size());
    List<CapturedDatagram> datagrams = scenario.datagrams();
    int at = 0;
    for (CapturedDatagram datagram : datagrams) {
      for (int left = nrConns(scenario, datagram); left > 0; left--) {
        Map<String, Object> object = objects.get(at++);
        assertEquals(scenario.version(), object.get("version"));
        assertEquals(datagram.payload()[1] & 0xff, object.get("syncid"));
        assertEquals(datagram.payload().length, object.get("size"));
        assertEquals(nrConns(scenario, datagram), object.get("nr_conns"));
        assertEquals(ConnText.address(datagram.source()), object.get("source"));
        assertEquals(ConnText.address(datagram.group()), object.get("group"));
        assertEquals(datagram.port(), object.get("port"));
        assertTrue(object.containsKey("caddr"), object::toString);
        assertFalse(object.containsKey("drop"), object::toString);
      }
    }
    assertEquals(at, objects.size());
  }

  @Test
  void shouldNameTheFieldsAsTheKernelDoes() throws IOException {
    Map<String, Object> first = json(Scenario.of("tcp4-nat-v1").extractCapture(temp)).getFirst();

    assertEquals(
        List.of(
            "time",
            "source",
            "sport",
            "group",
            "port",
            "version",
            "syncid",
            "size",
            "nr_conns",
            "af",
            "protocol",
            "proto",
            "caddr",
            "cport",
            "vaddr",
            "vport",
            "daddr",
            "dport",
            "flags",
            "state",
            "state_name",
            "fwmark",
            "timeout"),
        List.copyOf(first.keySet()));
    assertTrue(first.get("time").toString().matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]{15}Z"));
    assertEquals("TCP", first.get("proto"));
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void shouldPrintALineARecordForPeople(Scenario scenario) {
    CommandRun run = CommandRun.of(temp, "decode", scenario.extractCapture(temp).toString());

    assertEquals(0, run.status());
    assertEquals("", run.err());
    List<String> lines = run.out().lines().toList();
    List<String> records = lines.stream().filter(line -> line.startsWith("  ")).toList();
    assertEquals(scenario.records(), records.size());
    assertEquals(scenario.datagrams().size(), lines.size() - records.size());
    assertFalse(run.out().contains("!"), "nothing is dropped");
    lines.forEach(line -> assertEquals(line.stripTrailing(), line));
  }

  @Test
  void shouldAlignForPeople() {
    CommandRun run =
        CommandRun.of(temp, "decode", Scenario.of("seq-v0").extractCapture(temp).toString());
    List<String> lines = run.out().lines().toList();
    assertTrue(
        lines
            .getFirst()
            .matches(
                "\\S+Z  10\\.255\\.1\\.2:51813 > 224\\.0\\.0\\.81:8848  version 0, syncid \\d+,"
                    + " size 220, nr_conns 5"),
        lines::getFirst);
    List<Integer> flagsAt =
        lines.stream().skip(1).map(line -> line.indexOf("  0x")).distinct().toList();
    assertEquals(1, flagsAt.size(), run::out);
  }

  @Test
  void shouldShowPersistenceDataAndTemplates() {
    String text =
        CommandRun.of(temp, "decode", Scenario.of("sip").extractCapture(temp).toString()).out();
    assertTrue(text.contains("template, sip "), text);
  }

  @Test
  void shouldSayWhyAMessageIsDropped() throws IOException {
    byte[] file = Files.readAllBytes(Scenario.of("tcp4-nat-v1").extractCapture(temp));
    int payload = 24 + 16 + 14 + 20 + 8;
    file[payload + 3]++; // the size field
    Path damaged = Files.write(temp.resolve("damaged.pcap"), file);

    List<Map<String, Object>> objects = json(damaged);
    assertEquals("sizeMismatch", objects.getFirst().get("drop"));
    assertEquals("datagram whose size field is not its length", objects.getFirst().get("reason"));
    assertFalse(objects.getFirst().containsKey("caddr"));
    assertTrue(objects.get(1).containsKey("caddr"), "the next message is sound");
    CommandRun text = CommandRun.of(temp, "decode", damaged.toString());
    assertTrue(text.out().contains("  ! dropped: datagram whose size field"), text::out);
    assertEquals(0, text.status());
  }

  @Test
  void shouldSayWhyARecordIsSkippedAndWhyTheRestIsDropped() throws IOException {
    byte[] file = Files.readAllBytes(Scenario.of("tcp4-nat-v1").extractCapture(temp));
    int record = 24 + 16 + 14 + 20 + 8 + 8;
    file[record + 9] = 99; // state
    file[record + 36] = 2; // the next record's type
    Path damaged = Files.write(temp.resolve("damaged.pcap"), file);

    List<Map<String, Object>> objects = json(damaged);
    assertEquals("invalidState", objects.get(0).get("drop"));
    assertEquals(99, objects.get(0).get("state"));
    assertEquals("recordType", objects.get(1).get("drop"));
    assertFalse(objects.get(1).containsKey("caddr"));
    String text = CommandRun.of(temp, "decode", damaged.toString()).out();
    assertTrue(text.contains("! a kernel skips it: record with a state"), text);
    assertTrue(text.contains("! dropped: rest of a message: record type"), text);
  }

  @Test
  void shouldShowWhatComesBeforeTheEndOfACutFile() throws IOException {
    byte[] file = Files.readAllBytes(Scenario.of("tcp4-nat-v1").extractCapture(temp));
    Path cut = Files.write(temp.resolve("cut.pcap"), Arrays.copyOf(file, file.length - 10));
    CommandRun run = CommandRun.of(temp, "decode", cut.toString());
    assertEquals(1, run.status());
    assertTrue(run.out().lines().count() > 2, run::out);
    assertEquals("ipvs-syncd: the file is cut short: its last packet is not whole\n", run.err());
  }

  @Test
  void shouldSayInOneLineWhatIsNoCapture() throws IOException {
    Path text = Files.writeString(temp.resolve("text"), "hello, this is no capture");
    assertEquals(
        new CommandRun(1, "", "ipvs-syncd: " + text + ": not a capture file (pcap or pcapng)\n"),
        CommandRun.of(temp, "decode", text.toString()));
    Path gone = temp.resolve("gone");
    assertEquals(
        new CommandRun(1, "", "ipvs-syncd: no such file: " + gone + "\n"),
        CommandRun.of(temp, "decode", gone.toString(), "--json"));
  }

  @Test
  void shouldTakeOnlyThePortsThatAreNamed() {
    String file = Scenario.of("ports4").extractCapture(temp).toString();
    int all = CommandRun.of(temp, "decode", file, "--json").out().lines().toList().size();
    int one =
        CommandRun.of(temp, "decode", "--port=8848", file, "--json").out().lines().toList().size();
    int others =
        CommandRun.of(temp, "decode", file, "--port", "8849,8850", "--port=8851", "--json")
            .out()
            .lines()
            .toList()
            .size();
    assertTrue(one > 0 && others > 0, one + " and " + others);
    assertEquals(all, one + others);
    CommandRun none = CommandRun.of(temp, "decode", file, "--port=9");
    assertEquals(0, none.status());
    assertTrue(none.err().contains("no sync datagrams among 8 packets"), none::err);
  }

  private List<Map<String, Object>> json(Path file) throws IOException {
    CommandRun run = CommandRun.of(temp, "decode", file.toString(), "--json");
    assertEquals("", run.err());
    assertEquals(0, run.status());
    List<Map<String, Object>> objects = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      objects.add(JSON.std.mapFrom(line));
    }
    return objects;
  }

  private static int nrConns(Scenario scenario, CapturedDatagram datagram) {
    return datagram.payload()[scenario.version() == 0 ? 0 : 4] & 0xff;
  }
}

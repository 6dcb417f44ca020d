package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.vectors.Scenario;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real kernel's master said, replayed to a node, is in its table as in a real kernel's. */
class KernelTrafficIT {
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp4-nat-v1",
        "tcp6-nat-v1",
        "persist-v1",
        "fwmark-persist",
        "sip",
        "sctp4",
        "tcp4-nat-v0",
        "bulk-v1",
      })
  void shouldShowTheKernelsRowsAfterAReplay(String name) throws Exception {
    Scenario scenario = Scenario.of(name);
    startBackup(scenario.backupSyncId());

    replay(scenario);

    Await.until("rows of " + name, this::procRows, Rows.ofKernel(scenario)::equals);
    String list = ipvsSyncd.run("-Lnc").expect(0).out();
    assertTrue(list.startsWith(ConnText.IPVSADM_HEADER + "\n"), list);
    assertEquals(scenario.backupRows().size() + 2, list.lines().count());
    List<String> objects =
        ipvsSyncd.run("connections", "--format=json").expect(0).out().lines().toList();
    assertEquals(scenario.backupRows().size(), objects.size());
    for (String object : objects) {
      assertTrue(JSON.std.mapFrom(object).containsKey("caddr"), object);
    }
    ipvsSyncd.run("--stop-daemon").expect(0);
  }

  @Test
  void shouldDropWhatCarriesAnotherSyncIdAndSayHowMuch() throws Exception {
    Scenario scenario = Scenario.of("tcp4-nat-v1");
    startBackup(scenario.backupSyncId() + 1);

    replay(scenario);

    Await.until(
        "what was dropped",
        () -> link().get("drops"),
        Map.of("otherSyncId", scenario.datagrams().size())::equals);
    assertEquals(List.of(), procRows());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp4-nat-v0", "tcp6-nat-v1", "sip", "seq-v0"})
  void shouldDecodeACaptureToOneObjectARecord(String name) throws Exception {
    Scenario scenario = Scenario.of(name);
    Path capture = scenario.extractCapture(ipvsSyncd.folder());

    List<String> objects =
        ipvsSyncd.run("decode", capture.toString(), "--json").expect(0).out().lines().toList();

    assertEquals(scenario.records(), objects.size());
    for (String object : objects) {
      Map<String, Object> json = JSON.std.mapFrom(object);
      for (String field : List.of("protocol", "caddr", "cport", "vaddr", "daddr", "flags")) {
        assertTrue(json.containsKey(field), object);
      }
    }
    String text = ipvsSyncd.run("decode", capture.toString()).expect(0).out();
    assertTrue(text.lines().count() >= scenario.records(), text);
  }

  private void startBackup(int syncId) throws Exception {
    List<String> line = new ArrayList<>(List.of("--start-daemon=backup", "--syncid=" + syncId));
    line.addAll(group.options());
    ipvsSyncd.run(line).expect(0);
  }

  private void replay(Scenario scenario) throws Exception {
    List<String> line = new ArrayList<>();
    line.add("replay");
    line.add(scenario.extractCapture(ipvsSyncd.folder()).toString());
    line.addAll(group.options());
    ipvsSyncd.run(line).expect(0);
  }

  private List<String> procRows() throws Exception {
    return Rows.ofProc(ipvsSyncd.run("connections", "--format=proc").expect(0).out());
  }

  private Map<?, ?> link() throws Exception {
    Map<String, Object> status =
        JSON.std.mapFrom(ipvsSyncd.run("status", "--json").expect(0).out());
    return (Map<?, ?>) ((List<?>) status.get("links")).getFirst();
  }
}

package org.ipvssync.command.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BenchReportTest {
  private static final Machine MACHINE = new Machine(2, "a processor", "Linux 6.1", "a JVM 25");
  private static final BenchOptions OPTIONS =
      new BenchOptions("lo", 1_000, 500, EnumSet.allOf(Work.class), false, false, false);
  private static final Row WIRE =
      new Row(
          Work.WIRE_TABLE,
          "wire to table",
          "datagrams/s",
          150_000,
          200_000,
          0,
          "all is well",
          Map.of("sent", 17));
  private static final Row START =
      new Row(Work.START, "start", "ms", 612.4, Double.NaN, 0, "", Map.of());

  private static BenchResult result(List<Row> rows) {
    return new BenchResult(MACHINE, 3.1, 2.2, rows);
  }

  @Test
  void shouldLineUp() {
    List<String> lines = BenchReport.text(result(List.of(WIRE, START)), OPTIONS).lines().toList();
    assertEquals("2 x a processor, Linux 6.1, a JVM 25", lines.get(1));
    assertEquals("meanwhile others used 3% of its processors, and its host took 2%", lines.get(2));
    assertEquals(
        List.of(
            "WORK              NODE    FLOOR  UNIT         RATIO  NOT COUNTED  NOTE",
            "wire to table  150,000  200,000  datagrams/s   0.75            0  all is well",
            "start            612.4        -  ms               -            0  ",
            "",
            "not counted: 0"),
        lines.subList(5, lines.size()));
  }

  @Test
  void shouldSayWhenALossStandsInNoCounter() {
    Row lost = new Row(Work.DELAY, "delay", "ms", 1, 1, -3, "", Map.of());
    String text = BenchReport.text(result(List.of(WIRE, lost)), OPTIONS);
    assertTrue(text.contains("FAILED: not counted: 3 datagrams"), text);
    assertFalse(text.contains("\nnot counted: 0"), text);
    assertEquals(3, result(List.of(WIRE, lost)).uncounted());
  }

  @Test
  void shouldSayAllToPrograms() throws IOException {
    String json =
        BenchReport.json(
            result(List.of(WIRE, START)), List.of("ipvs-syncd", "bench", "--json"), OPTIONS);
    assertEquals(1, json.lines().count());
    Map<String, Object> object = JSON.std.mapFrom(json);
    assertEquals("ipvs-syncd bench --json", object.get("command"));
    assertEquals("a processor", ((Map<?, ?>) object.get("machine")).get("cpu"));
    List<?> rows = (List<?>) object.get("rows");
    Map<?, ?> wire = (Map<?, ?>) rows.get(0);
    assertEquals("wire-table", wire.get("row"));
    assertEquals(0.75, wire.get("ratio"));
    assertEquals(Map.of("sent", 17), wire.get("details"));
    Map<?, ?> start = (Map<?, ?>) rows.get(1);
    assertTrue(start.containsKey("floor"));
    assertNull(start.get("floor"));
    assertNull(start.get("ratio"));
  }

  @Test
  void shouldWriteNumbersWithWhatTheySay() {
    assertEquals("1,234,568", BenchReport.number(1_234_567.8));
    assertEquals("612.4", BenchReport.number(612.44));
    assertEquals("0.042", BenchReport.number(0.0421));
    assertEquals("-", BenchReport.number(Double.NaN));
  }

  @Test
  void shouldTakeTheMedian() {
    assertEquals(2, Numbers.median(List.of(3.0, 1.0, 2.0)));
    assertEquals(List.of(1.0, 2.0), Numbers.last(List.of(3.0, 1.0, 2.0), 2));
    assertEquals(List.of(3.0), Numbers.last(List.of(3.0), 2));
  }
}

package org.ipvssync.command.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.ipvssync.command.child.Delays;
import org.junit.jupiter.api.Test;

class DemoReportTest {
  private static final DemoOptions OPTIONS =
      new DemoOptions(0, 5_000, 10, 50, 1, true, false, false);

  @Test
  void shouldPromiseProgramsTheseFields() throws IOException {
    String json = DemoReport.json(OPTIONS, result(3));
    assertEquals(1, json.lines().count());
    Map<String, Object> object = JSON.std.mapFrom(json);
    assertEquals(4_998, object.get("rate"));
    assertEquals(50_000, object.get("connections"));
    assertEquals(49_900, object.get("synced"));
    assertEquals(3, object.get("lost"));
    assertEquals(40, object.get("unsent"));
    assertFalse(object.containsKey("swapsWaited"));
    assertEquals(4_000, object.get("datagrams"));
    assertEquals(120.1, object.get("bytesPerConnection"));
    assertEquals(
        Map.of("synced", 90, "lost", 0, "unsent", 10, "expired", 0), object.get("templates"));
    assertEquals(Map.of("p50", 1_200, "p99", 8_000, "max", 9_999), object.get("delayMicros"));
  }

  @Test
  void shouldSayToPeopleWhetherAnythingWasLost() {
    assertTrue(text(result(0)).endsWith("Nothing lost.\n"), text(result(0)));
    String bad = text(result(3));
    assertTrue(bad.contains("  lost               3  changed before that"), bad);
    assertTrue(bad.contains("    missing: somebody\n"), bad);
    assertTrue(bad.endsWith("FAILED: something was lost or made up.\n"), bad);
  }

  @Test
  void shouldSayWhatSwapsCameTo() throws IOException {
    DemoOptions options = new DemoOptions(0, 5_000, 10, 50, 1, true, false, true);
    Map<String, Object> object = JSON.std.mapFrom(DemoReport.json(options, result(0)));
    assertEquals(24, object.get("swaps"));
    assertEquals(Map.of("max", 3_100), object.get("swapPauseMicros"));
    assertEquals(1_234, object.get("swapsWaited"));

    String text = text(options, result(0));
    assertTrue(text.contains("\nswaps 24, longest pause 3.1 ms, 1,234 updates waited\n"), text);
    assertFalse(text(result(0)).contains("swaps"), text);
  }

  @Test
  void shouldSayWhenTheMachineIsTooSlow() {
    String busy = "This machine was too slow or too busy for this rate";
    assertTrue(text(result(3, 50_001)).contains(busy));
    assertFalse(text(result(3, 50_000)).contains(busy));
    assertFalse(text(result(0, 50_001)).contains(busy));
  }

  private static String text(DemoResult result) {
    return text(OPTIONS, result);
  }

  private static String text(DemoOptions options, DemoResult result) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DemoReport.text(options, result, new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static DemoResult result(long lost) {
    return result(lost, 8_000);
  }

  private static DemoResult result(long lost, long p99) {
    Verdict.Result verdict =
        new Verdict.Result(
            new Verdict.Counts(49_900, lost, 40, 53),
            new Verdict.Counts(90, 0, 10, 0),
            0,
            List.of("missing: somebody"));
    return new DemoResult(
        1_234,
        4_998.4,
        50_000,
        verdict,
        7,
        new WireCount(4_000, 6_004_000, 160_000),
        0,
        new Delays(150_000, 1_200, p99, 9_999),
        321,
        Map.of(),
        new SwapCount(24, 3_100, 1_234));
  }
}

package org.ipvssync.command.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.ipvssync.command.child.Delays;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final LiveNumbers FIRST =
      new LiveNumbers(1_000, false, 5_000, 4_000, 600_000, 5_100, 5_050, Delays.NONE, 0);
  private static final LiveNumbers SECOND =
      new LiveNumbers(
          1_500,
          true,
          7_500,
          5_000,
          1_600_000,
          7_600,
          7_590,
          new Delays(9, 1_240, 8_900, 9_000),
          0);
  private static final String SECOND_LINE =
      "   1.5 s  7,500 opened (5,000/s)  5,000 live  wire 2.00 MB/s"
          + "  master 7,600  backup 7,590  delay p50 1.2 ms p99 8.9 ms";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void shouldSayRatesSinceTheLastTime() {
    assertEquals(SECOND_LINE, Progress.line(FIRST, SECOND));
  }

  @Test
  void shouldSayThatTheNodesWarmUp() {
    assertTrue(Progress.line(FIRST, FIRST).endsWith("backup 5,050  warming up"));
  }

  @Test
  void shouldSayHowManySwapsWereDone() {
    LiveNumbers swapped = new LiveNumbers(1_000, true, 0, 0, 0, 0, 0, Delays.NONE, 12);
    assertTrue(Progress.line(FIRST, swapped).endsWith("  swaps 12"));
  }

  @Test
  void shouldWriteOneLineAgainOnATerminal() {
    Progress progress = new Progress(out, true);
    progress.show(FIRST);
    progress.show(SECOND);
    progress.end();
    String[] parts = bytes.toString(StandardCharsets.UTF_8).split("\r\u001b\\[K\u001b\\[\\?7l", -1);
    assertEquals(3, parts.length);
    assertEquals(SECOND_LINE + "\u001b[?7h" + System.lineSeparator(), parts[2]);
  }

  @Test
  void shouldWriteLineAfterLineElsewhere() {
    Progress progress = new Progress(out, false);
    progress.show(FIRST);
    progress.show(SECOND);
    progress.end();
    assertEquals(2, bytes.toString(StandardCharsets.UTF_8).lines().count());
  }
}

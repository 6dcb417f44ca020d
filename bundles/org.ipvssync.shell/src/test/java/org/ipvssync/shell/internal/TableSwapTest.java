package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.ipvssync.api.node.Swap;
import org.ipvssync.api.node.SwapStats;
import org.ipvssync.api.node.TableStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TableSwapTest {
  private final FakeView view = new FakeView();
  private final FakeSettings settings = new FakeSettings();
  private final TestTime time = new TestTime();
  private final Printed printed = new Printed();
  private final TableSwap tables =
      new TableSwap(view, settings, time.patience(), ShellLimits.defaults());

  @BeforeEach
  void fillNode() {
    view.tables.add(new Offer("mapped", "1.0.0", "org.ipvssync.table.mapped"));
    view.tables.add(new Offer("memory", "1.0.0", "org.ipvssync.table.memory"));
  }

  @Test
  void shouldSwapAndTellWhatItTook() throws Exception {
    settings.whenSet =
        () ->
            time.in(
                700,
                () ->
                    become(
                        "mapped",
                        new Swap("table", "memory 1.0.0", "mapped 1.0.0", 412_000, 1_057),
                        ""));
    tables.swap("mapped", printed.out);
    assertEquals(
        List.of("table memory 1.0.0 -> mapped 1.0.0, stood still 412.0 ms, 1,057 updates waited"),
        printed.lines());
    assertEquals(List.of("node table=mapped"), settings.calls);
  }

  @Test
  void shouldSayThatNothingIsToBeDone() throws Exception {
    tables.swap("memory", printed.out);
    assertEquals(List.of("table memory is in use already"), printed.lines());
    assertEquals(List.of(), settings.calls);
  }

  @Test
  void shouldKeepTheTableInUseWhenAnotherWasConfigured() throws Exception {
    settings.values.put("node table", "mapped");
    tables.swap("memory", printed.out);
    assertEquals(List.of("table memory is in use already, and now kept"), printed.lines());
    assertEquals("memory", settings.values.get("node table"));
  }

  @Test
  void shouldPutBackWhatCannotBeOpenedAndSayWhy() {
    settings.whenSet = () -> become("memory", null, "/data/table: no space left on the device");
    assertFails(
        "table mapped was not taken: /data/table: no space left on the device; all is as it was",
        "mapped");
    assertEquals(List.of("node table=mapped", "undo node table"), settings.calls);
  }

  @Test
  void shouldSayAtOnceThatItFailedForTheSameReasonAgain() {
    String why = "table mapped 1.0.0 cannot be used: no space left on the device";
    settings.values.put("node table", "mapped");
    become("memory", null, why);
    long before = time.nowMs();
    settings.whenSet = () -> become("memory", null, why);
    assertFails(why + "; all is as it was", "mapped");
    assertEquals(before, time.nowMs(), "it waited for what was said");
  }

  @Test
  void shouldNotTakeAnOlderReasonForItsAnswer() throws Exception {
    settings.values.put("node table", "mapped");
    become("memory", null, "table mapped 1.0.0 cannot be used: no space left on the device");
    settings.whenSet =
        () -> time.in(700, () -> become("mapped", new Swap("table", "a", "b", 1, 0), ""));
    tables.swap("mapped", printed.out);
    assertEquals(1, printed.lines().size());
    assertEquals(List.of("node table=mapped"), settings.calls);
  }

  @Test
  void shouldPutBackWhatDoesNotComeInTime() {
    assertFails("table mapped was not taken within 10 s, see the log; all is as it was", "mapped");
    assertEquals(List.of("node table=mapped", "undo node table"), settings.calls);
  }

  @Test
  void shouldSayWhatThereIsToChooseFrom() {
    assertFails("table: there is no table 'paper'; there is: mapped, memory", "paper");
    view.tables.clear();
    assertFails("table: there is no table 'memory'; there is: none", "memory");
  }

  @Test
  void shouldShowWhatIsInUseAndWhatThereIs() throws Exception {
    settings.values.put("node table", "mapped");
    become("memory", null, "table mapped: no space left");
    tables.show(printed.out);
    assertEquals(
        """
        in use: memory, configured: mapped; table mapped: no space left

        TABLE   VERSION  BUNDLE
        mapped  1.0.0    org.ipvssync.table.mapped
        memory  1.0.0    org.ipvssync.table.memory
        """,
        printed.text());
  }

  private void become(String provider, Swap swap, String detail) {
    SwapStats swaps = swap == null ? SwapStats.NONE : SwapStats.NONE.with(swap);
    long attempts = view.node.table.attempts() + 1;
    view.node.table = new TableStatus(provider, 3, 1, 1_000_000, 0, swaps, detail, attempts);
  }

  private void assertFails(String line, String name) {
    CommandFailure failure =
        assertThrows(CommandFailure.class, () -> tables.swap(name, printed.out));
    assertEquals(line, failure.getMessage());
    assertEquals(CommandFailure.FAILED, failure.exit());
  }
}

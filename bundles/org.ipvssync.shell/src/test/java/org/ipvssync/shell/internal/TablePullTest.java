package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.ipvssync.api.node.TableResync.State;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TablePullTest {
  private final FakeView view = new FakeView();
  private final FakeResync resync = new FakeResync();
  private final TestTime time = new TestTime();
  private final Printed printed = new Printed();
  private final TablePull pull = new TablePull(view, time.patience());

  @BeforeEach
  void fillNode() {
    view.resync = resync;
  }

  @Test
  void shouldTellHowFarItIsAboutOnceASecond() throws InterruptedException {
    resync.whenBegun =
        () -> {
          time.in(1_500, () -> resync.is(State.RECEIVING, "10.0.0.2", 50_000, 0, ""));
          time.in(2_500, () -> resync.is(State.RECEIVING, "10.0.0.2", 50_000, 20_000, ""));
          time.in(3_100, () -> resync.is(State.DONE, "10.0.0.2", 50_000, 50_000, ""));
        };
    pull.run(printed.out);
    assertEquals(
        List.of(
            "asking who has a table",
            "receiving, 0 of 50,000 connections from 10.0.0.2",
            "receiving, 20,000 of 50,000 connections from 10.0.0.2",
            "done, 50,000 of 50,000 connections from 10.0.0.2"),
        printed.lines());
  }

  @Test
  void shouldFailWhenNobodyAnswers() {
    resync.whenBegun = () -> time.in(500, () -> resync.is(State.NOBODY, "", 0, 0, ""));
    assertFails(
        "resync: nobody answered in time: no other node of ipvs-syncd is running there; for a"
            + " kernel's own daemon run 'ipvs-syncd resync --push' on the director that has the"
            + " table");
    resync.whenBegun = () -> resync.is(State.NOBODY, "", 0, 0, "nobody answered within 5 s");
    assertFails(
        "resync: nobody answered within 5 s: no other node of ipvs-syncd is running there; for a"
            + " kernel's own daemon run 'ipvs-syncd resync --push' on the director that has the"
            + " table");
  }

  @Test
  void shouldFailWhenThePeerDoesNotEndWhatItBegan() {
    resync.whenBegun = () -> resync.is(State.FAILED, "10.0.0.2", 50, 20, "no answer for 3 s");
    assertFails(
        "resync: failed, 20 of 50 connections from 10.0.0.2; no answer for 3 s; what came is kept");
  }

  @Test
  void shouldFailWithoutALinkToAskThrough() {
    resync.canAsk = false;
    assertFails(
        "resync: no link is up to ask through; see ipvs-syncd status, or start one with"
            + " --start-daemon=backup");
  }

  @Test
  void shouldNameTheBundleThatAsks() {
    String line =
        "resync: nobody here can ask for a table; start the bundle: ipvs-syncd shell start"
            + " org.ipvssync.resync";
    resync.whenBegun = () -> time.in(300, () -> view.resync = null);
    assertFails(line);
    assertFails(line);
  }

  @Test
  void shouldEndWhenTheBundleIsExchangedForOneThatDoesNotAsk() {
    resync.whenBegun = () -> time.in(300, () -> view.resync = new FakeResync());
    assertFails(
        "resync: its bundle was exchanged meanwhile, and the new one has not asked: ask again");
  }

  private void assertFails(String line) {
    CommandFailure failure = assertThrows(CommandFailure.class, () -> pull.run(printed.out));
    assertEquals(line, failure.getMessage());
    assertEquals(CommandFailure.FAILED, failure.exit());
  }
}

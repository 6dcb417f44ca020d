package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.SyncRole;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TablePushTest {
  private final FakeView view = new FakeView();
  private final TestTime time = new TestTime();
  private final Printed printed = new Printed();
  private final TablePush push = new TablePush(view, time.patience());
  private final FakeLink east = new FakeLink(SyncRole.MASTER, "east");
  private final FakeLink west = new FakeLink(SyncRole.MASTER, "west");

  @BeforeEach
  void fillNode() {
    east.count(LinkCounter.PUSHED_PASSES, 4);
    east.count(LinkCounter.COPIES, 100);
    view.links.add(new FakeLink(SyncRole.BACKUP, "east"));
    view.links.add(east);
    time.in(60_000, () -> fail("it waits for ever"));
  }

  @Test
  void shouldReturnWhenEveryPassHasEnded() throws InterruptedException {
    view.links.add(west);
    east.whenPushed = () -> time.in(1_500, () -> copy(east, 30_000, 1));
    west.whenPushed =
        () -> {
          time.in(500, () -> copy(west, 10_000, 0));
          time.in(2_500, () -> copy(west, 10_000, 1));
        };
    push.run(printed.out);
    assertEquals(
        List.of(
            "east: 0 records copied",
            "west: 10000 records copied",
            "east: 30000 records copied",
            "west: 10000 records copied",
            "east: done, 30000 records copied",
            "west: done, 20000 records copied"),
        printed.lines());
  }

  @Test
  void shouldSayInItsProgressThatALinkIsDown() throws InterruptedException {
    east.whenPushed =
        () -> {
          east.state = LinkState.RETRYING;
          east.detail = "interface lo is down";
          time.in(1_200, () -> copy(east, 5, 1));
        };
    push.run(printed.out);
    assertEquals(
        List.of(
            "east: 0 records copied, retrying (interface lo is down)",
            "east: done, 5 records copied"),
        printed.lines());
  }

  @Test
  void shouldPushThroughThoseThatCan() throws InterruptedException {
    west.canPush = false;
    west.codec = "v0";
    view.links.add(west);
    east.whenPushed = () -> copy(east, 1, 1);
    push.run(printed.out);
    assertEquals(
        List.of(
            "west: cannot send its whole table, its codec is v0", "east: done, 1 records copied"),
        printed.lines());
  }

  @Test
  void shouldNotPushIntoTheOwnKernel() throws InterruptedException {
    view.automatic(SyncRole.MASTER).whenPushed =
        () -> {
          throw new AssertionError("its bundle says when");
        };
    east.whenPushed = () -> copy(east, 1, 1);
    push.run(printed.out);
    assertEquals(List.of("east: done, 1 records copied"), printed.lines());
  }

  @Test
  void shouldFailWhenNoneCan() {
    east.canPush = false;
    assertFails(
        "no master can send its whole table: version 0 has no timeouts; use a master of version 1");
  }

  @Test
  void shouldFailWithoutAMaster() {
    view.links.remove(east);
    assertFails(
        "no master link here: only a master sends its table; start one with --start-daemon=master,"
            + " or run this on the director that has one");
  }

  @Test
  void shouldFailWhenTheLinkGoesAway() {
    east.whenPushed = () -> time.in(1_100, () -> view.links.remove(east));
    assertFails("master 'east' ended before it had sent its table; try again when it is up");
  }

  @Test
  void shouldNotTakeThePassThatWasRunningForItsOwn() throws InterruptedException {
    east.whenPushed =
        () -> {
          east.count(LinkCounter.PASSES, 1);
          time.in(500, () -> copy(east, 30_000, 1));
        };
    push.run(printed.out);
    assertEquals(List.of("east: done, 30000 records copied"), printed.lines());
  }

  @Test
  void shouldWaitWhileTheCodecIsExchanged() throws InterruptedException {
    east.whenPushed =
        () -> {
          time.in(100, () -> codec("", LinkState.WAITING));
          time.in(1_100, () -> codec("v1", LinkState.UP));
          time.in(1_200, () -> copy(east, 5, 1));
          east.whenPushed = () -> fail("what runs is not to begin again");
        };
    push.run(printed.out);
    assertEquals(
        List.of("east: 0 records copied, waiting", "east: done, 5 records copied"),
        printed.lines());
  }

  @Test
  void shouldFailWhenTheNewCodecHasNoTimeouts() {
    east.whenPushed =
        () ->
            time.in(
                100,
                () -> {
                  codec("v0", LinkState.UP);
                  east.canPush = false;
                });
    assertFails(
        "master 'east' cannot send the rest of its table: its codec is v0 now, which has no"
            + " timeouts; use a master of version 1");
  }

  @Test
  void shouldPushOnceMoreWithANewCodecThatCan() throws InterruptedException {
    east.whenPushed =
        () -> {
          time.in(100, () -> codec("v2", LinkState.UP));
          east.whenPushed =
              () -> {
                time.in(200, () -> copy(east, 5, 1));
                east.whenPushed = () -> fail("once");
              };
        };
    push.run(printed.out);
    assertEquals(List.of("east: done, 5 records copied"), printed.lines());
  }

  private void codec(String name, LinkState state) {
    east.codec = name;
    east.state = state;
  }

  @Test
  void shouldFailWhenTheLinkIsRefused() {
    east.whenPushed = () -> time.in(1_100, () -> east.state = LinkState.REFUSED);
    assertFails("master 'east' ended before it had sent its table; try again when it is up");
  }

  private void assertFails(String line) {
    CommandFailure failure = assertThrows(CommandFailure.class, () -> push.run(printed.out));
    assertEquals(line, failure.getMessage());
    assertEquals(CommandFailure.FAILED, failure.exit());
  }

  private static void copy(FakeLink link, int records, int passes) {
    link.count(LinkCounter.COPIES, records);
    link.count(LinkCounter.PASSES, passes);
    link.count(LinkCounter.PUSHED_PASSES, passes);
  }
}

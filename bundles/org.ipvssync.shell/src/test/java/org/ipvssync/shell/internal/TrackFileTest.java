package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.ipvssync.api.node.ReadyCondition.Stage;
import org.ipvssync.api.node.SyncRole;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrackFileTest {
  @TempDir private Path runDir;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = runDir.resolve("ready.track");
  }

  @Test
  void shouldSayOneUntilTheNodeIsReadyForTheFirstTime() throws IOException {
    TrackFile track = new TrackFile(runDir, "boot");
    assertEquals(OptionalInt.empty(), track.value());
    assertFalse(track.begin());
    assertEquals("1\n", Files.readString(file));
    track.ready();
    assertEquals("0\n", Files.readString(file));
    assertEquals(OptionalInt.of(0), track.value());
  }

  @Test
  void shouldNotTakeTheAddressFromADirectorWhoseNodeRestarts() throws IOException {
    new TrackFile(runDir, "boot").begin();
    new TrackFile(runDir, "boot").ready();
    assertTrue(new TrackFile(runDir, "boot").begin());
    assertEquals("0\n", Files.readString(file));
  }

  @Test
  void shouldGoOnWaitingWhenTheNodeDiedBeforeItWasReady() throws IOException {
    new TrackFile(runDir, "boot").begin();
    assertFalse(new TrackFile(runDir, "boot").begin());
    assertEquals("1\n", Files.readString(file));
  }

  @Test
  void shouldKeepWhatSomebodyElseWroteFirst() throws IOException {
    Files.writeString(file, "1\n"); // keepalived's init_file
    assertFalse(new TrackFile(runDir, "boot").begin());
    Files.delete(runDir.resolve("ready.boot"));
    Files.writeString(file, "0"); // an operator who could not wait for the node
    assertTrue(new TrackFile(runDir, "boot").begin());
    assertEquals("0", Files.readString(file));
  }

  @Test
  void shouldBeginAnewAfterABootWhereTheFolderOutlivesIt() throws IOException {
    new TrackFile(runDir, "monday").begin();
    new TrackFile(runDir, "monday").ready();
    assertFalse(new TrackFile(runDir, "tuesday").begin());
    assertEquals("1\n", Files.readString(file));
    assertFalse(new TrackFile(runDir, "tuesday").begin());
  }

  @Test
  void shouldTakeNonsenseForNotReady() throws IOException {
    Files.writeString(file, "yes\n");
    TrackFile track = new TrackFile(runDir, "boot");
    assertFalse(track.begin());
    assertEquals(OptionalInt.empty(), track.value());
    track.ready();
    assertEquals(OptionalInt.of(0), track.value());
  }

  @Test
  void shouldLeaveNothingButTheFileAndItsBoot() throws IOException {
    TrackFile track = TrackFile.of(runDir);
    track.begin();
    track.ready();
    try (Stream<Path> left = Files.list(runDir)) {
      assertEquals(
          List.of("ready.boot", "ready.track"),
          left.map(path -> path.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void shouldWaitForTheNodeHoweverLongItTakes() throws InterruptedException {
    FakeView view = new FakeView();
    TestTime time = new TestTime();
    view.started = false;
    time.in(1_000, () -> view.links.add(new FakeLink(SyncRole.BACKUP, "eth0")));
    time.in(1_500, () -> view.started = true);
    view.missing(Stage.CONTENT, "asking peers");
    time.in(3_600_000, view.conditions::clear);
    new FirstReady(view, time).await();
    assertEquals(3_601_200, time.nowMs(), "and not a look earlier");
  }

  @Test
  void shouldNotBeMistakenWhileServicesTakeOverFromEachOther() throws InterruptedException {
    FakeView view = new FakeView();
    TestTime time = new TestTime();
    view.links.add(new FakeLink(SyncRole.BACKUP, "eth0"));
    view.missing(Stage.CONTENT, "asking peers");
    time.in(1_000, view.conditions::clear);
    time.in(1_150, () -> view.missing(Stage.DELIVERY, "the kernel has 0 of 9"));
    time.in(5_000, view.conditions::clear);
    new FirstReady(view, time).await();
    assertEquals(6_200, time.nowMs());
  }
}

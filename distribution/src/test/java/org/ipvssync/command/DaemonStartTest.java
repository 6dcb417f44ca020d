package org.ipvssync.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.ipvssync.api.control.ControlFrame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a program in the place of bin/ipvs-syncd, and a node that the test plays. */
@Timeout(60)
class DaemonStartTest {
  private static final String HOME = "ipvssync.home";
  private static final String[] START = {"--start-daemon=backup", "--mcast-interface=lo"};
  private static final String LINE = "ipvs:startDaemon --mcast-interface lo backup";

  /** No process has this number: the kernel's highest is 4194304. */
  private static final long GONE = 5_000_000;

  @TempDir private Path temp;
  private Path nodes;
  private Path dir;

  @BeforeEach
  void makeHome() throws IOException {
    nodes = temp.resolve("nodes");
    dir = nodes.resolve("default");
    System.setProperty(HOME, temp.resolve("home").toString());
  }

  @AfterEach
  void forgetHome() throws Exception {
    System.clearProperty(HOME);
    Path pid = dir.resolve("pid");
    if (Files.exists(pid)) {
      ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
          .ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void shouldSayWhyTheNodeEnded() throws IOException {
    program("echo 'ipvs-syncd: no configuration folder /x: name one with --conf' >&2", "exit 1");
    CommandRun run = CommandRun.of(nodes, START);
    assertEquals(
        new CommandRun(
            1,
            "",
            "ipvs-syncd: the node ended at once: no configuration folder /x: name one with"
                + " --conf\n"),
        run);
  }

  @Test
  void shouldTakeTheLogsErrorForTheReason() throws IOException {
    program(
        "echo '2026-11-22 14:00:00.000 INFO  Node begins'",
        "echo '2026-11-22 14:00:00.001 ERROR Node cannot go on'",
        "echo '  at some.where'",
        "exit 1");
    CommandRun run = CommandRun.of(nodes, START);
    assertEquals(1, run.status());
    assertTrue(run.err().endsWith("ERROR Node cannot go on\n"), run::err);
    assertEquals(1, run.err().lines().count(), run::err);
  }

  @Test
  void shouldNotTakeAnOldLineOfTheLogForTheReason() throws IOException {
    Files.createDirectories(dir.resolve("log"));
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(dir.resolve("log/node.log"), "ipvs-syncd: long ago\n");
    program("exit 3");
    CommandRun run = CommandRun.of(nodes, START);
    assertEquals(
        "ipvs-syncd: the node ended at once: exit status 3, see "
            + dir.resolve("log/node.log")
            + "\n",
        run.err());
  }

  @Test
  void shouldStartTheNodeInASessionOfItsOwnAndTellItTheRole() throws Exception {
    program("echo \"$*\" >arguments", "echo $$ >pid", "exec sleep 60");
    CompletableFuture<StubNode> node = listenOnceStarted(StubNode.silent());

    assertEquals(new CommandRun(0, "", ""), CommandRun.of(nodes, START));

    try (StubNode started = node.get(10, TimeUnit.SECONDS)) {
      assertEquals(List.of(LINE), started.lines());
    }
    assertEquals(
        "run --instance default --background", Files.readString(dir.resolve("arguments")).strip());
    assertEquals(pid(), session(pid()), "leader of its session");
  }

  @Test
  void shouldTellTheRoleToANodeThatAnotherCommandHasJustStarted() throws Exception {
    program(
        "if mkdir first; then sh -c 'echo $$ >pid; exec sleep 60' & fi",
        "echo 'ipvs-syncd: node default already runs (pid 1)' >&2",
        "exit 1");
    CompletableFuture<StubNode> node = listenOnceStarted(StubNode.silent());

    assertEquals(new CommandRun(0, "", ""), CommandRun.of(nodes, START));

    try (StubNode started = node.get(10, TimeUnit.SECONDS)) {
      assertEquals(List.of(LINE), started.lines());
    }
  }

  @Test
  void shouldStartTheNodeAgainWhenTheOtherOneIsGone() throws Exception {
    program(
        "if mkdir first; then echo 'ipvs-syncd: node default already runs (pid 1)'; exit 1; fi",
        "echo $$ >pid",
        "exec sleep 60");
    CompletableFuture<StubNode> node = listenOnceStarted(StubNode.silent());

    assertEquals(new CommandRun(0, "", ""), CommandRun.of(nodes, START));

    try (StubNode started = node.get(10, TimeUnit.SECONDS)) {
      assertEquals(List.of(LINE), started.lines());
    }
  }

  @Test
  void shouldEndTheNodeAgainWhenTheRoleDoesNotComeUp() throws Exception {
    program("echo $$ >pid", "exec sleep 60");
    CompletableFuture<StubNode> node = listenOnceStarted(this::refuse);

    assertEquals(
        new CommandRun(1, "", "ipvs-syncd: no interface nosuch0\n"), CommandRun.of(nodes, START));

    try (StubNode started = node.get(10, TimeUnit.SECONDS)) {
      assertEquals(List.of(LINE, "ipvs:endIfIdle"), started.lines());
    }
    // It has ended; until its parent has looked, the system still lists it.
    Optional<ProcessHandle> process = ProcessHandle.of(pid());
    if (process.isPresent()) {
      assertFalse(process.get().onExit().get(10, TimeUnit.SECONDS).isAlive());
    }
  }

  @Test
  void shouldAskTheNodeThatRunsAlready() throws IOException {
    Files.createDirectories(dir);
    try (StubNode node = StubNode.listen(dir.resolve("control.sock"), this::refuse)) {
      assertEquals(
          new CommandRun(1, "", "ipvs-syncd: no interface nosuch0\n"), CommandRun.of(nodes, START));
      assertEquals(List.of(LINE), node.lines(), "it is not for this command to end it");
    }
  }

  @Test
  void shouldGoToTheNextNodeWhenThisOneIsEnding() throws Exception {
    Files.createDirectories(
        dir, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    program("echo $$ >pid", "exec sleep 60");
    AtomicReference<StubNode> ending = new AtomicReference<>();
    ending.set(
        StubNode.listen(
            dir.resolve("control.sock"),
            _ -> {
              ending.get().close();
              return List.of(StubNode.err("the node is ending\n"), StubNode.exit(3));
            }));
    CompletableFuture<StubNode> next = listenOnceStarted(StubNode.silent());

    assertEquals(new CommandRun(0, "", ""), CommandRun.of(nodes, START));

    assertEquals(List.of(LINE), ending.get().lines());
    try (StubNode started = next.get(10, TimeUnit.SECONDS)) {
      assertEquals(List.of(LINE), started.lines());
    }
  }

  @Test
  void shouldNotGoFromNodeToNodeForEver() throws Exception {
    Files.createDirectories(dir);
    try (StubNode ending =
        StubNode.listen(
            dir.resolve("control.sock"),
            _ -> List.of(StubNode.err("the node is ending\n"), StubNode.exit(3)))) {
      Files.writeString(dir.resolve("pid"), GONE + "\n");
      assertEquals(
          new CommandRun(1, "", "ipvs-syncd: the node is ending\n"), CommandRun.of(nodes, START));
      assertEquals(List.of(LINE, LINE, LINE), ending.lines());
    } finally {
      Files.delete(dir.resolve("pid"));
    }
  }

  private List<ControlFrame> refuse(String line) {
    if (line.equals("ipvs:endIfIdle")) {
      ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroy);
    }
    return line.startsWith("ipvs:startDaemon")
        ? List.of(StubNode.err("no interface nosuch0\n"), StubNode.exit(1))
        : List.of(StubNode.exit(0));
  }

  /** Plays the node as soon as the program has said its pid. */
  private CompletableFuture<StubNode> listenOnceStarted(StubNode.Answers answers) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            while (!Files.exists(dir.resolve("pid")) || Files.size(dir.resolve("pid")) == 0) {
              Pause.forMs(5);
            }
            return StubNode.listen(dir.resolve("control.sock"), answers);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  private long pid() {
    try {
      return Long.parseLong(Files.readString(dir.resolve("pid")).strip());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static long session(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3]);
  }

  private void program(String... lines) throws IOException {
    Path script = temp.resolve("home/bin/ipvs-syncd");
    Files.createDirectories(script.getParent());
    Files.writeString(script, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}

package org.ipvssync.command.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.command.child.ChildNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class DemoNodesTest {
  private static final LinkAddress ADDRESS =
      new LinkAddress("lo", InetAddress.ofLiteral("239.1.2.3"), 23_456, 1, 1, 0, true);
  private static final DemoOptions OPTIONS =
      new DemoOptions(0, 5_000, 10, 50, 1, false, false, false);

  @TempDir private Path temp;

  @Test
  void shouldConfigureTheMasterAndStartBothNodes() throws IOException {
    try (DemoNodes nodes = start("echo \"$IPVS_SYNCD_RUN $*\"; exec sleep 600")) {
      Path dir = nodes.dir();
      assertEquals(
          List.of(
              "mcastInterface=lo",
              "mcastGroup=239.1.2.3",
              "mcastPort=23456",
              "mcastTtl=1",
              "syncId=9",
              "codec=v1",
              "flushIntervalMs=25",
              "refreshPeriodS=0"),
          Files.readAllLines(dir.resolve("master/org.ipvssync.role.master-demo.cfg")));
      assertEquals(
          List.of("socket=" + nodes.feed()),
          Files.readAllLines(dir.resolve("master/org.ipvssync.workload.feed.cfg")));
      assertEquals(
          List.of("maxConnections=200000"),
          Files.readAllLines(dir.resolve("backup/org.ipvssync.table.memory.cfg")));
      assertStarted(nodes.master(), dir, "demo-master-", "master");
      assertStarted(nodes.backup(), dir, "demo-backup-", "backup");
    }
  }

  @Test
  void shouldLeaveNothingBehind() throws IOException {
    DemoNodes nodes = start("exec sleep 600");
    assertTrue(nodes.master().isAlive());
    assertTrue(nodes.backup().isAlive());
    nodes.close();
    assertFalse(nodes.master().isAlive());
    assertFalse(nodes.backup().isAlive());
    assertFalse(Files.exists(nodes.dir()));
  }

  @Test
  void shouldKillTheMasterAndWhatItStarted() throws IOException {
    try (DemoNodes nodes = start("trap '' TERM; sleep 600 & echo $!; wait; wait")) {
      long child = Long.parseLong(awaitTail(nodes.master(), "\\d+"));
      nodes.master().kill();
      nodes.master().awaitEnd();
      assertFalse(nodes.master().isAlive());
      assertTrue(nodes.backup().isAlive());
      while (ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false)) {
        Thread.onSpinWait();
      }
      nodes.backup().kill();
    }
  }

  @Test
  void shouldLeaveNothingBehindWhenTheCommandIsMissing() throws IOException {
    Path runs = Files.createDirectory(temp.resolve("runs"));
    assertThrows(
        IOException.class,
        () -> DemoNodes.start(temp.resolve("missing"), runs, ADDRESS, 9, OPTIONS));
    assertEquals(0, runs.toFile().list().length);
  }

  @Test
  void shouldShowTheEndOfTheLog() throws IOException {
    try (DemoNodes nodes = start("seq 1 100; echo no such interface; exec sleep 600")) {
      String tail = awaitTail(nodes.backup(), "(?s).*no such interface");
      assertEquals(20, tail.lines().count());
      assertTrue(tail.startsWith("82\n"), tail);
    }
  }

  private DemoNodes start(String script) throws IOException {
    Path command = temp.resolve("ipvs-syncd");
    Files.writeString(command, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwx------"));
    return DemoNodes.start(command, temp, ADDRESS, 9, OPTIONS);
  }

  private static void assertStarted(ChildNode node, Path dir, String instance, String conf) {
    long pid = ProcessHandle.current().pid();
    String tail = awaitTail(node, "(?s).+");
    assertEquals(
        dir + " run --no-kernel --instance " + instance + pid + " --conf " + dir.resolve(conf),
        tail);
    assertEquals(dir.resolve(instance + pid).resolve("control.sock"), node.socket());
  }

  private static String awaitTail(ChildNode node, String pattern) {
    while (!node.logTail().matches(pattern)) {
      Thread.onSpinWait();
    }
    return node.logTail();
  }
}

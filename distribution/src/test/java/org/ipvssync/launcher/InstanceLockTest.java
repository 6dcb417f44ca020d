package org.ipvssync.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceLockTest {
  @TempDir private Path temp;
  private InstanceDir dir;

  @BeforeEach
  void make() {
    dir = new InstanceDir("held", temp.resolve("held"));
    dir.create();
  }

  @Test
  void shouldWriteThePidAndLeaveNothing() throws IOException {
    try (InstanceLock lock = InstanceLock.acquire(dir)) {
      assertEquals(pidLine(ProcessHandle.current().pid()), Files.readString(dir.pidFile()));
      assertEquals(pidLine(ProcessHandle.current().pid()), Files.readString(dir.lockFile()));
      Files.createFile(dir.socket());
      assertTrue(lock.isHeld());
    }
    assertNothingLeft();
  }

  @Test
  void shouldTellEveryThreadThatItCouldNotRemoveItsFiles() throws IOException {
    InstanceLock lock = InstanceLock.acquire(dir);
    Files.delete(dir.pidFile());
    Files.createDirectories(dir.pidFile().resolve("no file"));
    for (int call = 1; call <= 2; call++) {
      LaunchException failure = assertThrows(LaunchException.class, lock::close);
      assertTrue(
          failure.getMessage().startsWith("cannot remove the node's files in " + dir.root()));
    }
  }

  @Test
  void shouldLeaveTheNextHoldersFilesAlone() throws IOException {
    InstanceLock first = InstanceLock.acquire(dir);
    first.close();
    try (InstanceLock second = InstanceLock.acquire(dir)) {
      first.close();
      assertTrue(second.isHeld());
      assertTrue(Files.exists(dir.lockFile()));
      assertTrue(Files.exists(dir.pidFile()));
    }
    assertNothingLeft();
  }

  @Test
  void shouldRefuseASecondHolder() throws IOException {
    try (InstanceLock lock = InstanceLock.acquire(dir)) {
      LaunchException e = assertThrows(LaunchException.class, () -> InstanceLock.acquire(dir));
      assertEquals(
          "node held already runs (pid " + ProcessHandle.current().pid() + ")", e.getMessage());
      assertTrue(lock.isHeld());
      assertTrue(Files.exists(dir.lockFile()), "the holder's files stay");
    }
  }

  @Test
  void shouldRefuseWhileAnotherProcessHoldsItAndTakeWhatAKilledOneLeft() throws Exception {
    Process holder = startHolder();
    try {
      LaunchException e = assertThrows(LaunchException.class, () -> InstanceLock.acquire(dir));
      assertEquals("node held already runs (pid " + holder.pid() + ")", e.getMessage());
      Files.createFile(dir.socket());
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertTrue(Files.exists(dir.lockFile()), "nobody removed it");

    try (InstanceLock lock = InstanceLock.acquire(dir)) {
      assertTrue(lock.isHeld());
      assertFalse(Files.exists(dir.socket()), "a stale socket");
      assertEquals(pidLine(ProcessHandle.current().pid()), Files.readString(dir.pidFile()));
    }
    assertNothingLeft();
  }

  @Test
  void shouldNotTakeALockThatNobodyElseCanFind() throws IOException {
    try (InstanceLock lost = InstanceLock.acquire(dir)) {
      Files.delete(dir.lockFile()); // somebody tidied up
      assertFalse(lost.isHeld());
      try (InstanceLock found = InstanceLock.acquire(dir)) {
        assertTrue(found.isHeld());
      }
    }
  }

  private Process startHolder() throws IOException {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                dir.root().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    assertTrue(String.valueOf(out.readLine()).startsWith("holds"), "it has the lock");
    return process;
  }

  private void assertNothingLeft() {
    assertFalse(Files.exists(dir.lockFile()), "lock");
    assertFalse(Files.exists(dir.pidFile()), "pid");
    assertFalse(Files.exists(dir.socket()), "socket");
  }

  private static String pidLine(long pid) {
    return pid + "\n";
  }
}

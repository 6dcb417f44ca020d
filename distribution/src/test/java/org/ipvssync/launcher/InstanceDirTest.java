package org.ipvssync.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceDirTest {
  private static final int ROOT = 0;
  private static final int USER = 1000;

  @TempDir private Path temp;

  @Test
  void shouldKeepRootsNodesInRun() {
    InstanceDir dir = InstanceDir.of("default", Map.of("XDG_RUNTIME_DIR", "/run/user/0"), ROOT);

    assertEquals(Path.of("/run/ipvs-syncd/default"), dir.root());
    assertEquals(Path.of("/run/ipvs-syncd/default/control.sock"), dir.socket());
    assertEquals(Path.of("/run/ipvs-syncd/default/pid"), dir.pidFile());
    assertEquals(Path.of("/run/ipvs-syncd/default/lock"), dir.lockFile());
    assertEquals(Path.of("/run/ipvs-syncd/default/log/node.log"), dir.logFile());
    assertEquals(Path.of("/run/ipvs-syncd/default/data"), dir.dataDir());
  }

  @Test
  void shouldKeepAUsersNodesInTheRuntimeDirectory() {
    Map<String, String> environment = Map.of("XDG_RUNTIME_DIR", temp.toString(), "HOME", "/home/u");
    assertEquals(
        temp.resolve("ipvs-syncd/a"), InstanceDir.of("a", environment, USER).root(), "as named");
  }

  @Test
  void shouldFallBackToTheHomeWhenTheRuntimeDirectoryIsNotThere() {
    Map<String, String> gone =
        Map.of("XDG_RUNTIME_DIR", temp.resolve("gone").toString(), "HOME", "/home/u");
    Path expected = Path.of("/home/u/.ipvs-syncd/a");
    assertEquals(expected, InstanceDir.of("a", gone, USER).root());
    assertEquals(expected, InstanceDir.of("a", Map.of("HOME", "/home/u"), USER).root());
  }

  @Test
  void shouldTakeTheVariableBeforeAllElse() {
    Map<String, String> environment =
        Map.of("IPVS_SYNCD_RUN", "/srv/x/../run", "XDG_RUNTIME_DIR", temp.toString());
    assertEquals(Path.of("/srv/run/a"), InstanceDir.of("a", environment, USER).root());
    assertEquals(Path.of("/srv/run/a"), InstanceDir.of("a", environment, ROOT).root());
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "a", "A-b_c.9", "12345678901234567890123456789012", ".hidden"})
  void shouldTakeNames(String name) {
    assertEquals(name, InstanceDir.of(name, Map.of(), ROOT).root().getFileName().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "a b", "ä", "123456789012345678901234567890123"})
  void shouldRefuseOtherNames(String name) {
    LaunchException e =
        assertThrows(LaunchException.class, () -> InstanceDir.of(name, Map.of(), ROOT));
    assertTrue(e.getMessage().contains("'" + name + "'"), e::getMessage);
  }

  @Test
  void shouldSayThatThePathIsTooLongForASocket() {
    // "/BASE/a/control.sock" is 15 longer than its base
    Map<String, String> fits = Map.of("IPVS_SYNCD_RUN", "/" + "x".repeat(90));
    Map<String, String> tooLong = Map.of("IPVS_SYNCD_RUN", "/" + "x".repeat(91));
    assertEquals(106, InstanceDir.of("a", fits, USER).socket().toString().length());
    LaunchException e =
        assertThrows(LaunchException.class, () -> InstanceDir.of("a", tooLong, USER));
    assertTrue(e.getMessage().contains("107"), e::getMessage);
    assertTrue(e.getMessage().contains("IPVS_SYNCD_RUN"), e::getMessage);
  }

  @Test
  void shouldMakeDirectoriesForTheirOwnerOnly() throws IOException {
    InstanceDir dir = new InstanceDir("a", temp.resolve("base/a"));
    dir.create();
    dir.create();
    for (Path made : new Path[] {dir.root(), dir.dataDir(), dir.logFile().getParent()}) {
      assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(made)));
    }
    assertFalse(Files.exists(dir.lockFile()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxr-xr-x", "rwx--x---"})
  void shouldRefuseADirectoryThatIsOpenToOthers(String mode) throws IOException {
    InstanceDir dir = new InstanceDir("a", Files.createDirectory(temp.resolve("a")));
    Files.setPosixFilePermissions(dir.root(), PosixFilePermissions.fromString(mode));
    LaunchException e = assertThrows(LaunchException.class, dir::create);
    assertEquals(
        "the node's directory " + dir.root() + " is open to others: run chmod 700 " + dir.root(),
        e.getMessage());
  }

  @Test
  void shouldSayWhyTheDirectoryCannotBeMade() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    InstanceDir dir = new InstanceDir("a", file.resolve("a"));
    LaunchException e = assertThrows(LaunchException.class, dir::create);
    assertTrue(e.getMessage().contains(dir.root().toString()), e::getMessage);
    assertTrue(e.getMessage().contains("IPVS_SYNCD_RUN"), e::getMessage);
  }
}

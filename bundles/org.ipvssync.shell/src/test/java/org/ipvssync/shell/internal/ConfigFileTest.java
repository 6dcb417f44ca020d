package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
  @TempDir private Path conf;
  private Path path;
  private ConfigFile file;

  @BeforeEach
  void make() {
    path = conf.resolve("org.ipvssync.role.master-eth0.cfg");
    file = new ConfigFile(path);
  }

  @Test
  void shouldKeepBytesAndPermissionsAndLeaveNothingBehind() throws IOException {
    Files.write(path, "# caf\u00e9\ncodec = v1\n".getBytes(StandardCharsets.UTF_8));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
    file.set("codec", "v0");
    assertArrayEquals(
        "# caf\u00e9\ncodec = v0\n".getBytes(StandardCharsets.UTF_8), Files.readAllBytes(path));
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    assertEquals(List.of(path), files());
  }

  @Test
  void shouldReplaceTheFileInsteadOfWritingIntoIt() throws IOException {
    Files.writeString(path, "codec = v1\n");
    Path reader = Files.createLink(conf.resolve("reader"), path);
    file.set("codec", "v0");
    assertEquals("codec = v1\n", Files.readString(reader), "who has it open reads on");
    assertEquals("codec = v0\n", Files.readString(path));
  }

  @Test
  void shouldChangeWhatALinkPointsTo() throws IOException {
    Path real = Files.writeString(conf.resolve("real"), "codec = v1\n");
    Files.createSymbolicLink(path, real);
    file.set("codec", "v0");
    assertTrue(Files.isSymbolicLink(path));
    assertEquals("codec = v0\n", Files.readString(real));
  }

  @Test
  void shouldTakeBackWhatItDid() throws IOException {
    Files.writeString(path, "codec = v1\n");
    file.set("codec", "v0").run();
    assertEquals("codec = v1\n", Files.readString(path));
    Files.delete(path);
    Undo undo = file.set("codec", "v0");
    assertEquals("codec = v0\n", Files.readString(path));
    undo.run();
    assertFalse(Files.exists(path));
  }

  @Test
  void shouldLeaveWhatSomebodyElseWroteMeanwhile() throws IOException {
    Files.writeString(path, "codec = v1\n");
    Undo undo = file.set("codec", "v0");
    Files.writeString(path, "codec = v2\n");
    undo.run();
    assertEquals("codec = v2\n", Files.readString(path));
  }

  @Test
  void shouldSayInOneLineWhyItCannotBeChanged() throws IOException {
    Files.writeString(path, "<?xml version='1.0'?>\n");
    assertFails(file, path + ": is XML, which no command changes; edit it: codec");
    Path gone = conf.resolve("gone/x.cfg");
    assertFails(new ConfigFile(gone), gone + ": its folder is gone");
    assertEquals("<?xml version='1.0'?>\n", Files.readString(path));
    assertEquals(List.of(path), files());
  }

  private static void assertFails(ConfigFile file, String line) {
    CommandFailure failure = assertThrows(CommandFailure.class, () -> file.set("codec", "v0"));
    assertEquals(line + "; nothing was changed", failure.getMessage());
    assertEquals(CommandFailure.FAILED, failure.exit());
  }

  private List<Path> files() throws IOException {
    try (var all = Files.list(conf)) {
      return all.toList();
    }
  }
}

package org.ipvssync.table.mapped.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ipvssync.api.table.Conn;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.TableHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be is said in one line, and leaves nothing behind. */
class FailureTest {
  @TempDir Path dir;

  private static String failure(MappedTables tables) {
    String opened = assertThrows(IllegalStateException.class, tables::open).getMessage();
    String restored =
        assertThrows(IllegalStateException.class, () -> tables.restore(0)).getMessage();
    assertEquals(opened, restored);
    assertFalse(opened.contains("\n"), opened);
    return opened;
  }

  private static int run(Path dir, String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("output").toFile())
            .start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return process.exitValue();
  }

  @Test
  void shouldSayThatTheDiskIsFull() throws IOException, InterruptedException {
    Path small = Files.createDirectory(dir.resolve("small"));
    assumeTrue(
        run(dir, "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small.toString()) == 0,
        "a file system of its own needs root");
    try {
      MappedFolder folder = new MappedFolder(small);
      String line = failure(folder.tables(100_000));
      assertTrue(line.contains(folder.file.toString()), line);
      assertTrue(line.contains("No space left on device; give its folder room"), line);
      assertEquals(List.of(), folder.names(), "nothing is left behind");
      // What fits now and not twice stays as it was.
      TableHarness table = folder.restore(2_500);
      table.sync(Conn.tcp());
      table.close();
      String full =
          assertThrows(IllegalStateException.class, () -> folder.tables(3_000).restore(0))
              .getMessage();
      assertTrue(full.contains("No space left"), full);
      assertEquals(1, folder.names().size());
      TableHarness back = folder.restore(1_000);
      assertTrue(back.has(Conn.tcp()));
      back.close();
    } finally {
      assertEquals(0, run(dir, "umount", small.toString()));
    }
  }

  /** A process whose files may only have so many bytes. */
  @Test
  void shouldSayThatTheProcessMayNotWriteThatMuch() throws IOException, InterruptedException {
    Path file = dir.resolve("limited").resolve("connections.table");
    String said = restoreWithin("ulimit -f 64", file);
    assertTrue(said.contains(file + " cannot be made with 19 MiB: File too large"), said);
    assertEquals(List.of(), new MappedFolder(file.getParent()).names());
  }

  /** No memory now is no reason to begin empty for ever. */
  @Test
  void shouldLeaveAsItIsWhatCannotBeMappedNow() throws IOException, InterruptedException {
    MappedFolder folder = new MappedFolder(Files.createDirectory(dir.resolve("large")));
    long bytes = 1L << 40; // of which the disk has none
    try (FileChannel file =
        FileChannel.open(
            folder.file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(1), bytes - 1);
    }
    String said = restoreWithin("ulimit -v 8000000", folder.file);
    assertTrue(said.contains(folder.file + " cannot be mapped: Map failed; give"), said);
    assertEquals(List.of("connections.table"), folder.names());
    assertEquals(bytes, Files.size(folder.file));
  }

  /** What {@link Restorer} says in a process with a limit. */
  private String restoreWithin(String limit, Path file) throws IOException, InterruptedException {
    int status =
        run(
            dir,
            "sh",
            "-c",
            limit + "; exec \"$@\"",
            "sh",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:-UsePerfData",
            "-Xmx64m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Restorer.class.getName(),
            file.toString());
    String said = Files.readString(dir.resolve("output"));
    assertEquals(0, status, said);
    return said;
  }

  /** Restores a table and prints why it cannot be. */
  static final class Restorer {
    private Restorer() {}

    /** The file. */
    public static void main(String[] args) {
      try (ConnTable table =
          new MappedTables(Path.of(args[0]), 100_000, System::currentTimeMillis, "boot")
              .restore(0)) {
        System.out.println("restored " + table.capacity());
      } catch (IllegalStateException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void shouldMakeItsFolder() {
    MappedFolder folder = new MappedFolder(dir.resolve("a").resolve("b"));
    TableHarness table = folder.restore();
    assertEquals(1, folder.names().size());
    table.close();
  }

  @Test
  void shouldSayThatThereCanBeNoFolder() throws IOException {
    Files.write(dir.resolve("a"), new byte[1]);
    String line = failure(new MappedFolder(dir.resolve("a").resolve("b")).tables(10));
    assertTrue(line.contains("has no folder") && line.contains("; make it"), line);
  }

  @Test
  void shouldSayThatThereIsAFolderInItsPlace() throws IOException {
    MappedFolder folder = new MappedFolder(dir);
    Files.createDirectory(folder.file);
    String line = failure(folder.tables(10));
    assertTrue(line.contains("cannot be opened") && line.contains("directory"), line);
    assertEquals(1, folder.names().size());
  }

  @Test
  void shouldSayThatAnotherProcessHasTheFile() throws IOException, InterruptedException {
    MappedFolder folder = new MappedFolder(dir);
    folder.restore().close();
    long before = Files.size(folder.file);
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder.file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertEquals('l', other.getInputStream().read(), "it has the lock");
      String line = failure(folder.tables(10));
      assertTrue(line.contains(folder.file + " is in use by another process; stop that"), line);
      assertEquals(before, Files.size(folder.file));
      assertEquals(1, folder.names().size());
    } finally {
      other.destroyForcibly().waitFor();
    }
    folder.restore().close();
  }

  /** Holds a file's lock until it is killed. */
  static final class Holder {
    private Holder() {}

    /** The file. */
    public static void main(String[] args) throws IOException {
      try (FileChannel channel = FileLocks.lock(Path.of(args[0])).channel()) {
        System.out.print(channel != null ? 'l' : 'n');
        System.out.flush();
        System.in.read();
      }
    }
  }

  @Test
  void shouldWriteZerosWhereTheSystemCannotAllocate() throws IOException {
    Path file = dir.resolve("zeros");
    DiskSpace.writeZeros(file, 3_000_001);
    assertArrayEquals(new byte[3_000_001], Files.readAllBytes(file));
  }

  @Test
  void shouldLeaveNeitherMappingNorDescriptor() throws IOException {
    MappedFolder folder = new MappedFolder(dir);
    assumeTrue(Files.isReadable(Path.of("/proc/self/maps")));
    for (int i = 0; i < 3; i++) {
      TableHarness table = folder.restore();
      table.sync(Conn.tcp());
      assertEquals(1, held(folder), "the check sees what is there");
      TableHarness next = new TableHarness(folder.tables(500).open());
      next.table().publish();
      table.table().discard();
      next.close();
      folder.tables(100).open().discard();
      Files.write(folder.file, new byte[100]);
      folder.restore().table().discard();
      assertEquals(0, held(folder));
    }
  }

  /** Mappings of this process below the folder; fails when their number is not the descriptors'. */
  private static long held(MappedFolder folder) throws IOException {
    String below = folder.file.getParent().toString();
    long mappings;
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      mappings = maps.filter(line -> line.contains(below)).count();
    }
    long descriptors = 0;
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : open.toList()) {
        try {
          descriptors += Files.readSymbolicLink(descriptor).toString().startsWith(below) ? 1 : 0;
        } catch (IOException e) {
          continue; // the listing's own
        }
      }
    }
    assertEquals(mappings, descriptors);
    return mappings;
  }
}

package org.ipvssync.table.mapped.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.TableHarness;

/** A folder with a table's file, a wall clock, and processes that come and go. */
final class MappedFolder {
  static final String BOOT = "2b8702cf-9ff0-46ed-be32-341052d310f9";

  final Path file;
  String bootId = BOOT;
  long wallMs = 1_700_000_000_000L;

  MappedFolder(Path dir) {
    this.file = dir.resolve("connections.table");
  }

  MappedTables tables(int capacity) {
    return new MappedTables(file, capacity, () -> wallMs, bootId);
  }

  /** A new process takes up what the last one left; its own clock begins anew. */
  TableHarness restore(int capacity) {
    ConnTable table = tables(capacity).restore(-7_000_000_123L); // as the harness's clock
    return new TableHarness(table);
  }

  TableHarness restore() {
    return restore(1000);
  }

  /** Time passes for the table and on the wall. */
  void pass(TableHarness table, long ms) {
    table.pass(ms);
    wallMs += ms;
  }

  /** What is there of a table when its process is killed now; the table itself ends. */
  void kill(TableHarness table) {
    try {
      byte[] left = Files.readAllBytes(file);
      table.table().discard();
      Files.write(file, left);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names in the folder, sorted. */
  List<String> names() {
    try (Stream<Path> files = Files.list(file.getParent())) {
      return List.copyOf(new TreeSet<>(files.map(f -> f.getFileName().toString()).toList()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

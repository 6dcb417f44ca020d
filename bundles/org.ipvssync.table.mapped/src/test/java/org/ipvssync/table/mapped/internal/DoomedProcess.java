package org.ipvssync.table.mapped.internal;

import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.ipvssync.api.table.ConnTable;

/** Applies seeded batches and says how many are done, until it is killed. */
final class DoomedProcess {
  private DoomedProcess() {}

  /** The file, the seed. */
  public static void main(String[] args) throws IOException {
    SeededFeed feed = new SeededFeed(Long.parseLong(args[1]));
    MappedTables tables =
        new MappedTables(Path.of(args[0]), SeededFeed.CAPACITY, feed::wallMs, MappedFolder.BOOT);
    ConnTable table = tables.restore(feed.nowMs());
    try (DataOutputStream out = new DataOutputStream(new FileOutputStream(FileDescriptor.out))) {
      for (long done = 1; ; done++) {
        feed.next();
        feed.applyTo(table);
        out.writeLong(done);
      }
    }
  }
}

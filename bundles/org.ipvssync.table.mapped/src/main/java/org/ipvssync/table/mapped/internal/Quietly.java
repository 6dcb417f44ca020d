package org.ipvssync.table.mapped.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clearing away, where a failure is no reason to stop. */
final class Quietly {
  private static final Logger LOG = LoggerFactory.getLogger(Quietly.class);

  private Quietly() {}

  /** Deletes a file that may be there. */
  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      isLeft(file, e);
    }
  }

  /** Says that a file stays that nobody needs. */
  static void isLeft(Path file, IOException why) {
    LOG.warn("connection table: {} is left behind: {}", file, Failures.reason(why));
  }

  /**
   * Closes a channel.
   *
   * @param channel null for none
   */
  static void close(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      LOG.debug("closing", e);
    }
  }
}

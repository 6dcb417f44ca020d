package org.ipvssync.table.mapped.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.LongSupplier;
import org.ipvssync.table.segment.TableBacking;
import org.ipvssync.table.segment.TableLayout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A new file for a table: under a name of its own until it is published, then in place of the
 * target. Mapped, locked and wholly on its disk as long as it is open.
 *
 * <p>The table's writer calls {@link #at}; everything else is the owner's, one thread at a time.
 */
final class TableFile implements TableBacking {
  /** A heartbeat is written at most so often, in the table's time. */
  static final long HEARTBEAT_MS = 100;

  private static final Logger LOG = LoggerFactory.getLogger(TableFile.class);

  private final Path target;
  private final LongSupplier wallMs;
  private final TableLayout layout;
  private final FileChannel channel;
  private final Arena arena;
  private final FileHeader header;
  private final Object key;
  private Path path;
  private FileChannel predecessor;
  private String leftBehind;
  private long nextBeatMs = Long.MIN_VALUE;

  /**
   * Makes the file.
   *
   * @param path does not exist, in the folder of {@code target}
   * @throws IOException when it cannot be; nothing is left behind
   */
  TableFile(Path path, Path target, TableLayout layout, LongSupplier wallMs) throws IOException {
    this.path = path;
    this.target = target;
    this.layout = layout;
    this.wallMs = wallMs;
    long bytes = FileHeader.fileBytes(layout);
    FileChannel opened = null;
    Arena shared = Arena.ofShared();
    try {
      DiskSpace.take(path, bytes);
      opened = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (opened.tryLock() == null) {
        throw new IOException("it is locked by another process");
      }
      this.header = new FileHeader(opened.map(MapMode.READ_WRITE, 0, bytes, shared));
      this.key = FileLocks.keyOf(path);
    } catch (IOException | RuntimeException | Error e) {
      shared.close();
      if (opened != null) {
        opened.close();
      }
      Files.deleteIfExists(path);
      throw e;
    }
    this.channel = opened;
    this.arena = shared;
  }

  /** The header, to be filled in. */
  FileHeader header() {
    return header;
  }

  /** Where the table lies. */
  MemorySegment table() {
    return header.table();
  }

  /** Closes a channel of a predecessor's file together with this file, not before. */
  void keepOpen(FileChannel channel) {
    predecessor = channel;
  }

  /**
   * Says that what is in the target's place is of an earlier run, and goes unread.
   *
   * @param left how old it is, in words; null when nothing such is there
   */
  void replaces(String left) {
    leftBehind = left;
  }

  @Override
  public MemorySegment journal() {
    return header.journal();
  }

  @Override
  public void at(long tableMs) {
    if (tableMs >= nextBeatMs) {
      header.beat(tableMs, wallMs.getAsLong());
      nextBeatMs = tableMs + HEARTBEAT_MS;
    }
  }

  /**
   * Takes the target's place. What was there has no name any more; who has it open keeps it. No
   * sync: what a crash of the machine leaves is not trusted anyway.
   */
  @Override
  public void publish() {
    if (isPublished()) {
      return;
    }
    try {
      Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
      path = target;
      if (leftBehind != null) {
        LOG.info(
            "connection table: {} of an earlier run ({}) was not read: the table in use has moved"
                + " into its place",
            target,
            leftBehind);
      }
    } catch (IOException e) {
      throw new IllegalStateException(
          "connection table: " + target + " cannot be replaced: " + Failures.reason(e), e);
    }
  }

  private boolean isPublished() {
    return path.equals(target);
  }

  /** The content stays, for the next process. A file that was never published goes. */
  @Override
  public void close() {
    if (isPublished()) {
      header.markClean(layout);
      try {
        header.force();
        syncFolder();
      } catch (IOException | UncheckedIOException e) {
        LOG.warn(
            "connection table: {} may not survive a crash of the machine: {}",
            target,
            Failures.reason(e));
      }
      unmap();
    } else {
      unmap();
      Quietly.delete(path);
    }
    closeChannels();
  }

  /** The content goes, unless a successor's file has its place already. */
  @Override
  public void discard() {
    unmap();
    try {
      if (Files.exists(path) && FileLocks.keyOf(path).equals(key)) {
        Quietly.delete(path);
      }
    } catch (IOException e) {
      Quietly.isLeft(path, e);
    }
    closeChannels();
  }

  private void unmap() {
    arena.close();
  }

  private void closeChannels() {
    Quietly.close(channel);
    Quietly.close(predecessor);
  }

  /** So that the name is on the disk, too. */
  private void syncFolder() throws IOException {
    try (FileChannel folder = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }
}

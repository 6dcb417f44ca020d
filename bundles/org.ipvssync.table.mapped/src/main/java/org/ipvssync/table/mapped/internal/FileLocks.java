package org.ipvssync.table.mapped.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * Who has a table's file.
 *
 * <p>A process loses all its locks on a file when it closes any descriptor of it. So a file that
 * this very process has locked, perhaps by an older version of this bundle, must not even be
 * opened: what the process has mapped is looked up first.
 */
final class FileLocks {
  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final int MAPS_INODE = 4;
  private static final int TRIES = 5;

  /** What came of it. */
  enum State {
    /** Nobody else had it; now this process has. */
    LOCKED,
    /** This process has it already. */
    OURS,
    /** Another process has it. */
    TAKEN
  }

  /**
   * An opened file.
   *
   * @param channel null when the file was not opened
   */
  record Locked(State state, FileChannel channel) {}

  private FileLocks() {}

  /** Opens a file that exists. */
  @FunctionalInterface
  interface Opener {
    FileChannel open(Path file) throws IOException;
  }

  /**
   * Opens and locks a file that exists.
   *
   * @return with a channel that the caller closes, unless the file is TAKEN
   * @throws IOException when it cannot be opened, or others replace it again and again
   */
  static Locked lock(Path file) throws IOException {
    return lock(file, f -> FileChannel.open(f, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  /**
   * Between the opening and the lock another process may have put its own file there: then what is
   * locked has no name any more, and the lock keeps nobody out.
   */
  static Locked lock(Path file, Opener opener) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      if (isMappedHere(file)) {
        return new Locked(State.OURS, null);
      }
      Object before = keyOf(file);
      Locked locked = lock(opener.open(file));
      if (locked.state() != State.LOCKED || isStill(file, before, locked.channel())) {
        return locked;
      }
      locked.channel().close();
    }
    throw new IOException("other processes replace it again and again");
  }

  private static Locked lock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new Locked(State.LOCKED, channel);
      }
    } catch (OverlappingFileLockException e) {
      // Without /proc, or between the lock and the mapping. Closed here it would take the lock
      // away.
      return new Locked(State.OURS, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return new Locked(State.TAKEN, null);
  }

  private static boolean isStill(Path file, Object key, FileChannel channel) throws IOException {
    try {
      return keyOf(file).equals(key);
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Says which file this is, whatever its name. */
  static Object keyOf(Path file) throws IOException {
    return Files.getAttribute(file, "unix:dev") + ":" + Files.getAttribute(file, "unix:ino");
  }

  /** True when this process has mapped the file. */
  static boolean isMappedHere(Path file) throws IOException {
    if (!Files.isReadable(MAPS) || !Files.exists(file)) {
      return false;
    }
    String inode = Files.getAttribute(file, "unix:ino").toString();
    String name = file.getFileName().toString();
    try (Stream<String> maps = Files.lines(MAPS, StandardCharsets.ISO_8859_1)) {
      return maps.anyMatch(
          line -> {
            String[] parts = line.split(" +", MAPS_INODE + 2);
            return parts.length > MAPS_INODE + 1
                && parts[MAPS_INODE].equals(inode)
                && parts[MAPS_INODE + 1].endsWith(name);
          });
    }
  }
}

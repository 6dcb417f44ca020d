package org.ipvssync.launcher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * One process a node: a lock on a file that the kernel gives back however the process ends.
 *
 * <p>The file is removed when the lock is closed, so that a stopped node leaves nothing; whoever
 * opened it just before finds that out and tries again with a new one.
 */
final class InstanceLock implements AutoCloseable {
  private static final int ATTEMPTS = 50;
  private static final Path OPEN_FILES = Path.of("/proc/self/fd");

  private final InstanceDir dir;
  private final FileChannel channel;

  /** Why the files are still there; null when they are not, or the lock is not closed. */
  private LaunchException leftBehind;

  private InstanceLock(InstanceDir dir, FileChannel channel) {
    this.dir = dir;
    this.channel = channel;
  }

  /**
   * Takes the lock and writes the pid file; what a killed node left is removed.
   *
   * @throws LaunchException when the node runs already, or its files cannot be written
   */
  static InstanceLock acquire(InstanceDir dir) {
    try {
      for (int i = 0; i < ATTEMPTS; i++) {
        InstanceLock lock = tryOnce(dir);
        if (lock != null) {
          lock.begin();
          return lock;
        }
      }
    } catch (IOException e) {
      throw new LaunchException(
          "cannot write in " + dir.root() + " (" + InstanceDir.reason(e) + ")", e);
    }
    throw alreadyRuns(dir);
  }

  private static InstanceLock tryOnce(InstanceDir dir) throws IOException {
    FileChannel channel =
        FileChannel.open(
            dir.lockFile(),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    boolean held = false;
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw alreadyRuns(dir);
      }
      held = isOpenUnderItsName(dir.lockFile());
      return held ? new InstanceLock(dir, channel) : null;
    } catch (OverlappingFileLockException e) {
      throw alreadyRuns(dir);
    } finally {
      if (!held) {
        channel.close();
      }
    }
  }

  /**
   * False when the file that was opened has been removed since: /proc then shows another name.
   *
   * <p>Opening the name again to compare would not do: closing any channel of a file gives up all
   * of the process's locks on it.
   */
  private static boolean isOpenUnderItsName(Path file) throws IOException {
    Path name = file.getParent().toRealPath().resolve(file.getFileName());
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(OPEN_FILES)) {
      for (Path descriptor : descriptors) {
        if (name.equals(target(descriptor))) {
          return true;
        }
      }
    }
    return false;
  }

  private static Path target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (IOException e) {
      return null; // closed meanwhile
    }
  }

  /** True while the lock is what keeps others out: held, on the file that they will find. */
  boolean isHeld() throws IOException {
    return channel.isOpen() && isOpenUnderItsName(dir.lockFile());
  }

  private void begin() throws IOException {
    try {
      Files.deleteIfExists(dir.socket());
      String pid = ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
      Files.writeString(dir.pidFile(), pid);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static LaunchException alreadyRuns(InstanceDir dir) {
    return new LaunchException(dir.alreadyRuns() + " (pid " + pidText(dir) + ")");
  }

  private static String pidText(InstanceDir dir) {
    try {
      String pid = Files.readString(dir.pidFile()).strip();
      return pid.isEmpty() ? "not known yet" : pid;
    } catch (IOException e) {
      return "not known yet";
    }
  }

  /**
   * Removes socket, pid file and lock file, then gives the lock back. Any thread; only the first
   * call does anything, because afterwards the files may be another process's.
   *
   * @throws LaunchException when the files could not be removed; every call, since the thread that
   *     gives the process its status need not be the one that was first
   */
  @Override
  public synchronized void close() {
    if (leftBehind != null) {
      throw leftBehind;
    }
    if (!channel.isOpen()) {
      return;
    }
    try (channel) {
      Files.deleteIfExists(dir.socket());
      Files.deleteIfExists(dir.pidFile());
      Files.deleteIfExists(dir.lockFile());
    } catch (IOException e) {
      leftBehind =
          new LaunchException(
              "cannot remove the node's files in "
                  + dir.root()
                  + " ("
                  + InstanceDir.reason(e)
                  + ")",
              e);
      throw leftBehind;
    }
  }
}

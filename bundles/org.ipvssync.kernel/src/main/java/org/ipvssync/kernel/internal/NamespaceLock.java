package org.ipvssync.kernel.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;

/**
 * Held by the one node that has the kernel's daemons of a network namespace. It ends with the
 * process, whatever becomes of that. Used by one thread.
 */
final class NamespaceLock {
  private static final Set<OpenOption> OPTIONS =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

  private final List<Path> folders;
  private FileChannel held;

  /** In the first of the folders that can be written. */
  NamespaceLock(List<Path> folders) {
    this.folders = List.copyOf(folders);
  }

  /**
   * Takes it.
   *
   * @param namespace what tells the namespace from others
   * @throws KernelRefusal when another node has it
   */
  void take(String namespace) throws IOException, KernelRefusal {
    if (held != null) {
      return;
    }
    Path file = folder().resolve("ipvs-syncd-kernel-" + namespace + ".lock");
    FileChannel channel = FileChannel.open(file, OPTIONS);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null; // another node in this process
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    if (lock == null) {
      throw KernelRefusal.of(
          "another node has this network namespace's kernel already ("
              + file
              + "): stop it, or start this one with --no-kernel");
    }
    held = channel;
  }

  private Path folder() throws IOException {
    for (Path folder : folders) {
      if (Files.isDirectory(folder) && Files.isWritable(folder)) {
        return folder;
      }
    }
    throw new IOException("none of " + folders + " can be written");
  }

  /** Gives it back, if it is held. */
  void release() {
    if (held != null) {
      try {
        held.close();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      } finally {
        held = null;
      }
    }
  }
}

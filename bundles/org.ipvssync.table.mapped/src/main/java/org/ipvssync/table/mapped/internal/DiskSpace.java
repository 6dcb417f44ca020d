package org.ipvssync.table.mapped.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.ipvssync.table.segment.NativeCall;

/**
 * Takes the space of a whole file from its disk. In a file with holes the disk would be asked for
 * space when a page is first written, and a full one answers that with a signal that ends the
 * process.
 *
 * <p>With {@code posix_fallocate(3)}, which costs a moment; where that cannot be called, or the
 * file system does not know it, with zeros, which costs as long as writing them takes.
 */
final class DiskSpace {
  private static final int OWNER_ONLY = 0600;
  private static final int ZEROS = 1 << 20;

  // <errno.h> of Linux, the same on all machines that Java runs on.
  private static final int EINTR = 4;
  private static final int EINVAL = 22;
  private static final int EFBIG = 27;
  private static final int ENOSPC = 28;
  private static final int ENOSYS = 38;
  private static final int EOPNOTSUPP = 95;
  private static final int EDQUOT = 122;

  private DiskSpace() {}

  /**
   * Makes a file of so many bytes, all zero, that lies on the disk as a whole.
   *
   * @param file does not exist; what there is of it after a failure is the caller's to remove
   * @throws IOException says why not
   */
  static void take(Path file, long bytes) throws IOException {
    if (!allocate(file, bytes)) {
      writeZeros(file, bytes);
    }
  }

  /**
   * Through a descriptor of its own. That must be closed before the file is locked: closing any
   * descriptor of a file gives up all locks that the process has on it.
   *
   * @return false when it cannot be done this way
   */
  private static boolean allocate(Path file, long bytes) throws IOException {
    if (!Calls.areThere()) {
      return false;
    }
    int error;
    try (Arena arena = Arena.ofConfined()) {
      int descriptor =
          (int) Calls.CREAT.invokeExact(arena.allocateFrom(file.toString()), OWNER_ONLY);
      if (descriptor < 0) {
        return false; // the other way finds out why
      }
      do {
        error = (int) Calls.FALLOCATE.invokeExact(descriptor, 0L, bytes);
      } while (error == EINTR);
      int unused = (int) Calls.CLOSE.invokeExact(descriptor);
    } catch (Throwable e) {
      throw new AssertionError("these calls throw nothing", e);
    }
    return switch (error) {
      case 0 -> true;
      case EINVAL, ENOSYS, EOPNOTSUPP -> false;
      case ENOSPC -> throw new IOException("No space left on device");
      case EDQUOT -> throw new IOException("Disk quota exceeded");
      case EFBIG -> throw new IOException("File too large");
      default -> throw new IOException("posix_fallocate: error " + error);
    };
  }

  /** As {@link #take}, by writing. */
  static void writeZeros(Path file, long bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS, bytes));
      for (long left = bytes; left > 0; ) {
        zeros.clear().limit((int) Math.min(left, zeros.capacity()));
        left -= channel.write(zeros);
      }
    }
  }

  /** The three calls, or null where they cannot be made. */
  private static final class Calls {
    // Elsewhere the numbers of errors differ.
    private static final boolean LINUX = System.getProperty("os.name").equals("Linux");

    static final MethodHandle CREAT =
        call("creat", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    static final MethodHandle FALLOCATE =
        call("posix_fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    static boolean areThere() {
      return CREAT != null && FALLOCATE != null && CLOSE != null;
    }

    private static MethodHandle call(String function, FunctionDescriptor type) {
      return LINUX ? NativeCall.orNull(function, type) : null;
    }
  }
}

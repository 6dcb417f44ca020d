package org.ipvssync.shell.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/**
 * A properties file of the configuration folder, changed at one blow: who reads it sees the old
 * content or the new, also after a crash. Permissions and owner stay.
 */
final class ConfigFile {
  private final Path path;

  /** The file at {@code path}, or behind it when that is a link; it need not be there yet. */
  ConfigFile(Path path) {
    this.path = path;
  }

  /**
   * Gives a key another value; makes the file when there is none.
   *
   * @return takes the change back, unless somebody else changed the file meanwhile
   * @throws CommandFailure when that cannot be; nothing is changed then
   */
  Undo set(String key, String value) {
    try {
      Path file = Files.exists(path) ? path.toRealPath() : path;
      byte[] before = Files.exists(file) ? Files.readAllBytes(file) : null;
      byte[] after = changed(before == null ? new byte[0] : before, key, value);
      if (!Arrays.equals(before, after)) {
        replace(file, after);
      }
      return () -> takeBack(file, before, after);
    } catch (IOException | IllegalStateException e) {
      throw CommandFailure.failed(path + ": " + reason(e) + "; nothing was changed");
    }
  }

  private static byte[] changed(byte[] before, String key, String value) {
    if (before.length > 0 && before[0] == '<') {
      throw new IllegalStateException("is XML, which no command changes; edit it: " + key);
    }
    // As FileInstall reads it; and every byte comes through unchanged.
    String text = new String(before, StandardCharsets.ISO_8859_1);
    return new PropertiesText(text).with(key, value).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void takeBack(Path file, byte[] before, byte[] after) throws IOException {
    if (Arrays.equals(before, after)
        || !Files.exists(file)
        || !Arrays.equals(Files.readAllBytes(file), after)) {
      return;
    }
    if (before == null) {
      Files.delete(file);
    } else {
      replace(file, before);
    }
  }

  /** Through a neighbour whose name FileInstall does not look at. */
  private static void replace(Path file, byte[] content) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path next = Files.createTempFile(folder, "." + file.getFileName(), ".new");
    try {
      keepAttributes(file, next);
      try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(next);
    }
    try (FileChannel entry = FileChannel.open(folder, StandardOpenOption.READ)) {
      entry.force(true);
    }
  }

  private static void keepAttributes(Path from, Path to) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
    if (!Files.exists(from)) {
      view.setPermissions(PosixFilePermissions.fromString("rw-r--r--"));
      return;
    }
    PosixFileAttributes old = Files.readAttributes(from, PosixFileAttributes.class);
    PosixFileAttributes made = view.readAttributes();
    if (!made.owner().equals(old.owner())) {
      view.setOwner(old.owner());
    }
    if (!made.group().equals(old.group())) {
      view.setGroup(old.group());
    }
    // Last: a change of owner takes permissions away.
    view.setPermissions(old.permissions());
  }

  private static String reason(Exception e) {
    return switch (e) {
      case AccessDeniedException _ -> "may not be written by the node's user";
      case NoSuchFileException _ -> "its folder is gone";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> e.getMessage();
    };
  }
}

package org.ipvssync.table.mapped.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.ipvssync.table.mapped.internal.FileLocks.Locked;
import org.ipvssync.table.mapped.internal.FileLocks.State;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another process publishes its file between the opening and the lock. */
class FileLocksTest {
  @TempDir Path dir;
  private final List<FileChannel> opened = new ArrayList<>();
  private Path file;

  @BeforeEach
  void file() throws IOException {
    file = Files.write(dir.resolve("table"), new byte[1]);
  }

  /** Opens the file and then puts another in its place, the first so many times. */
  private FileLocks.Opener whileOthersPublish(int times) {
    return path -> {
      FileChannel channel =
          FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      opened.add(channel);
      if (opened.size() <= times) {
        Path next = Files.write(dir.resolve("new"), new byte[1 + opened.size()]);
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
      }
      return channel;
    };
  }

  @Test
  void shouldLockWhatHasTheNameNow() throws IOException {
    Locked locked = FileLocks.lock(file, whileOthersPublish(2));
    assertEquals(State.LOCKED, locked.state());
    assertEquals(3, locked.channel().size(), "the third file");
    assertEquals(List.of(false, false, true), opened.stream().map(FileChannel::isOpen).toList());
    locked.channel().close();
  }

  @Test
  void shouldGiveUpWhenItNeverStays() {
    IOException e =
        assertThrows(
            IOException.class, () -> FileLocks.lock(file, whileOthersPublish(Integer.MAX_VALUE)));
    assertTrue(e.getMessage().contains("again and again"), e::toString);
    assertTrue(opened.size() > 1 && opened.size() < 100, () -> opened.size() + " tries");
    assertTrue(opened.stream().noneMatch(FileChannel::isOpen));
  }

  @Test
  void shouldNotLockWhatHasNoNameAnyMore() {
    FileLocks.Opener deleting =
        path -> {
          FileChannel channel =
              FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
          opened.add(channel);
          Files.delete(path);
          return channel;
        };
    assertThrows(NoSuchFileException.class, () -> FileLocks.lock(file, deleting));
    assertFalse(opened.get(0).isOpen());
  }
}

package org.ipvssync.table.mapped.internal;

import static java.time.temporal.ChronoUnit.SECONDS;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongSupplier;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.table.mapped.internal.FileLocks.Locked;
import org.ipvssync.table.mapped.internal.FileLocks.State;
import org.ipvssync.table.segment.DamagedTableException;
import org.ipvssync.table.segment.OffHeapConnTable;
import org.ipvssync.table.segment.TableLayout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables in one file, one after the other. Every table begins in a new file, which takes the place
 * of the old one when its content is complete: a restart, the end of a killed process and another
 * capacity are the same to it, and what fails on the way leaves the old file as it was.
 *
 * <p>Thread-safe. Touches no file before it is asked for a table.
 */
final class MappedTables {
  private static final Logger LOG = LoggerFactory.getLogger(MappedTables.class);
  private static final int PIECE = 256;
  private static final int KEPT_DAMAGED = 2;
  private static final String NEW = ".new";
  private static final String DAMAGED = ".damaged-";
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final SecureRandom random = new SecureRandom();
  private final Path configured;
  private final TableLayout layout;
  private final LongSupplier wallMs;
  private final String bootId;

  /** The file itself, when what is configured is a link. */
  private Path target;

  /**
   * Tables in a file.
   *
   * @param configured the file or a link to it, absolute
   * @param wallMs the wall clock, milliseconds since 1970
   * @param bootId which start of the machine this is; empty if not known
   */
  MappedTables(Path configured, int capacity, LongSupplier wallMs, String bootId) {
    this.configured = configured;
    this.target = configured;
    this.layout = new TableLayout(capacity);
    this.wallMs = wallMs;
    this.bootId = bootId;
  }

  /** See ConnTableProvider.open. */
  synchronized ConnTable open() {
    follow();
    makeFolder();
    FileChannel predecessor = null;
    String left = null;
    if (Files.exists(target)) {
      Locked locked = lock();
      if (locked.state() == State.LOCKED) {
        left = age();
        Quietly.close(locked.channel());
      } else {
        predecessor = locked.channel();
      }
    }
    return create(predecessor, left);
  }

  /** How old the file is, in words. */
  private String age() {
    try {
      Instant written = Files.getLastModifiedTime(target).toInstant();
      Duration age = Duration.between(written, Instant.ofEpochMilli(wallMs.getAsLong()));
      return "last written " + written.truncatedTo(SECONDS) + ", " + age.toMinutes() + " min ago";
    } catch (IOException e) {
      return "of unknown age: " + Failures.reason(e);
    }
  }

  /** See ConnTableProvider.restore; the table is published already. */
  synchronized ConnTable restore(long nowMs) {
    follow();
    makeFolder();
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return published(create(null, null));
    }
    Locked locked = lock();
    if (locked.state() == State.OURS) {
      // Its table is in use in this process; whoever uses it moves the content.
      return create(locked.channel(), null);
    }
    try (FileChannel channel = locked.channel()) {
      try (LeftTable left = judge(channel)) {
        return published(left == null ? create(null, null) : moved(left, nowMs));
      }
    } catch (IOException e) {
      throw failure("cannot be closed", e, "look at the disk");
    }
  }

  /** The old file's content, or null when it was set aside. */
  private LeftTable judge(FileChannel channel) {
    try {
      return new LeftTable(channel, bootId);
    } catch (DamagedTableException e) {
      setAside(e.getMessage());
    } catch (IOException e) {
      // The file's content is not the reason, and the next attempt may well succeed.
      throw failure(
          "cannot be mapped",
          e,
          "give this process more memory, move it away, or name another file");
    } catch (RuntimeException | InternalError e) {
      // InternalError: the disk did not give a page. Whatever it is, it must not come again.
      setAside("reading it failed: " + e);
    }
    return null;
  }

  private ConnTable moved(LeftTable left, long nowMs) {
    ConnTable table = create(null, null);
    try {
      ConnBatch piece = new ConnBatch(PIECE);
      int[] handles = new int[PIECE];
      long tableMs = left.tableMs(wallMs.getAsLong());
      int misfits = 0;
      while (left.entries().next(piece, tableMs)) {
        for (int i = 0; i < piece.size(); i++) {
          piece.setCopy(i, true);
          piece.setHorizon(i, 0);
        }
        misfits += table.adopt(piece, handles, nowMs);
        piece.clear();
      }
      LOG.info(
          "connection table: {} connections are back from {}; {} were over, {} did not fit",
          table.size(),
          target,
          left.entries().expired(),
          misfits);
      return table;
    } catch (RuntimeException | Error e) {
      table.close();
      throw e;
    }
  }

  private ConnTable published(ConnTable table) {
    try {
      table.publish();
      return table;
    } catch (RuntimeException e) {
      table.close();
      throw e;
    }
  }

  /**
   * An empty table in a new file.
   *
   * @param predecessor to be closed with it; null for none
   * @param left what is said of the file that it replaces unread; null for nothing
   */
  private ConnTable create(FileChannel predecessor, String left) {
    removeLeftovers();
    String number = HexFormat.of().toHexDigits(random.nextLong());
    Path path = target.resolveSibling(target.getFileName() + "." + number + NEW);
    TableFile file;
    try {
      file = new TableFile(path, target, layout, wallMs);
    } catch (IOException e) {
      Quietly.close(predecessor);
      throw failure(
          "cannot be made with " + (FileHeader.fileBytes(layout) >> 20) + " MiB",
          e,
          "give its folder room and rights, lower maxConnections, or name another file");
    }
    file.keepOpen(predecessor);
    file.replaces(left);
    long seed = random.nextLong();
    file.header().writeConstants(layout.capacity(), seed, bootId);
    return new OffHeapConnTable(file.table(), layout, seed, file);
  }

  private Locked lock() {
    Locked locked;
    try {
      locked = FileLocks.lock(target);
    } catch (IOException e) {
      throw failure("cannot be opened", e, "mend its rights, move it away, or name another file");
    }
    if (locked.state() == State.TAKEN) {
      throw new IllegalStateException(
          "connection table: "
              + target
              + " is in use by another process; stop that, or name another file in "
              + MappedTableProvider.PID
              + ".cfg");
    }
    return locked;
  }

  /** A link stays a link, and its file is known by the name that the mappings of a process have. */
  private void follow() {
    try {
      if (Files.exists(configured)) {
        target = configured.toRealPath();
      } else if (Files.isSymbolicLink(configured)) {
        Path folder = configured.getParent().toRealPath();
        target = folder.resolve(Files.readSymbolicLink(configured));
      } else {
        target = configured;
      }
    } catch (IOException e) {
      target = configured;
      throw failure("cannot be followed", e, "mend the link, or name another file");
    }
  }

  private void makeFolder() {
    try {
      Files.createDirectories(target.getParent());
    } catch (IOException e) {
      throw failure("has no folder", e, "make it, or name another file");
    }
  }

  /** Renames the old file, so that it is not looked at again. */
  private void setAside(String reason) {
    String name = target.getFileName() + DAMAGED;
    Path aside = target.resolveSibling(name + UTC.format(Instant.ofEpochMilli(wallMs.getAsLong())));
    for (int n = 2; Files.exists(aside); n++) {
      aside = target.resolveSibling(aside.getFileName() + "-" + n);
    }
    try {
      Files.move(target, aside);
    } catch (IOException e) {
      throw failure("is damaged (" + reason + ") and cannot be renamed", e, "move it away");
    }
    LOG.warn(
        "connection table: {} is not used: {}; it is now {}, and the table begins empty",
        target,
        reason,
        aside.getFileName());
    List<Path> kept = siblings(name, "");
    kept.sort(Comparator.comparing(Path::getFileName).reversed());
    for (Path old : kept.subList(Math.min(KEPT_DAMAGED, kept.size()), kept.size())) {
      Quietly.delete(old);
    }
  }

  /** Files of processes that were killed before they published them. */
  private void removeLeftovers() {
    for (Path left : siblings(target.getFileName() + ".", NEW)) {
      try {
        Locked locked = FileLocks.lock(left);
        if (locked.state() == State.LOCKED) {
          Quietly.delete(left);
          Quietly.close(locked.channel());
        }
      } catch (NoSuchFileException e) {
        LOG.debug("published meanwhile", e);
      } catch (IOException e) {
        Quietly.isLeft(left, e);
      }
    }
  }

  private List<Path> siblings(String begin, String end) {
    List<Path> found = new ArrayList<>();
    DirectoryStream.Filter<Path> filter =
        path -> {
          String name = path.getFileName().toString();
          return name.startsWith(begin) && name.endsWith(end);
        };
    try (DirectoryStream<Path> files = Files.newDirectoryStream(target.getParent(), filter)) {
      files.forEach(found::add);
    } catch (IOException e) {
      throw failure("has a folder that cannot be read", e, "mend its rights");
    }
    return found;
  }

  private IllegalStateException failure(String what, IOException e, String advice) {
    return new IllegalStateException(
        "connection table: " + target + " " + what + ": " + Failures.reason(e) + "; " + advice, e);
  }
}

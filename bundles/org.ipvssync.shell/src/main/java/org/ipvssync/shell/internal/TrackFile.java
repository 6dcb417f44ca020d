package org.ipvssync.shell.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A file for keepalived's {@code track_file}: 1 from the first start after a boot until the node is
 * ready for the first time, then 0 for as long as the machine runs.
 *
 * <p>So it can delay that a director takes over after a boot, but never takes an address away from
 * one whose node died, restarts or lost a link: its kernel goes on forwarding.
 *
 * <p>Each change is a rename: a reader sees the old number or the new. One thread writes.
 */
final class TrackFile {
  /** Its name in the run directory. */
  static final String NAME = "ready.track";

  /** What it says until the node has been ready: anything but 0 is a failure to keepalived. */
  static final int NOT_READY = 1;

  /** What it says from then on. */
  static final int READY = 0;

  /** Beside it: of which boot it is, for a run directory that outlives the boot. */
  private static final String BOOT = "ready.boot";

  private final Path file;
  private final Path boot;
  private final String bootId;

  /**
   * In a run directory.
   *
   * @param bootId tells this boot of the machine from others; empty when that is not known
   */
  TrackFile(Path runDir, String bootId) {
    this.file = runDir.resolve(NAME);
    this.boot = runDir.resolve(BOOT);
    this.bootId = bootId;
  }

  /** With the kernel's own name for this boot. */
  static TrackFile of(Path runDir) {
    String bootId;
    try {
      bootId = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      bootId = ""; // then only its place can tell: /run begins empty
    }
    return new TrackFile(runDir, bootId);
  }

  /** Where it is. */
  Path path() {
    return file;
  }

  /**
   * Makes the file when this boot has none; one that is there stays as it is, whoever wrote it.
   *
   * @return true when it says that the node has been ready
   */
  boolean begin() throws IOException {
    boolean old = read(boot).map(id -> !id.equals(bootId)).orElse(false);
    if (old || read(file).isEmpty()) {
      write(file, Integer.toString(NOT_READY));
    }
    write(boot, bootId);
    return value().orElse(NOT_READY) == READY;
  }

  /** The node is ready, for the first time or again. */
  void ready() throws IOException {
    write(file, Integer.toString(READY));
  }

  /** What the file says; nothing when it is not there, may not be read, or says no number. */
  OptionalInt value() throws IOException {
    try {
      return read(file).map(Integer::parseInt).map(OptionalInt::of).orElse(OptionalInt.empty());
    } catch (NumberFormatException e) {
      return OptionalInt.empty(); // somebody wrote something else
    }
  }

  private static Optional<String> read(Path from) throws IOException {
    try {
      return Optional.of(Files.readString(from, StandardCharsets.ISO_8859_1).strip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (AccessDeniedException e) {
      return Optional.of(""); // root's, as keepalived's init_file makes it: it is there
    }
  }

  private static void write(Path to, String line) throws IOException {
    Path next = to.resolveSibling(to.getFileName() + ".new");
    Files.writeString(next, line + "\n");
    Files.move(next, to, StandardCopyOption.ATOMIC_MOVE);
  }
}

package org.ipvssync.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where one node keeps its files: control socket, pid, lock, log and data.
 *
 * <p>The directory stands in {@code IPVS_SYNCD_RUN} when that is set; else root's nodes live in
 * {@code /run/ipvs-syncd}, other users' in {@code $XDG_RUNTIME_DIR/ipvs-syncd}, or in {@code
 * ~/.ipvs-syncd} when there is no such directory. Immutable.
 *
 * @param name the instance
 * @param root its directory, absolute
 */
public record InstanceDir(String name, Path root) {
  /** Names the directory that holds all instances' directories. */
  public static final String RUN_VARIABLE = "IPVS_SYNCD_RUN";

  /** The instance that is meant when none is named. */
  public static final String DEFAULT_NAME = "default";

  /** Longest path of a Unix socket that the JDK takes: sun_path has 108 bytes. */
  static final int SOCKET_PATH_MAX_BYTES = 106;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,32}");
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /**
   * The directory of an instance; makes nothing.
   *
   * @throws LaunchException when the name is not allowed, or the path too long for a socket
   */
  public static InstanceDir of(String instance) {
    return of(instance, System.getenv(), userId());
  }

  static InstanceDir of(String instance, Map<String, String> environment, int userId) {
    if (!NAME.matcher(instance).matches() || instance.equals(".") || instance.equals("..")) {
      throw new LaunchException(
          "instance name '"
              + instance
              + "' is not allowed: use 1 to 32 letters, digits, dots, dashes or underscores");
    }
    Path root = base(environment, userId).toAbsolutePath().normalize().resolve(instance);
    InstanceDir dir = new InstanceDir(instance, root);
    int bytes = dir.socket().toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > SOCKET_PATH_MAX_BYTES) {
      throw new LaunchException(
          "the path of the control socket has "
              + bytes
              + " bytes, a Unix socket allows "
              + SOCKET_PATH_MAX_BYTES
              + ": set "
              + RUN_VARIABLE
              + " to a shorter directory than "
              + root.getParent());
    }
    return dir;
  }

  /** The Unix socket that takes commands. */
  public Path socket() {
    return root.resolve("control.sock");
  }

  /** Holds the process's number while the node runs. */
  public Path pidFile() {
    return root.resolve("pid");
  }

  /** Locked while the node runs. */
  public Path lockFile() {
    return root.resolve("lock");
  }

  /** The log of a node in the background; older ones lie beside it. */
  public Path logFile() {
    return root.resolve("log").resolve("node.log");
  }

  /** What outlives the process, and the framework's cache. */
  public Path dataDir() {
    return root.resolve("data");
  }

  /**
   * Makes the directories, for their owner only.
   *
   * @throws LaunchException when that is not possible, another user owns them, or they are open to
   *     others: a control socket there would be everybody's
   */
  public void create() {
    try {
      if (!Files.isDirectory(root.getParent())) {
        Files.createDirectories(root.getParent());
      }
      for (Path dir : new Path[] {root, logFile().getParent(), dataDir()}) {
        if (!Files.isDirectory(dir)) {
          Files.createDirectory(dir, OWNER_ONLY);
        }
      }
      if (!Integer.valueOf(userId()).equals(Files.getAttribute(root, "unix:uid"))) {
        throw new LaunchException(
            root + " belongs to another user: choose another --instance, or set " + RUN_VARIABLE);
      }
      if (!OWNER_ONLY.value().containsAll(Files.getPosixFilePermissions(root))) {
        throw new LaunchException(
            "the node's directory " + root + " is open to others: run chmod 700 " + root);
      }
    } catch (IOException e) {
      throw new LaunchException(
          "cannot make the node's directory "
              + root
              + " ("
              + reason(e)
              + "): set "
              + RUN_VARIABLE
              + " to a directory that you may write",
          e);
    }
  }

  /** What a process says that finds another one with the lock; more may follow. */
  public String alreadyRuns() {
    return "node " + name + " already runs";
  }

  private static Path base(Map<String, String> environment, int userId) {
    String run = environment.getOrDefault(RUN_VARIABLE, "");
    if (!run.isEmpty()) {
      return Path.of(run);
    }
    if (userId == 0) {
      return Path.of("/run/ipvs-syncd");
    }
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    // After su it may still name the other user's.
    if (!runtime.isEmpty() && Files.isWritable(Path.of(runtime))) {
      return Path.of(runtime, "ipvs-syncd");
    }
    String home = environment.getOrDefault("HOME", "");
    return Path.of(home.isEmpty() ? System.getProperty("user.home") : home, ".ipvs-syncd");
  }

  private static int userId() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException | UnsupportedOperationException e) {
      throw new LaunchException("cannot read /proc/self: is /proc mounted?", e);
    }
  }

  /** What the system said, in words. */
  static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "no such file or directory";
      case FileAlreadyExistsException _ -> "something else has that name";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }
}

package org.ipvssync.command.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.ipvssync.api.wire.LinkAddress;

/**
 * The two nodes and everything that belongs to them on this machine: a directory with their
 * configurations, sockets and logs. Closing it, or the end of this process, leaves nothing behind.
 *
 * <p>The master's link is configured by a file, the backup's is started by command, as an operator
 * or keepalived would, so that it can be promoted.
 */
final class DemoNodes implements AutoCloseable {
  /** Name of the link in both nodes. */
  static final String LINK = "demo";

  private static final int LONGEST_TEMP_DIR = 40;

  private final Path dir;
  private final boolean keep;
  private final DemoNode master;
  private final DemoNode backup;
  private volatile boolean abandoned;
  private final Thread hook = new Thread(this::abandon, "demo-abandon");

  private DemoNodes(Path dir, boolean keep, DemoNode master, DemoNode backup) {
    this.dir = dir;
    this.keep = keep;
    this.master = master;
    this.backup = backup;
  }

  /**
   * Makes the directory and starts both processes; they are not ready yet.
   *
   * @param script the distribution's command
   * @param temp where to make the directory; see {@link #temporary}
   * @param address where they speak
   */
  static DemoNodes start(
      Path script, Path temp, LinkAddress address, int syncId, DemoOptions options)
      throws IOException {
    Path dir = Files.createTempDirectory(temp, "ipvs-demo-");
    DemoNode master = null;
    DemoNodes nodes = null;
    try {
      Path masterConf = Files.createDirectory(dir.resolve("master"));
      Path backupConf = Files.createDirectory(dir.resolve("backup"));
      writeTable(masterConf, options);
      writeTable(backupConf, options);
      // A director may try the demo: its kernel is nobody's toy.
      write(masterConf.resolve("org.ipvssync.kernel.cfg"), List.of("enabled=false"));
      write(backupConf.resolve("org.ipvssync.kernel.cfg"), List.of("enabled=false"));
      writeMaster(masterConf, address, syncId, options);
      write(masterConf.resolve("org.ipvssync.workload.feed.cfg"), List.of("socket=" + feed(dir)));
      long pid = ProcessHandle.current().pid();
      master = DemoNode.start(script, dir, "demo-master-" + pid, masterConf);
      DemoNode backup = DemoNode.start(script, dir, "demo-backup-" + pid, backupConf);
      nodes = new DemoNodes(dir, options.keep(), master, backup);
      Runtime.getRuntime().addShutdownHook(nodes.hook);
      return nodes;
    } finally {
      if (nodes == null) {
        if (master != null) {
          master.kill();
        }
        delete(dir);
      }
    }
  }

  /** The system's directory for temporary files, if it leaves room for a socket's path. */
  static Path temporary() {
    // A Unix socket's path has 108 bytes at most.
    Path temp = Path.of(System.getProperty("java.io.tmpdir"));
    return temp.toString().length() > LONGEST_TEMP_DIR ? Path.of("/tmp") : temp;
  }

  /** Where everything of this run lies. */
  Path dir() {
    return dir;
  }

  /** The socket through which the workload reaches the master. */
  Path feed() {
    return feed(dir);
  }

  /** The node that sends, and is killed. */
  DemoNode master() {
    return master;
  }

  /** The node that receives, and takes over. */
  DemoNode backup() {
    return backup;
  }

  /** Fails when the backup has ended; the master's end is noticed by who feeds it. */
  void check() throws DemoFailure, InterruptedException {
    if (!backup.isAlive()) {
      awaitAbandoned();
      throw new DemoFailure("the backup ended unexpectedly", backup.logTail());
    }
  }

  /** Ends what still runs, and removes the directory unless it is to be kept. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This process is ending: the hook does it.
      return;
    }
    master.end();
    backup.end();
    master.awaitEnd();
    backup.awaitEnd();
    removeDirectory();
  }

  /**
   * Returns at once, unless this process is told to end and the nodes were killed for that: then
   * what failed because of it needs no words any more.
   */
  void awaitAbandoned() throws InterruptedException {
    if (abandoned) {
      hook.join();
      throw new InterruptedException("told to end");
    }
  }

  /** This process is told to end: nothing may stay behind. */
  private void abandon() {
    abandoned = true;
    master.kill();
    backup.kill();
    master.awaitEnd();
    backup.awaitEnd();
    removeDirectory();
    System.err.println("ipvs-syncd: demo: broken off; both nodes were ended");
  }

  private void removeDirectory() {
    if (!keep) {
      delete(dir);
    }
  }

  private static Path feed(Path dir) {
    return dir.resolve("feed.sock");
  }

  private static void writeTable(Path conf, DemoOptions options) throws IOException {
    for (String table : options.swap() ? List.of("memory", "mapped") : List.of("memory")) {
      write(
          conf.resolve("org.ipvssync.table." + table + ".cfg"),
          List.of("maxConnections=" + options.tableCapacity()));
    }
  }

  private static void writeMaster(Path conf, LinkAddress address, int syncId, DemoOptions options)
      throws IOException {
    write(
        conf.resolve("org.ipvssync.role.master-" + LINK + ".cfg"),
        List.of(
            "mcastInterface=" + address.mcastInterface(),
            "mcastGroup=" + address.group().getHostAddress(),
            "mcastPort=" + address.port(),
            "mcastTtl=" + address.ttl(),
            "syncId=" + syncId,
            "codec=v1",
            "flushIntervalMs=" + options.masterFlushIntervalMs(),
            // No copies: what is compared came as a change, or not at all.
            "refreshPeriodS=0"));
  }

  private static void write(Path file, List<String> lines) throws IOException {
    Files.write(file, lines, StandardCharsets.UTF_8);
  }

  private static void delete(Path dir) {
    try (Stream<Path> files = Files.walk(dir)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      System.err.println("ipvs-syncd: cannot remove " + dir + " (" + e + "): remove it by hand");
    }
  }
}

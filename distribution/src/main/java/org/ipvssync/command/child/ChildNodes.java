package org.ipvssync.command.child;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * Nodes and everything that belongs to them on this machine: a directory with their configurations,
 * sockets and logs. Closing it, or the end of this process, leaves nothing behind. Thread-safe.
 */
public final class ChildNodes implements AutoCloseable {
  private static final int LONGEST_TEMP_DIR = 40;

  private final Path script;
  private final Path dir;
  private final String command;
  private final boolean keep;
  private final List<ChildNode> nodes = new CopyOnWriteArrayList<>();
  private volatile boolean abandoned;
  private final Thread hook;

  private ChildNodes(Path script, Path dir, String command, boolean keep) {
    this.script = script;
    this.dir = dir;
    this.command = command;
    this.keep = keep;
    this.hook = new Thread(this::abandon, command + "-abandon");
  }

  /**
   * Makes the directory; no node runs yet.
   *
   * @param script the distribution's command
   * @param temp where to make the directory; see {@link #temporary}
   * @param command the word that is being done, such as {@code demo}
   * @param keep leave the directory behind
   */
  public static ChildNodes create(Path script, Path temp, String command, boolean keep)
      throws IOException {
    Path dir = Files.createTempDirectory(temp, "ipvs-" + command + "-");
    ChildNodes nodes = new ChildNodes(script, dir, command, keep);
    Runtime.getRuntime().addShutdownHook(nodes.hook);
    return nodes;
  }

  /** The system's directory for temporary files, if it leaves room for a socket's path. */
  public static Path temporary() {
    // A Unix socket's path has 108 bytes at most.
    Path temp = Path.of(System.getProperty("java.io.tmpdir"));
    return temp.toString().length() > LONGEST_TEMP_DIR ? Path.of("/tmp") : temp;
  }

  /** Where everything of this run lies. */
  public Path dir() {
    return dir;
  }

  /** The configuration folder of a node of that name. */
  public Path conf(String name) {
    return dir.resolve(name);
  }

  /**
   * Writes a node's configuration and starts it; it is not ready yet.
   *
   * @param name of the node, once in a run
   * @param configurations lines of the files, by configuration without {@code .cfg}
   */
  public ChildNode start(String name, Map<String, List<String>> configurations) throws IOException {
    Path conf = Files.createDirectory(conf(name));
    for (Map.Entry<String, List<String>> each : configurations.entrySet()) {
      Files.write(conf.resolve(each.getKey() + ".cfg"), each.getValue(), StandardCharsets.UTF_8);
    }
    String instance = command + "-" + name + "-" + ProcessHandle.current().pid();
    ChildNode node = ChildNode.start(script, dir, instance, conf);
    nodes.add(node);
    return node;
  }

  /** A node that has ended though nobody here asked it to. */
  public Optional<ChildNode> endedUnasked() throws InterruptedException {
    for (ChildNode node : nodes) {
      if (!node.wasToldToEnd() && node.endsSoon()) {
        return Optional.of(node);
      }
    }
    return Optional.empty();
  }

  /** The end of the log of the node that ended unasked, else of the latest; or empty. */
  public String logTail() throws InterruptedException {
    return endedUnasked()
        .or(() -> nodes.isEmpty() ? Optional.empty() : Optional.of(nodes.getLast()))
        .map(ChildNode::logTail)
        .orElse("");
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
    nodes.forEach(ChildNode::end);
    nodes.forEach(ChildNode::awaitEnd);
    removeDirectory();
  }

  /**
   * Returns at once, unless this process is told to end and the nodes were killed for that: then
   * what failed because of it needs no words any more.
   */
  public void awaitAbandoned() throws InterruptedException {
    if (abandoned) {
      hook.join();
      throw new InterruptedException("told to end");
    }
  }

  /** This process is told to end: nothing may stay behind. */
  private void abandon() {
    abandoned = true;
    nodes.forEach(ChildNode::kill);
    nodes.forEach(ChildNode::awaitEnd);
    removeDirectory();
    System.err.println("ipvs-syncd: " + command + ": broken off; all its nodes were ended");
  }

  private void removeDirectory() {
    if (!keep) {
      delete();
    }
  }

  private void delete() {
    try (Stream<Path> files = Files.walk(dir)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      System.err.println("ipvs-syncd: cannot remove " + dir + " (" + e + "): remove it by hand");
    }
  }
}

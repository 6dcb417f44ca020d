package org.ipvssync.command.child;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ipvssync.launcher.InstanceDir;
import org.ipvssync.launcher.NodeProcess;

/** A node in a child process, in the foreground; it leaves this machine's own kernel alone. */
public final class ChildNode {
  private static final String JVM_OPTIONS = "IPVS_SYNCD_JAVA_OPTS";
  private static final int LOG_LINES = 20;
  private static final long END_S = 10;
  private static final long SOON_MS = 500;

  private final InstanceDir dir;
  private final Process process;
  private final Path output;
  private volatile List<ProcessHandle> handles = List.of();
  private volatile boolean toldToEnd;

  private ChildNode(InstanceDir dir, Process process, Path output) {
    this.dir = dir;
    this.process = process;
    this.output = output;
  }

  /**
   * Starts a node.
   *
   * @param script the distribution's command
   * @param runDir directory of all instances
   * @param conf the node's configuration folder
   */
  public static ChildNode start(Path script, Path runDir, String instance, Path conf)
      throws IOException {
    InstanceDir dir = new InstanceDir(instance, runDir.resolve(instance));
    Path output = runDir.resolve(instance + ".out");
    ProcessBuilder builder =
        new ProcessBuilder(
            script.toString(),
            "run",
            "--no-kernel", // a director may try it, too
            "--instance",
            instance,
            "--conf",
            conf.toString());
    builder.environment().put(InstanceDir.RUN_VARIABLE, runDir.toString());
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    // Its input is a pipe of this process: the node ends with it, also when it is killed.
    builder
        .environment()
        .merge(JVM_OPTIONS, "-D" + NodeProcess.END_WITH_INPUT + "=true", (a, b) -> a + " " + b);
    return new ChildNode(dir, builder.start(), output);
  }

  /** Its control socket; there once the node takes commands. */
  public Path socket() {
    return dir.socket();
  }

  /** The name of its instance. */
  public String instance() {
    return dir.name();
  }

  /** True when it was told to end, or killed, from here. */
  boolean wasToldToEnd() {
    return toldToEnd;
  }

  /** The process's number. */
  public long pid() {
    return process.pid();
  }

  /** What it logs and prints, as it does so. */
  public Path output() {
    return output;
  }

  /** False when it has ended. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** True when it has ended, or does so in a moment: its sockets close before it is gone. */
  public boolean endsSoon() throws InterruptedException {
    return process.waitFor(SOON_MS, TimeUnit.MILLISECONDS);
  }

  /** Finds out which processes are its own, so that a kill needs not look for them first. */
  public void settle() {
    // The command becomes the JVM; but a Java that is a script may have the JVM as its child.
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    handles = all;
  }

  /** Kills it with no warning (SIGKILL); returns at once. */
  public void kill() {
    toldToEnd = true;
    if (handles.isEmpty()) {
      settle();
    }
    handles.forEach(ProcessHandle::destroyForcibly);
  }

  /** Asks it to end (SIGTERM); returns at once. */
  public void end() {
    toldToEnd = true;
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }

  /** Waits until it has ended, and kills it when that takes too long or the wait is broken off. */
  public void awaitEnd() {
    try {
      if (process.waitFor(END_S, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill();
  }

  /** The last lines of what it logged and printed. */
  public String logTail() {
    List<String> lines = new ArrayList<>();
    for (Path file : new Path[] {dir.logFile(), output}) {
      try {
        lines.addAll(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
      } catch (IOException e) {
        // Not written: the other file has it.
        continue;
      }
    }
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
  }
}

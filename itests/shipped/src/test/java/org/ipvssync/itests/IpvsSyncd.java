package org.ipvssync.itests;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.ipvssync.launcher.FrameworkSettings;
import org.opentest4j.AssertionFailedError;

/**
 * The packaged command with a folder of its own for its nodes, so that they are nobody else's.
 * Closing it ends every process that it started, whatever became of them, and removes the folder.
 */
final class IpvsSyncd implements AutoCloseable {
  private static final String RUN_VARIABLE = "IPVS_SYNCD_RUN";
  private static final String JVM_OPTIONS = "IPVS_SYNCD_JAVA_OPTS";

  /** Marks the processes: their children inherit it. */
  private static final String MARK = "IPVSSYNC_ITEST_FOLDER";

  private final Path folder;
  private final List<String> prefix;
  private final Path runDir;

  private IpvsSyncd(Path folder, List<String> prefix, Path runDir) {
    this.folder = folder;
    this.prefix = prefix;
    this.runDir = runDir;
  }

  /** The command as the user of these tests, its run directory set by the variable. */
  static IpvsSyncd create() throws IOException {
    Path folder = TestFolder.create();
    return new IpvsSyncd(
        folder, List.of(Distribution.command().toString()), folder.resolve("default"));
  }

  /** The same inside a network namespace. */
  static IpvsSyncd inNamespace(String namespace) throws IOException {
    Path folder = TestFolder.create();
    List<String> prefix =
        List.of("ip", "netns", "exec", namespace, Distribution.command().toString());
    return new IpvsSyncd(folder, prefix, folder.resolve("default"));
  }

  /**
   * The command as another user, who has only a home; the distribution is copied there, because a
   * checkout may lie where that user cannot read.
   *
   * @param uid number of the user and the group
   */
  static IpvsSyncd asUser(int uid) throws IOException {
    Path home = TestFolder.create();
    Path distribution = home.resolve("ipvs-syncd");
    TestFolder.copy(Distribution.home(), distribution);
    Files.setAttribute(home, "unix:uid", uid);
    Files.setAttribute(home, "unix:gid", uid);
    String id = Integer.toString(uid);
    List<String> prefix =
        List.of(
            "setpriv",
            "--reuid=" + id,
            "--regid=" + id,
            "--clear-groups",
            "env",
            "-u",
            RUN_VARIABLE,
            "-u",
            "XDG_RUNTIME_DIR",
            "HOME=" + home,
            distribution.resolve("bin/ipvs-syncd").toString());
    return new IpvsSyncd(home, prefix, home.resolve(".ipvs-syncd/default"));
  }

  /**
   * What a run of the command gave.
   *
   * @param exit its exit status
   * @param out its standard output
   * @param err its standard error
   */
  record Result(int exit, String out, String err) {
    /** Itself, when the status is the expected one; else a failure with all that was said. */
    Result expect(int status) {
      if (exit != status) {
        throw new AssertionFailedError("exit status " + status + " expected, but " + this);
      }
      return this;
    }
  }

  /** Runs the command to its end. */
  Result run(String... arguments) throws Exception {
    return run(Await.PATIENCE, arguments);
  }

  /**
   * Runs the command to its end.
   *
   * @param longest far longer than it takes: a command that says itself why it gives up must get
   *     the time for that
   */
  Result run(Duration longest, String... arguments) throws Exception {
    return run(longest, List.of(arguments));
  }

  /** Runs the command to its end. */
  Result run(List<String> arguments) throws Exception {
    return run(Await.PATIENCE, arguments);
  }

  private Result run(Duration longest, List<String> arguments) throws Exception {
    Process process = builder(arguments).start();
    CompletableFuture<String> out = read(process.getInputStream());
    CompletableFuture<String> err = read(process.getErrorStream());
    if (!process.waitFor(longest.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      throw new AssertionFailedError(
          arguments
              + " did not end within "
              + longest.toSeconds()
              + " s; it has said: "
              + soFar(out)
              + "; "
              + soFar(err));
    }
    try {
      return new Result(
          process.exitValue(),
          out.get(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS),
          err.get(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    } catch (TimeoutException e) {
      throw new AssertionFailedError(
          arguments + " ended, but a process that it left holds its output open", e);
    }
  }

  /** Starts the command and returns; what it prints goes to a file. */
  Process spawn(Path output, String... arguments) throws IOException {
    return builder(List.of(arguments))
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  private ProcessBuilder builder(List<String> arguments) {
    List<String> line = new ArrayList<>(prefix);
    line.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
    builder.redirectInput(Path.of("/dev/null").toFile());
    builder.environment().put(RUN_VARIABLE, folder.toString());
    builder.environment().put(MARK, folder.toString());
    // The kernel is the machine's, not the test's.
    builder
        .environment()
        .merge(
            JVM_OPTIONS,
            "-D" + FrameworkSettings.KERNEL + "=" + FrameworkSettings.KERNEL_OFF,
            (a, b) -> a + " " + b);
    return builder;
  }

  /** What a killed process has said; a child of its own may hold the output open still. */
  private static String soFar(CompletableFuture<String> said) throws Exception {
    try {
      return said.get(1, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return "(" + e + ")";
    }
  }

  private static CompletableFuture<String> read(InputStream stream) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (stream) {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
              } catch (IOException e) {
                text.completeExceptionally(e);
              }
            });
    return text;
  }

  /** A folder for files of the test. */
  Path folder() {
    return folder;
  }

  /** Where the default instance keeps its files. */
  Path runDir() {
    return runDir;
  }

  /** The number in the pid file. */
  long pid() throws IOException {
    return Long.parseLong(Files.readString(runDir.resolve("pid")).strip());
  }

  /** The processes that were started here, and theirs, that live. */
  List<ProcessHandle> processes() throws IOException {
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(this::isMarked).toList();
    }
  }

  private boolean isMarked(ProcessHandle process) {
    try {
      String environment =
          Files.readString(
              Path.of("/proc", Long.toString(process.pid()), "environ"),
              StandardCharsets.ISO_8859_1);
      return List.of(environment.split("\0")).contains(MARK + "=" + folder);
    } catch (IOException | UncheckedIOException e) {
      return false; // gone, or another user's
    }
  }

  @Override
  public void close() throws IOException {
    for (ProcessHandle process : processes()) {
      process.destroyForcibly();
    }
    try {
      Await.until("processes end", this::processes, List::isEmpty);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("/proc cannot be read", e);
    }
    TestFolder.delete(folder);
  }
}

package org.ipvssync.kernel.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.ipvssync.api.node.SyncRole;

/** The kernel's sync daemons, through {@code ipvsadm}. Used by one thread. */
final class KernelDaemons {
  private static final int TIMEOUT_S = 10;
  private static final List<String> SYSTEM_FOLDERS =
      List.of("/usr/sbin", "/sbin", "/usr/local/sbin");

  private final String ipvsadm;

  /** With that command; one without a slash is looked for in PATH and where root's commands lie. */
  KernelDaemons(String ipvsadm) {
    this.ipvsadm = ipvsadm;
  }

  /** The command's file. */
  Path command() throws KernelRefusal {
    Path file = find();
    if (file == null) {
      throw KernelRefusal.of(
          ipvsadm + " is not there: install the package ipvsadm, or start with --no-kernel");
    }
    return file;
  }

  private Path find() {
    if (ipvsadm.contains("/")) {
      Path path = Path.of(ipvsadm);
      return Files.isExecutable(path) ? path : null;
    }
    List<String> folders = new ArrayList<>();
    String path = System.getenv("PATH");
    if (path != null) {
      folders.addAll(List.of(path.split(":")));
    }
    folders.addAll(SYSTEM_FOLDERS);
    for (String folder : folders) {
      Path file = Path.of(folder, ipvsadm);
      if (Files.isExecutable(file)) {
        return file;
      }
    }
    return null;
  }

  /** Those that run. */
  List<KernelDaemon> list() throws KernelRefusal {
    return KernelDaemon.parse(run(List.of("-l", "--daemon")));
  }

  /** Starts one. */
  void start(KernelDaemon daemon) throws KernelRefusal {
    run(daemon.startArguments());
  }

  /** Stops the one of that role. */
  void stop(SyncRole role) throws KernelRefusal {
    run(List.of("--stop-daemon=" + role.label()));
  }

  /** The services as commands, numbers and no names: with the seconds of persistence. */
  String services() throws KernelRefusal {
    return run(List.of("-Sn"));
  }

  /** Runs the command to its good end and returns what it printed. */
  private String run(List<String> arguments) throws KernelRefusal {
    Path file = command();
    List<String> line = new ArrayList<>(List.of(file.toString()));
    line.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().put("LC_ALL", "C");
    try {
      return run(String.join(" ", line), builder.start());
    } catch (IOException e) {
      throw KernelRefusal.of(file + " cannot be run (" + e.getMessage() + ")");
    }
  }

  private static String run(String line, Process process) throws KernelRefusal {
    CompletableFuture<String> output = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (var stream = process.getInputStream()) {
                output.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
              } catch (IOException e) {
                output.complete("");
              }
            });
    try {
      if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw KernelRefusal.of("no answer within " + TIMEOUT_S + " s: " + line);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw KernelRefusal.of("interrupted: " + line);
    }
    String said = output.completeOnTimeout("", TIMEOUT_S, TimeUnit.SECONDS).join();
    if (process.exitValue() != 0) {
      String reason = String.join("; ", said.strip().lines().map(String::strip).toList());
      throw KernelRefusal.of(
          line + " failed: " + (reason.isEmpty() ? "status " + process.exitValue() : reason));
    }
    return said;
  }
}

package org.ipvssync.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A shell's line that runs in a guest by itself; a process group of its own. */
final class Job {
  private static final int SIGINT = 2;
  private static final int SIGKILL = 9;

  private final Guest guest;
  private final String namespace;
  private final String line;
  private final long pid;
  private final CompletableFuture<Integer> exit;
  private final Path output;

  Job(
      Guest guest,
      String namespace,
      String line,
      long pid,
      CompletableFuture<Integer> exit,
      Path output) {
    this.guest = guest;
    this.namespace = namespace;
    this.line = line;
    this.pid = pid;
    this.exit = exit;
    this.output = output;
  }

  /** Its number in the guest. */
  long pid() {
    return pid;
  }

  boolean isRunning() {
    return !exit.isDone();
  }

  /** What it has printed up to now. */
  String output() {
    try {
      return Files.exists(output) ? Files.readString(output) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for its end. */
  Guest.Result await(Duration timeout) {
    try {
      return new Guest.Result(exit.get(timeout.toMillis(), TimeUnit.MILLISECONDS), output());
    } catch (TimeoutException | ExecutionException e) {
      throw new IllegalStateException(
          "in %s: no end within %d s: %s%n%s"
              .formatted(namespace, timeout.toSeconds(), line, output()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted: " + line, e);
    }
  }

  /** Interrupts it, as Ctrl-C does, and waits for its end. */
  Guest.Result stop() {
    signal(SIGINT);
    return await(Guest.PATIENCE);
  }

  /** Ends all of its processes with no warning. */
  void kill() {
    signal(SIGKILL);
    await(Guest.PATIENCE);
  }

  void signal(int number) {
    guest.call("signal", Map.of("pid", pid, "number", number), Guest.PATIENCE);
  }
}

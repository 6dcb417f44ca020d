package org.ipvssync.lab;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.opentest4j.AssertionFailedError;

/**
 * A network namespace of a guest: a machine of the lab.
 *
 * @param name empty for the one that the guest began with
 */
record Namespace(Guest guest, String name) {
  /**
   * Runs a shell's line to its good end.
   *
   * @return what it printed
   * @throws AssertionFailedError with all of that when its status is not 0
   */
  String run(String line) {
    return run(line, Guest.PATIENCE);
  }

  /** The same with a timeout of its own. */
  String run(String line, Duration timeout) {
    Guest.Result result = tryRun(line, timeout);
    if (result.exit() != 0) {
      throw new AssertionFailedError(
          "in %s: status %d of: %s%n%s".formatted(name, result.exit(), line, result.output()));
    }
    return result.output();
  }

  /** Runs a shell's line to its end, whatever that is. */
  Guest.Result tryRun(String line, Duration timeout) {
    return guest.call("run", Guest.arguments(name, Map.of("line", line)), timeout);
  }

  /** Starts a shell's line that goes on by itself; begin it with {@code exec} to signal it. */
  Job start(String line) {
    return guest.start(name, line);
  }

  /** A file as it is in here, such as one of /proc/net; without any process. */
  String read(String path) {
    return reading(path).text();
  }

  /**
   * A file at a moment.
   *
   * @param atMs milliseconds since 1970
   */
  record Reading(long atMs, String text) {}

  /** The same, and when it was read. */
  Reading reading(String path) {
    String text = expect("read", Map.of("paths", List.of(path)));
    int end = text.indexOf('\n');
    return new Reading(
        Math.round(Double.parseDouble(text.substring(2, end)) * 1e3), text.substring(end + 1));
  }

  /** Sets sysctls by their dotted names. */
  void sysctl(Map<String, ?> values) {
    expect(
        "write",
        Map.of(
            "values",
            values.entrySet().stream()
                .collect(
                    Collectors.toMap(
                        e -> "/proc/sys/" + e.getKey().replace('.', '/'),
                        e -> e.getValue().toString()))));
  }

  /** Sends datagrams, in hex, to a group from a socket of its own. */
  void send(String group, int port, String mcastInterface, List<String> payloads) {
    expect(
        "send",
        Map.of("to", group, "port", port, "interface", mcastInterface, "payloads", payloads));
  }

  /** A request to the agent that must succeed. */
  String expect(String what, Map<String, Object> arguments) {
    Guest.Result result = guest.call(what, Guest.arguments(name, arguments), Guest.PATIENCE);
    if (result.exit() != 0) {
      throw new AssertionFailedError(
          "in %s: %s %s%n%s".formatted(name, what, arguments, result.output()));
    }
    return result.output();
  }

  /** Waits for what this guest does in its own time. */
  static <T> T await(String what, Duration patience, Callable<T> look, Predicate<? super T> wanted)
      throws Exception {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      T seen = look.call();
      if (wanted.test(seen)) {
        return seen;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionFailedError(
            what + ": not within " + patience.toSeconds() + " s; seen last: " + seen);
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }
}

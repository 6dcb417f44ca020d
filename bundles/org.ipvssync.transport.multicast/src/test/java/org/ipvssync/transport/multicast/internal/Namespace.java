package org.ipvssync.transport.multicast.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** A network namespace of this machine with a {@link NamespaceAgent} in it. */
final class Namespace implements AutoCloseable {
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(15);

  private final String name;
  private final Process agent;
  private final BufferedReader answers;

  private Namespace(String name, Process agent) {
    this.name = name;
    this.agent = agent;
    this.answers = agent.inputReader(StandardCharsets.UTF_8);
  }

  /** Makes one; fails where that is not allowed. */
  static Namespace create(String name) throws IOException {
    run("ip", "netns", "add", name);
    try {
      // No waiting for duplicate addresses, of which there are none.
      inside(name, "sysctl", "-qw", "net.ipv6.conf.all.accept_dad=0");
      inside(name, "sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0");
      run("ip", "-n", name, "link", "set", "lo", "up");
      return new Namespace(name, startAgent(name));
    } catch (IOException e) {
      run("ip", "netns", "delete", name);
      throw e;
    }
  }

  private static Process startAgent(String name) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            List.of(
                "ip",
                "netns",
                "exec",
                name,
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                NamespaceAgent.class.getName()))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  String name() {
    return name;
  }

  /** Runs {@code ip} in the namespace; the words are parted by spaces. */
  void ip(String words) {
    try {
      run(("ip -n " + name + " " + words).split(" "));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a program in the namespace; the words are parted by spaces. */
  void exec(String words) {
    try {
      inside(name, words.split(" "));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The agent's answer to a command. */
  String ask(String command) {
    try {
      agent.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
      agent.getOutputStream().flush();
      String answer = answers.readLine();
      if (answer == null) {
        throw new IOException("the agent in " + name + " ended at: " + command);
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks again until the answer is as wanted or patience ends; returns the last answer. */
  String askUntil(String command, Predicate<String> wanted) {
    long startNs = System.nanoTime();
    String answer = ask(command);
    while (!wanted.test(answer) && System.nanoTime() - startNs < PATIENCE_NS) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      answer = ask(command);
    }
    return answer;
  }

  @Override
  public void close() throws IOException {
    try {
      agent.getOutputStream().close();
      if (!agent.waitFor(5, TimeUnit.SECONDS)) {
        agent.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      agent.destroyForcibly();
      Thread.currentThread().interrupt();
    } finally {
      run("ip", "netns", "delete", name);
    }
  }

  private static void inside(String name, String... words) throws IOException {
    String[] command = new String[words.length + 4];
    System.arraycopy(new String[] {"ip", "netns", "exec", name}, 0, command, 0, 4);
    System.arraycopy(words, 0, command, 4, words.length);
    run(command);
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + output.strip());
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}

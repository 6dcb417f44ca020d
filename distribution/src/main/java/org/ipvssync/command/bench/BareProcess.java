package org.ipvssync.command.bench;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** A {@link BareReceiver} in its process, which ends with this one. One thread. */
final class BareProcess implements AutoCloseable {
  private final Process process;
  private final BareReceiver.Mode mode;
  private final Writer in;
  private final BufferedReader out;

  private BareProcess(Process process, BareReceiver.Mode mode) {
    this.process = process;
    this.mode = mode;
    this.in = process.outputWriter(StandardCharsets.US_ASCII);
    this.out = process.inputReader(StandardCharsets.US_ASCII);
  }

  /**
   * What it has seen.
   *
   * @param atNanos when it was asked, by the machine's monotonic clock
   * @param count datagrams since it began
   * @param firstNanos when the first came after the latest reset; 0 for none
   * @param latestNanos when the latest came
   * @param p50 of the delays since the latest reset, nanoseconds
   * @param p99 of them
   * @param max of them
   */
  record Look(
      long atNanos, long count, long firstNanos, long latestNanos, long p50, long p99, long max) {}

  /** Starts it; it hears the group when this returns. */
  static BareProcess start(BenchGroup group, BareReceiver.Mode mode) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                BareReceiver.class.getName(),
                group.mcastInterface(),
                group.group().getHostAddress(),
                Integer.toString(group.port()),
                mode.name())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BareProcess made = new BareProcess(process, mode);
    try {
      if (!"ready".equals(made.out.readLine())) {
        throw new EOFException("the bare receiver did not start");
      }
    } catch (IOException e) {
      made.close();
      throw e;
    }
    return made;
  }

  /** The process's number. */
  long pid() {
    return process.pid();
  }

  /** What it has seen. */
  Look look() throws IOException {
    return ask("look");
  }

  /** Forgets first and delays, not the count. */
  Look reset() throws IOException {
    return ask("reset");
  }

  private Look ask(String word) throws IOException {
    in.write(word + "\n");
    in.flush();
    String answer = out.readLine();
    if (answer == null) {
      throw new EOFException("the bare receiver (" + mode + ") has ended");
    }
    long[] numbers = Arrays.stream(answer.split(" ")).mapToLong(Long::parseLong).toArray();
    return new Look(
        numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6]);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

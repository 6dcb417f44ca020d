package org.ipvssync.lab;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** What was done in a guest, for people: when, where, the command and what it printed. */
final class Transcript implements AutoCloseable {
  private static final int LINES_MAX = 200;

  private final String name;
  private final PrintWriter file;
  private final long startNanos = System.nanoTime();

  Transcript(String name, Path folder) throws IOException {
    this.name = name;
    this.file = new PrintWriter(Files.newBufferedWriter(folder.resolve("transcript.txt")));
  }

  /** A step of the test: also on the console, since the tests run for minutes. */
  void say(String step) {
    System.out.println("%7.1f s %s: %s".formatted(seconds(), name, step));
    write("== " + step, "");
  }

  /** A request, and how it ended. */
  void add(String where, String what, String outcome, String output) {
    write(
        "%s$ %s  [%s]".formatted(where.isEmpty() ? "" : where + " ", what.strip(), outcome),
        output);
  }

  /** A line that the guest's kernel printed. */
  void console(String line) {
    write("console: " + line, "");
  }

  /** For messages: how long something took. */
  static String took(long sinceNanos) {
    double seconds = Duration.ofNanos(System.nanoTime() - sinceNanos).toMillis() / 1e3;
    return String.format(Locale.ROOT, "%.2f s", seconds);
  }

  private synchronized void write(String head, String output) {
    file.printf(Locale.ROOT, "%8.3f %s%n", seconds(), head);
    String[] lines = output.split("\n");
    for (int i = 0; i < lines.length && i < LINES_MAX; i++) {
      if (!lines[i].isEmpty()) {
        file.println("           " + lines[i]);
      }
    }
    if (lines.length > LINES_MAX) {
      file.println("           (" + (lines.length - LINES_MAX) + " lines more)");
    }
    file.flush();
  }

  private double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  @Override
  public synchronized void close() {
    file.close();
  }
}

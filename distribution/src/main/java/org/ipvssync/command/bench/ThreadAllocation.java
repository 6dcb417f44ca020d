package org.ipvssync.command.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What threads of another JVM have allocated on its heap, by {@code jcmd} of a JDK. */
final class ThreadAllocation {
  private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");
  private static final Pattern THREAD =
      Pattern.compile("\"(?<name>[^\"]*)\" .* allocated=(?<number>\\d+)(?<unit>[BKMG]) .*");

  private ThreadAllocation() {}

  /** True when the Java in use is a JDK. */
  static boolean isKnown() {
    return Files.isExecutable(JCMD);
  }

  /** All threads of a process, as jcmd prints them. */
  static String print(long pid) throws IOException {
    Process jcmd =
        new ProcessBuilder(JCMD.toString(), Long.toString(pid), "Thread.print", "-e")
            .redirectErrorStream(true)
            .start();
    return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Bytes that a thread has allocated, by what {@link #print} gave. */
  static OptionalLong bytes(String printed, String thread) {
    return printed
        .lines()
        .map(THREAD::matcher)
        .filter(Matcher::matches)
        .filter(line -> line.group("name").equals(thread))
        .mapToLong(line -> Long.parseLong(line.group("number")) << shift(line.group("unit")))
        .findFirst();
  }

  private static int shift(String unit) {
    return switch (unit) {
      case "K" -> 10;
      case "M" -> 20;
      case "G" -> 30;
      default -> 0;
    };
  }
}

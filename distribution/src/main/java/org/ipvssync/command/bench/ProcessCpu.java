package org.ipvssync.command.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What each thread of a process has used of a processor until a time, from the scheduler's own
 * clock, in nanoseconds. What ended threads have used is not in it.
 *
 * @param atNanos by the machine's monotonic clock
 * @param nanos by thread number
 * @param names by thread number
 */
record ProcessCpu(long atNanos, Map<String, Long> nanos, Map<String, String> names) {
  private static final Path PROC = Path.of("/proc");

  /** How it is now. */
  static ProcessCpu of(long pid) throws IOException {
    Map<String, Long> nanos = new HashMap<>();
    Map<String, String> names = new HashMap<>();
    Path tasks = PROC.resolve(Long.toString(pid)).resolve("task");
    long now = System.nanoTime();
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
      for (Path thread : threads) {
        read(thread, nanos, names);
      }
    }
    return new ProcessCpu(now, nanos, names);
  }

  private static void read(Path thread, Map<String, Long> nanos, Map<String, String> names)
      throws IOException {
    String number = thread.getFileName().toString();
    try {
      nanos.put(number, runNanos(Files.readString(thread.resolve("schedstat"))));
      names.put(number, Files.readString(thread.resolve("comm")).strip());
    } catch (IOException e) {
      if (Files.exists(thread)) {
        throw e;
      }
      // It has just ended.
      nanos.remove(number);
    }
  }

  /** What the thread that asks has used, nanoseconds. */
  static long ofThisThread() throws IOException {
    return runNanos(Files.readString(PROC.resolve("thread-self/schedstat")));
  }

  /** The first number of a schedstat file: time on a processor. */
  static long runNanos(String schedstat) {
    return Long.parseLong(schedstat.substring(0, schedstat.indexOf(' ')));
  }

  /** Used by all threads since an earlier time, in percent of one processor. */
  double percentSince(ProcessCpu before) {
    long used = nanos.keySet().stream().mapToLong(thread -> used(before, thread)).sum();
    return percent(used, before);
  }

  /** The same of the threads of a name. */
  double percentSince(ProcessCpu before, String name) {
    long used =
        nanos.keySet().stream()
            .filter(thread -> name.equals(names.get(thread)))
            .mapToLong(thread -> used(before, thread))
            .sum();
    return percent(used, before);
  }

  /** The threads that used most since an earlier time, by name, in percent of one processor. */
  Map<String, Double> heaviestSince(ProcessCpu before, int most) {
    Map<String, Double> byName = new HashMap<>();
    nanos
        .keySet()
        .forEach(t -> byName.merge(names.get(t), percent(used(before, t), before), Double::sum));
    Map<String, Double> heaviest = new LinkedHashMap<>();
    byName.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .limit(most)
        .forEach(entry -> heaviest.put(entry.getKey(), entry.getValue()));
    return heaviest;
  }

  private long used(ProcessCpu before, String thread) {
    return nanos.get(thread) - before.nanos.getOrDefault(thread, 0L);
  }

  private double percent(long used, ProcessCpu before) {
    return 100.0 * used / (atNanos - before.atNanos);
  }
}

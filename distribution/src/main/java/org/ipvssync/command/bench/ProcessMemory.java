package org.ipvssync.command.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Memory of a process.
 *
 * @param rssBytes resident
 * @param pssBytes resident, with its share alone of what several processes have; 0 when the kernel
 *     does not say
 */
record ProcessMemory(long rssBytes, long pssBytes) {
  private static final long KIB = 1_024;

  /** How it is now. */
  static ProcessMemory of(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    String status = Files.readString(process.resolve("status"));
    Path rollup = process.resolve("smaps_rollup");
    String maps = Files.isReadable(rollup) ? Files.readString(rollup) : "";
    return new ProcessMemory(bytes(status, "VmRSS:"), bytes(maps, "Pss:"));
  }

  /** A number of kB behind a word at the begin of a line; 0 when there is none. */
  static long bytes(String file, String word) {
    return file.lines()
            .filter(line -> line.startsWith(word))
            .map(line -> line.substring(word.length()).strip().split(" ")[0])
            .mapToLong(Long::parseLong)
            .findFirst()
            .orElse(0)
        * KIB;
  }
}

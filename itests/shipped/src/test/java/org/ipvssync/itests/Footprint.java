package org.ipvssync.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What this process holds of the system because of its nodes, to be compared before and after.
 *
 * @param threads names of the nodes' threads, sorted
 * @param files open descriptors by kind: sockets, selectors, files of a node; jars are the
 *     framework's own affair
 * @param maps mapped segments of a node's files
 */
record Footprint(List<String> threads, Map<String, Integer> files, List<String> maps) {
  /** As it is now. */
  static Footprint now() {
    try {
      return new Footprint(Links.threads(), openFiles(), mappedFiles());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Integer> openFiles() throws IOException {
    Map<String, Integer> files = new TreeMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path each : all) {
        String kind = kind(each);
        if (!kind.isEmpty()) {
          files.merge(kind, 1, Integer::sum);
        }
      }
    }
    return files;
  }

  private static String kind(Path descriptor) throws IOException {
    String target;
    try {
      target = Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException e) {
      return ""; // closed since
    }
    if (target.startsWith("socket:")) {
      return "socket";
    }
    boolean passing = target.endsWith(".jar") || target.startsWith("/proc") || isCache(target);
    return passing ? "" : target.replaceAll("\\[\\d+\\]", "");
  }

  private static boolean isCache(String target) {
    return target.contains("/cache/");
  }

  private static List<String> mappedFiles() throws IOException {
    // Address, permissions, offset, device and inode come before the path.
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .map(line -> line.replaceFirst("^(\\S+\\s+){5}", ""))
        .filter(path -> path.startsWith("/tmp/ipvs"))
        .filter(path -> !isCache(path))
        .sorted()
        .toList();
  }

  /** Bytes of address space: a table that is never given back shows here. */
  static long addressSpaceBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmSize:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  /** Open jars. */
  static long jars() throws IOException {
    long count = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path each : all) {
        try {
          count += Files.readSymbolicLink(each).toString().contains(".jar") ? 1 : 0;
        } catch (NoSuchFileException e) {
          continue; // closed since
        }
      }
    }
    return count;
  }
}

package org.ipvssync.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The distribution as it was packaged: the tests run what ships. */
final class Distribution {
  private static final String HOME = "ipvssync.home";

  private Distribution() {}

  /** The folder that an operator unpacks. */
  static Path home() {
    String home = System.getProperty(HOME);
    if (home == null) {
      throw new IllegalStateException(
          "system property " + HOME + " must name the packaged distribution; run mvn verify");
    }
    try {
      return Path.of(home).toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException("no distribution at " + home + "; run mvn package first", e);
    }
  }

  /** The command. */
  static Path command() {
    return home().resolve("bin").resolve("ipvs-syncd");
  }

  /** The shipped bundles by start level. */
  static Map<Integer, List<Path>> bundles() throws IOException {
    Map<Integer, List<Path>> byLevel = new TreeMap<>();
    for (Path level : list(home().resolve("bundles"))) {
      byLevel.put(Integer.parseInt(level.getFileName().toString()), list(level));
    }
    return byLevel;
  }

  /** The shipped bundles that are ours. */
  static List<Path> ownBundles() throws IOException {
    return bundles().values().stream()
        .flatMap(List::stream)
        .filter(jar -> jar.getFileName().toString().startsWith("org.ipvssync."))
        .collect(Collectors.toList());
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}

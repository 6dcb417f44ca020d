package org.ipvssync.command.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The machine that is measured.
 *
 * @param cores processors that this process may use
 * @param cpu name of the processor
 * @param kernel name and version
 * @param jvm name and version
 */
record Machine(int cores, String cpu, String kernel, String jvm) {
  private static final Path CPUS = Path.of("/proc/cpuinfo");

  /** This one. */
  static Machine find() {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        model(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + Runtime.version());
  }

  /** A line for people. */
  String line() {
    return cores + " x " + cpu + ", " + kernel + ", " + jvm;
  }

  private static String model() {
    try {
      return model(Files.readAllLines(CPUS));
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** The first processor's name in the lines of /proc/cpuinfo. */
  static String model(List<String> lines) {
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.startsWith("model name")) {
        return line.substring(colon + 1).strip();
      }
    }
    return System.getProperty("os.arch");
  }
}

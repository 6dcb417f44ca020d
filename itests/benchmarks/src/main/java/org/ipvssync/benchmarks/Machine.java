package org.ipvssync.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** What the numbers were measured on. */
final class Machine {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Path MEM_INFO = Path.of("/proc/meminfo");
  private static final Path KERNEL = Path.of("/proc/sys/kernel/osrelease");
  private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");

  private Machine() {}

  /** Name and value, for people. */
  static Map<String, String> read() {
    Map<String, String> machine = new LinkedHashMap<>();
    machine.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    machine.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    machine.put("cpu", valueOf(text(CPU_INFO), "model name"));
    machine.put("caches", caches());
    machine.put("memory", valueOf(text(MEM_INFO), "MemTotal"));
    machine.put("kernel", text(KERNEL).strip());
    machine.put(
        "jvm", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    machine.put("jvmOptions", String.join(" ", MicroRun.JVM_OPTIONS));
    return machine;
  }

  /** The value of the first line {@code key : value}, or a question mark. */
  static String valueOf(String text, String key) {
    return text.lines()
        .filter(line -> line.startsWith(key) && line.indexOf(':') > 0)
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("?");
  }

  private static String caches() {
    StringBuilder caches = new StringBuilder();
    try (Stream<Path> indices = Files.list(CACHES)) {
      for (Path index : indices.filter(p -> Files.exists(p.resolve("level"))).sorted().toList()) {
        String type = text(index.resolve("type")).strip();
        caches
            .append(caches.isEmpty() ? "L" : ", L")
            .append(text(index.resolve("level")).strip())
            .append(type.equals("Data") ? "d" : type.equals("Instruction") ? "i" : "")
            .append(' ')
            .append(text(index.resolve("size")).strip());
      }
    } catch (IOException e) {
      return "?";
    }
    return caches.toString();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "?";
    }
  }
}

package org.ipvssync.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What has to be installed here: a guest runs the programs of its host. */
final class Packages {
  private static final List<String> FOLDERS = List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin");

  /** Programs, and the Debian packages that bring them. */
  private static final Map<String, String> PROGRAMS =
      new TreeMap<>(
          Map.of(
              "linux.uml", "user-mode-linux",
              "ipvsadm", "ipvsadm",
              "keepalived", "keepalived",
              "tcpdump", "tcpdump",
              "busybox", "busybox-static",
              "iptables-legacy", "iptables",
              "ip", "iproute2",
              "python3", "python3"));

  private Packages() {}

  /** Fails with the one line that an operator types when something is missing. */
  static void require() {
    Set<String> missing = new LinkedHashSet<>();
    PROGRAMS.forEach(
        (program, name) -> {
          if (FOLDERS.stream().noneMatch(folder -> Files.exists(Path.of(folder, program)))) {
            missing.add(name);
          }
        });
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "the tests with a real kernel need Debian packages that are not here: apt-get install "
              + String.join(" ", missing));
    }
  }
}

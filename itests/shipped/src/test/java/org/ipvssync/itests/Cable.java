package org.ipvssync.itests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Two network namespaces with an interface each and a cable between: two machines, as far as
 * multicast goes. Needs root; closing it removes everything.
 */
final class Cable implements AutoCloseable {
  private final String name = "ipvs" + ThreadLocalRandom.current().nextInt(100_000, 1_000_000);

  /** True where this user may make namespaces. */
  static boolean isPossible() {
    try (Cable cable = new Cable()) {
      cable.ip("netns", "add", cable.left());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Lays a cable; both ends have addresses and are ready to send. */
  static Cable lay() throws Exception {
    Cable cable = new Cable();
    try {
      for (String end : List.of(cable.left(), cable.right())) {
        cable.ip("netns", "add", end);
        cable.ip("-n", end, "link", "set", "lo", "up");
      }
      cable.plugIn();
      return cable;
    } catch (Exception e) {
      cable.close();
      throw e;
    }
  }

  /** The first namespace; its end of the cable has the same name. */
  String left() {
    return name + "l";
  }

  /** The second namespace; its end of the cable has the same name. */
  String right() {
    return name + "r";
  }

  /** Makes the two interfaces. */
  void plugIn() throws Exception {
    ip(
        ("-n %s link add %s type veth peer name %s netns %s"
                .formatted(left(), left(), right(), right()))
            .split(" "));
    int host = 1;
    for (String end : List.of(left(), right())) {
      ip("-n", end, "address", "add", "10.99.0." + host++ + "/24", "dev", end);
      ip("-n", end, "link", "set", end, "up");
    }
    for (String end : List.of(left(), right())) {
      Await.until(
          "address of " + end + " on its link",
          () -> ip("-n", end, "-6", "-o", "address", "show", "dev", end, "scope", "link"),
          shown -> shown.contains("fe80:") && !shown.contains("tentative"));
    }
  }

  /** Takes the two interfaces away. */
  void pullOut() throws IOException {
    ip("-n", left(), "link", "del", left());
  }

  private String ip(String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of("ip"));
    line.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS)
          || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException(line + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(line + " was interrupted", e);
    }
    return said;
  }

  /** Removes the namespaces, as far as they are there; with them goes the cable. */
  @Override
  public void close() {
    for (String end : List.of(left(), right())) {
      try {
        ip("netns", "del", end);
      } catch (IOException e) {
        continue; // it was never made
      }
    }
  }
}

package org.ipvssync.transport.multicast.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the JDK does not tell of network interfaces: those without an address, and whether one
 * without a carrier is down by its administrator's will.
 *
 * <p>/proc/net is that of this process's network namespace; /sys may be that of another, so what it
 * says of an interface counts only together with the interface's number.
 */
final class KernelInterfaces {
  private static final Path ALL = Path.of("/proc/net/dev");
  private static final Path SYSFS = Path.of("/sys/class/net");
  private static final int HEADER_LINES = 2;
  private static final int IFF_UP = 1;

  private KernelInterfaces() {}

  /** The names of all interfaces, in the kernel's order; none when it cannot be read. */
  static List<String> names() {
    try {
      return Files.readAllLines(ALL).stream()
          .skip(HEADER_LINES)
          .map(line -> line.substring(0, Math.max(0, line.indexOf(':'))).strip())
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** True when that very interface is known to be up, with or without a carrier. */
  static boolean isUp(String name, int index) {
    try {
      String number = Files.readString(SYSFS.resolve(name).resolve("ifindex")).strip();
      return Integer.parseInt(number) == index && hasUpFlag(name);
    } catch (IOException | NumberFormatException e) {
      return false;
    }
  }

  /** True when an interface of that name is known to be down. */
  static boolean isDown(String name) {
    try {
      return !hasUpFlag(name);
    } catch (IOException | NumberFormatException e) {
      return false;
    }
  }

  private static boolean hasUpFlag(String name) throws IOException {
    String flags = Files.readString(SYSFS.resolve(name).resolve("flags")).strip();
    return (Integer.decode(flags) & IFF_UP) != 0;
  }
}

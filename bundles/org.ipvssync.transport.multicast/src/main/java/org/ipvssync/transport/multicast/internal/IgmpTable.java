package org.ipvssync.transport.multicast.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The kernel's list of the IPv4 groups that are joined on each interface.
 *
 * <pre>
 * Idx Device    : Count Querier       Group    Users Timer    Reporter
 * 1   lo        :     1      V3
 *                                     010000E0     1 0:00000000               0
 * </pre>
 *
 * <p>Source: {@code igmp_mc_seq_show} in net/ipv4/igmp.c.
 */
final class IgmpTable {
  private static final Path TABLE = Path.of("/proc/net/igmp");

  private IgmpTable() {}

  /** False only when the table says that nobody joined the group on the interface. */
  static boolean mayBeJoined(int interfaceIndex, InetAddress group) {
    try {
      return contains(Files.readAllLines(TABLE), interfaceIndex, group);
    } catch (IOException e) {
      return true;
    }
  }

  /** True when the lines list the group below the interface. */
  static boolean contains(List<String> lines, int interfaceIndex, InetAddress group) {
    String index = Integer.toString(interfaceIndex);
    String address = ProcAddress.hex(group);
    boolean inside = false;
    for (String line : lines) {
      String[] words = line.strip().split("\\s+", 2);
      if (!line.isEmpty() && !Character.isWhitespace(line.charAt(0))) {
        inside = words[0].equals(index);
      } else if (inside && words[0].equals(address)) {
        return true;
      }
    }
    return false;
  }
}

package org.ipvssync.kernel.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The sockets of the kernel's sync daemons, as {@code /proc/net/udp} shows them.
 *
 * <pre>
 *   sl  local_address rem_address   st ...  uid timeout inode ref pointer drops
 *  248: 510000E0:22D0 00000000:0000 07 ...    0       0   194   2 ...         0
 *  481: 0100010A:C9B9 510000E0:2310 01 ...    0       0   190   2 ...         0
 * </pre>
 *
 * <p>A backup's is bound to the group; a master's is connected to it, like that of any sender to
 * that port, ours on the network among them: so they are known by their inodes.
 *
 * @param masters inode and drops of each socket that sends to the master's group and ports
 * @param backups inode and drops of each socket that is bound to the group and a backup's port
 */
record UdpSockets(Map<Long, Long> masters, Map<Long, Long> backups) {
  private static final String GROUP =
      "%08X".formatted(AddressWords.word(0xe0000051)); // 224.0.0.81, as the machine reads it
  private static final int LOCAL = 1;
  private static final int REMOTE = 2;
  private static final int INODE = 9;
  private static final int DROPS = 12;

  /**
   * Looks once.
   *
   * @param ports how many from each first port on
   */
  static UdpSockets read(Path file, int masterPort, int backupPort, int ports) throws IOException {
    Map<Long, Long> masters = new TreeMap<>();
    Map<Long, Long> backups = new TreeMap<>();
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.contains(GROUP)) {
          String[] words = line.strip().split(" +");
          if (words.length > INODE) {
            put(words, REMOTE, masterPort, ports, masters);
            put(words, LOCAL, backupPort, ports, backups);
          }
        }
      }
    }
    return new UdpSockets(masters, backups);
  }

  private static void put(
      String[] words, int column, int firstPort, int ports, Map<Long, Long> into) {
    String[] endpoint = words[column].split(":");
    try {
      int lane = Integer.parseInt(endpoint[1], 16) - firstPort;
      if (endpoint[0].equals(GROUP) && lane >= 0 && lane < ports) {
        long drops = words.length > DROPS ? Long.parseLong(words[DROPS]) : 0;
        into.put(Long.valueOf(words[INODE]), drops);
      }
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      // Of no socket of the kernel's daemons.
      return;
    }
  }

  /** Without those sockets. */
  UdpSockets without(Set<Long> inodes) {
    masters.keySet().removeAll(inodes);
    backups.keySet().removeAll(inodes);
    return this;
  }

  /** True when all sockets of {@code before} are there still. */
  boolean haveAllOf(UdpSockets before) {
    return masters.keySet().containsAll(before.masters.keySet())
        && backups.keySet().containsAll(before.backups.keySet());
  }

  /** Datagrams that these backups' sockets have dropped; those alone that {@code known} has. */
  long drops(UdpSockets known) {
    long sum = 0;
    for (Map.Entry<Long, Long> socket : backups.entrySet()) {
      sum += known.backups.containsKey(socket.getKey()) ? socket.getValue() : 0;
    }
    return sum;
  }
}

package org.ipvssync.transport.multicast.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.ipvssync.api.wire.TransportException;

/**
 * What the kernel dropped on a link's receiving sockets because their buffers were full.
 *
 * <p>The JDK does not give a socket's number of drops, so they are read from the kernel's table, in
 * which a socket is known by its inode. Where /proc cannot be read, nothing is counted. The kernel
 * counts datagrams with a wrong checksum there too. Thread-safe.
 */
final class SocketDrops {
  /** Makes the sockets appear in the table. */
  interface Binding {
    void bind() throws TransportException;
  }

  /** Counts nothing. */
  static final SocketDrops NONE = new SocketDrops(null, Set.of());

  private static final Path PROC = Path.of("/proc");

  /** Two links that open at once must not take each other's sockets for their own. */
  private static final Object BINDING = new Object();

  private final UdpTable table;
  private final long[] inodes;
  private final int[] drops;
  private long growth;

  private SocketDrops(UdpTable table, Set<Long> inodes) {
    this.table = table;
    this.inodes = inodes.stream().mapToLong(Long::longValue).toArray();
    this.drops = new int[inodes.size()];
  }

  /**
   * Runs {@code binding} and then counts for the sockets that it bound.
   *
   * @param ports how many ports from {@code port} on
   */
  static SocketDrops ofSocketsBoundBy(Binding binding, InetAddress local, int port, int ports)
      throws TransportException {
    UdpTable table = new UdpTable(PROC.resolve("net"), local);
    synchronized (BINDING) {
      Set<Long> before = bound(table, port, ports);
      binding.bind();
      Set<Long> bound = bound(table, port, ports);
      bound.removeAll(before);
      if (!bound.isEmpty()) {
        bound.retainAll(ownSockets());
      }
      return bound.isEmpty() ? NONE : new SocketDrops(table, bound);
    }
  }

  /** How many were dropped since the last call, or since the sockets were made. */
  synchronized long take() {
    growth = 0;
    if (inodes.length > 0) {
      try {
        table.read(this::note);
      } catch (IOException e) {
        // Not readable just now, such as no free descriptor: the next look catches up.
        return growth;
      }
    }
    return growth;
  }

  /** How many sockets are counted for. */
  int sockets() {
    return inodes.length;
  }

  private void note(int port, long inode, int count) {
    for (int i = 0; i < inodes.length; i++) {
      if (inodes[i] == inode) {
        growth += Integer.toUnsignedLong(count - drops[i]);
        drops[i] = count;
      }
    }
  }

  private static Set<Long> bound(UdpTable table, int port, int ports) {
    Set<Long> inodes = new HashSet<>();
    try {
      table.read(
          (bound, inode, count) -> {
            if (bound >= port && bound < port + ports) {
              inodes.add(inode);
            }
          });
    } catch (IOException e) {
      inodes.clear();
    }
    return inodes;
  }

  /** The inodes of this process's sockets. */
  private static Set<Long> ownSockets() {
    Set<Long> inodes = new HashSet<>();
    try (DirectoryStream<Path> links = Files.newDirectoryStream(PROC.resolve("self/fd"))) {
      for (Path link : links) {
        addInode(link, inodes);
      }
    } catch (IOException e) {
      inodes.clear();
    }
    return inodes;
  }

  private static void addInode(Path link, Set<Long> inodes) {
    try {
      String target = Files.readSymbolicLink(link).toString();
      if (target.startsWith("socket:[") && target.endsWith("]")) {
        inodes.add(Long.parseLong(target.substring("socket:[".length(), target.length() - 1)));
      }
    } catch (IOException e) {
      // Closed meanwhile: not one of ours.
      return;
    }
  }
}

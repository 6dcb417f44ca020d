package org.ipvssync.command.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the kernel dropped before any socket saw it, because a processor's queue of packets was
 * full: such datagrams stand in no socket's counter, nor in a node's.
 */
final class SoftnetDrops {
  private static final Path FILE = Path.of("/proc/net/softnet_stat");

  private SoftnetDrops() {}

  /** So far, of all processors. */
  static long now() throws IOException {
    return of(Files.readString(FILE));
  }

  /** The sum of the second column: a line a processor, hexadecimal. */
  static long of(String file) {
    return file.lines().mapToLong(line -> Long.parseLong(line.strip().split(" +")[1], 16)).sum();
  }
}

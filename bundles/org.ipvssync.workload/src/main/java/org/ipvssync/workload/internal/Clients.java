package org.ipvssync.workload.internal;

/**
 * The clients: which host and port has connection number {@code id}. No two numbers share both.
 *
 * <p>A block of 4096 hosts takes turns, each host counting its ephemeral ports up; when all ports
 * are used, the next 4096 hosts come.
 */
final class Clients {
  /** First ephemeral port of Linux. */
  private static final int FIRST_PORT = 32_768;

  private static final int PORTS = 61_000 - FIRST_PORT;
  private static final int HOST_BITS = 12;
  private static final int HOSTS = 1 << HOST_BITS;

  private Clients() {}

  /** Number of the host, 0 to 2^24 - 1: the last bits of its address. */
  static int host(long id) {
    // An odd factor: consecutive connections come from distant hosts, and none comes twice a turn.
    int inBlock = (int) (id * 2_654_435_761L) & (HOSTS - 1);
    int block = (int) ((id >>> HOST_BITS) / PORTS);
    return (block << HOST_BITS | inBlock) & 0xff_ffff;
  }

  /** The client's port. */
  static int port(long id) {
    return FIRST_PORT + (int) ((id >>> HOST_BITS) % PORTS);
  }
}

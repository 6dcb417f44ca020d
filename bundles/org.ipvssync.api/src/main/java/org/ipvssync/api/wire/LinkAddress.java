package org.ipvssync.api.wire;

import java.net.InetAddress;

/**
 * Where a link speaks: what {@code ipvsadm --start-daemon} takes.
 *
 * @param mcastInterface name of the network interface, such as {@code eth0}
 * @param group multicast group, IPv4 or IPv6
 * @param port first UDP port, 1 to 65535
 * @param syncPorts how many ports from there on, 1 to 64, a power of two in the kernel
 * @param ttl hops that datagrams live, 1 to 255; a receiver ignores it
 * @param socketBufferBytes socket buffer to ask the kernel for; 0 keeps the system's default
 * @param loopback whether datagrams are seen by other sockets of the sending host
 */
public record LinkAddress(
    String mcastInterface,
    InetAddress group,
    int port,
    int syncPorts,
    int ttl,
    int socketBufferBytes,
    boolean loopback) {
  /** The kernel's group, 224.0.0.81. */
  public static final String DEFAULT_GROUP = "224.0.0.81";

  /** The kernel's port. */
  public static final int DEFAULT_PORT = 8848;
}

package org.ipvssync.transport.multicast.internal;

import java.net.InetAddress;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.ipvssync.api.wire.LinkAddress;

/** Addresses that no other test uses, of this JVM or of others on the same machine. */
final class Addresses {
  private static final Random RANDOM = new Random();

  /** Ports below the ephemeral ones, handed out in turn from a random start. */
  private static final AtomicInteger PORT = new AtomicInteger(10_000 + RANDOM.nextInt(12_000));

  private Addresses() {}

  /** A random group of the administratively scoped ones. */
  static InetAddress randomGroup() {
    return InetAddress.ofLiteral(
        "239." + RANDOM.nextInt(256) + "." + RANDOM.nextInt(256) + "." + (1 + RANDOM.nextInt(254)));
  }

  /** The first of {@code count} ports. */
  static int newPorts(int count) {
    return PORT.getAndAdd(count + 1);
  }

  static LinkAddress onLoopback(int syncPorts) {
    return on("lo", randomGroup(), syncPorts, 0);
  }

  static LinkAddress on(String name, InetAddress group, int syncPorts, int socketBufferBytes) {
    return new LinkAddress(name, group, newPorts(syncPorts), syncPorts, 1, socketBufferBytes, true);
  }
}

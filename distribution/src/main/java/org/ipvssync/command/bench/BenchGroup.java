package org.ipvssync.command.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * A multicast group of its own for one part of the benchmark.
 *
 * @param mcastInterface name of the network interface
 * @param group IPv4
 * @param port UDP
 * @param syncId 1 to 255
 */
record BenchGroup(String mcastInterface, InetAddress group, int port, int syncId) {
  /** What a node asks for by default. */
  static final int BUFFER_BYTES = 4 << 20;

  /** What the kernel counts for a datagram of 1472 bytes is less. */
  private static final int BYTES_A_DATAGRAM = 4_096;

  private static final Path SOCKETS = Path.of("/proc/net/udp");
  private static final int TTL = 1;

  /** A group that nobody else has: random, so that several runs do not hear each other. */
  static BenchGroup random(String mcastInterface, RandomGenerator random) {
    byte[] group = {
      (byte) 239,
      (byte) random.nextInt(256),
      (byte) random.nextInt(256),
      (byte) (1 + random.nextInt(254))
    };
    try {
      return new BenchGroup(
          mcastInterface,
          InetAddress.getByAddress(group),
          20_000 + random.nextInt(12_000), // below the ports that the kernel gives to senders
          1 + random.nextInt(255));
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }

  /** Lines of a link's configuration, and some more. */
  List<String> link(String... more) {
    List<String> lines = new ArrayList<>();
    lines.add("mcastInterface=" + mcastInterface);
    lines.add("mcastGroup=" + group.getHostAddress());
    lines.add("mcastPort=" + port);
    lines.add("syncId=" + syncId);
    lines.addAll(List.of(more));
    return lines;
  }

  /** Lines of a master link's configuration, and some more: this host hears it, too. */
  List<String> masterLink(String... more) {
    List<String> lines = link(more);
    lines.add("mcastTtl=" + TTL);
    lines.add("loopback=true");
    return lines;
  }

  /** A socket that sends to the group. Blocking. */
  DatagramChannel openSender() throws IOException {
    DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
    try {
      channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, networkInterface());
      channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, TTL);
      channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
      channel.connect(new InetSocketAddress(group, port));
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** A socket that hears the group, with the buffer that a node asks for by default. Blocking. */
  DatagramChannel openReceiver() throws IOException {
    DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
      channel.bind(new InetSocketAddress(group, port));
      channel.join(group, networkInterface());
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** How many full datagrams a receiver's buffer holds with what the kernel grants here. */
  int datagramsAtOnce() throws IOException {
    try (DatagramChannel channel = openReceiver()) {
      return datagramsIn(channel.getOption(StandardSocketOptions.SO_RCVBUF));
    }
  }

  /** How many full datagrams a buffer holds; at least 1. */
  static int datagramsIn(int bufferBytes) {
    return Math.max(1, bufferBytes / BYTES_A_DATAGRAM);
  }

  /**
   * What the kernel dropped so far because a receiver's buffer was full; all receivers together.
   */
  long socketDrops() throws IOException {
    byte[] bytes = group.getAddress();
    String local =
        String.format(
            Locale.ROOT, "%02X%02X%02X%02X:%04X", bytes[3], bytes[2], bytes[1], bytes[0], port);
    long drops = 0;
    for (String line : Files.readAllLines(SOCKETS)) {
      String[] columns = line.strip().split("\\s+");
      if (columns.length > 12 && columns[1].equals(local)) {
        drops += Long.parseLong(columns[12]);
      }
    }
    return drops;
  }

  private NetworkInterface networkInterface() throws IOException {
    NetworkInterface found = NetworkInterface.getByName(mcastInterface);
    if (found == null) {
      throw new IOException("there is no interface " + mcastInterface);
    }
    return found;
  }
}

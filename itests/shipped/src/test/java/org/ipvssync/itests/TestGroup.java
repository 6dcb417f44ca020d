package org.ipvssync.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.ipvssync.vectors.CapturedDatagram;

/**
 * A multicast group and port on {@code lo} that nobody else uses: several builds may run on one
 * machine, and all nodes of a group hear each other.
 *
 * @param address such as {@code 239.17.4.92}
 * @param port not among those that the system gives to clients
 */
record TestGroup(String address, int port) {
  /** The interface that every machine has. */
  static final String INTERFACE = "lo";

  private static final int FIRST_PORT = 10_000;
  private static final int LAST_PORT = 30_000;

  /** As much as a link asks for its sockets fits in here many times. */
  private static final long SMALL_BUFFER_BYTES = 1 << 20;

  private static final int SMALL_RATE = 5_000;

  private static final Path LONGEST_BUFFER = Path.of("/proc/sys/net/core/rmem_max");

  /** Its second column is the local address, its fifth what waits to be sent and to be read. */
  private static final Path SOCKETS = Path.of("/proc/net/udp");

  /**
   * Updates a second at which a socket buffer of this machine bears a backup that stands still for
   * half a second: what the kernel drops is missing, too, and no part of a node can help that.
   */
  static int rate(int wanted) {
    if (!Files.exists(LONGEST_BUFFER)) {
      // Older kernels show it in the machine's own network namespace alone, and not in a container.
      return Math.min(wanted, SMALL_RATE);
    }
    try {
      // In one piece: the kernel gives no second one of such a file.
      long most = Long.parseLong(Files.readAllLines(LONGEST_BUFFER).getFirst().strip());
      return most < SMALL_BUFFER_BYTES ? Math.min(wanted, SMALL_RATE) : wanted;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes that the sockets of this group and port hold and nobody has read yet. */
  long unread() throws IOException {
    byte[] bytes = InetAddress.ofLiteral(address).getAddress();
    String local = "%02X%02X%02X%02X:%04X".formatted(bytes[3], bytes[2], bytes[1], bytes[0], port);
    long unread = 0;
    for (String line : Files.readAllLines(SOCKETS)) {
      String[] columns = line.strip().split("\\s+");
      if (columns[1].equals(local)) {
        unread += Long.parseLong(columns[4].substring(columns[4].indexOf(':') + 1), 16);
      }
    }
    return unread;
  }

  /** Another one each time. */
  static TestGroup random() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new TestGroup(
        "239.%d.%d.%d".formatted(random.nextInt(256), random.nextInt(256), random.nextInt(1, 255)),
        random.nextInt(FIRST_PORT, LAST_PORT));
  }

  /** The settings by which a role joins the group, with the sync id that it shall use. */
  Map<String, Object> settings(int syncId) {
    return Map.of(
        "mcastInterface", INTERFACE, "mcastGroup", address, "mcastPort", port, "syncId", syncId);
  }

  /** The same for the command line. */
  List<String> options() {
    return List.of(
        "--mcast-interface=" + INTERFACE, "--mcast-group=" + address, "--mcast-port=" + port);
  }

  /** Sends what a kernel's master once sent, as a machine of its own would. */
  void send(List<CapturedDatagram> datagrams) throws IOException {
    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
      channel.setOption(
          StandardSocketOptions.IP_MULTICAST_IF, NetworkInterface.getByName(INTERFACE));
      InetSocketAddress to = new InetSocketAddress(InetAddress.ofLiteral(address), port);
      for (CapturedDatagram datagram : datagrams) {
        channel.send(ByteBuffer.wrap(datagram.payload()), to);
      }
    }
  }
}

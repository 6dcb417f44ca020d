package org.ipvssync.vectors;

import io.pkts.Pcap;
import io.pkts.packet.IPPacket;
import io.pkts.packet.Packet;
import io.pkts.packet.UDPPacket;
import io.pkts.protocol.Protocol;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * One sync message as it reached a kernel backup.
 *
 * @param micros when, microseconds since 1970
 * @param payload the message: what UDP carried
 * @param source the sender's address
 * @param group the multicast group
 * @param port the UDP port that it was sent to
 */
public record CapturedDatagram(
    long micros, byte[] payload, InetAddress source, InetAddress group, int port) {

  static List<CapturedDatagram> read(String path) {
    List<CapturedDatagram> datagrams = new ArrayList<>();
    try (InputStream in = Resources.open(path)) {
      Pcap.openStream(in)
          .loop(
              packet -> {
                datagrams.add(of(packet));
                return true;
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(datagrams);
  }

  private static CapturedDatagram of(Packet packet) throws IOException {
    UDPPacket udp = (UDPPacket) packet.getPacket(Protocol.UDP);
    IPPacket ip = udp.getParentPacket();
    return new CapturedDatagram(
        packet.getArrivalTime(),
        udp.getPayload().getArray(),
        InetAddress.ofLiteral(ip.getSourceIP()),
        InetAddress.ofLiteral(ip.getDestinationIP()),
        udp.getDestinationPort());
  }
}

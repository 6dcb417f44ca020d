package org.ipvssync.lab;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** A capture file of datagrams, as tcpdump writes it, for tools that read such files. */
final class Capture {
  private static final int MAGIC = 0xa1b2c3d4;
  private static final int LINKTYPE_RAW = 101;
  private static final int SNAPLEN = 65_535;
  private static final int IP_BYTES = 20;
  private static final int UDP_BYTES = 8;

  private Capture() {}

  /** IPv4 from 10.3.0.1 to 224.0.0.81, a second apart; checksums are left out. */
  static byte[] of(List<byte[]> datagrams, int port) {
    int bytes = datagrams.stream().mapToInt(d -> d.length + 16 + IP_BYTES + UDP_BYTES).sum();
    ByteBuffer file = ByteBuffer.allocate(24 + bytes).order(ByteOrder.BIG_ENDIAN);
    file.putInt(MAGIC).putShort((short) 2).putShort((short) 4).putLong(0);
    file.putInt(SNAPLEN).putInt(LINKTYPE_RAW);
    for (int i = 0; i < datagrams.size(); i++) {
      byte[] datagram = datagrams.get(i);
      int udp = UDP_BYTES + datagram.length;
      file.putInt(i + 1).putInt(0).putInt(IP_BYTES + udp).putInt(IP_BYTES + udp);
      file.putShort((short) 0x4500).putShort((short) (IP_BYTES + udp)).putInt(0);
      file.put((byte) 1).put((byte) 17).putShort((short) 0);
      file.put(new byte[] {10, 3, 0, 1, (byte) 224, 0, 0, 81});
      file.putShort((short) port).putShort((short) port).putShort((short) udp).putShort((short) 0);
      file.put(datagram);
    }
    return Arrays.copyOf(file.array(), file.position());
  }
}

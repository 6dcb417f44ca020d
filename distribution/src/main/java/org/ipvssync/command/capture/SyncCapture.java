package org.ipvssync.command.capture;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Set;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncHeader;

/**
 * The sync datagrams in a capture: UDP to a multicast group and, unless ports are named, either to
 * the kernel's usual ports or shaped like a sync message. One thread.
 */
public final class SyncCapture implements Closeable {
  /** The kernel uses at most so many ports from the first on. */
  private static final int MOST_SYNC_PORTS = 64;

  private final CaptureReader reader;
  private final Set<Integer> ports;
  private long packets;
  private long datagrams;
  private long fragments;
  private long cut;
  private int unknownLinkType = -1;

  private SyncCapture(CaptureReader reader, Set<Integer> ports) {
    this.reader = reader;
    this.ports = ports;
  }

  /**
   * Opens a capture file.
   *
   * @param ports the ports to take; empty for the usual choice
   * @throws CaptureException when it cannot be read, or is no capture
   */
  public static SyncCapture open(Path file, Set<Integer> ports) throws IOException {
    return new SyncCapture(CaptureReader.open(file), Set.copyOf(ports));
  }

  /**
   * The next sync datagram, or null at the end.
   *
   * @throws CaptureException when the file is cut short or damaged; what came before it was sound
   */
  public CapturedDatagram next() throws IOException {
    for (Packet packet = reader.next(); packet != null; packet = reader.next()) {
      packets++;
      if (!FrameParser.knows(packet.linkType())) {
        unknownLinkType = packet.linkType();
        continue;
      }
      CapturedDatagram datagram = FrameParser.parse(packet);
      if (datagram == null) {
        fragments += FrameParser.isFragment(packet) ? 1 : 0;
      } else if (isWanted(datagram)) {
        datagrams++;
        cut += datagram.payload().length < datagram.length() ? 1 : 0;
        return datagram;
      }
    }
    return null;
  }

  private boolean isWanted(CapturedDatagram datagram) {
    if (!datagram.destination().isMulticastAddress()) {
      return false;
    }
    if (!ports.isEmpty()) {
      return ports.contains(datagram.port());
    }
    int lane = datagram.port() - LinkAddress.DEFAULT_PORT;
    return lane >= 0 && lane < MOST_SYNC_PORTS || looksLikeSync(datagram);
  }

  private static boolean looksLikeSync(CapturedDatagram datagram) {
    return datagram.payload().length >= SyncHeader.V0_BYTES
        && SyncHeader.size(MemorySegment.ofArray(datagram.payload())) == datagram.length();
  }

  /** What was passed over or is incomplete, for people; empty when there is nothing to say. */
  public String remark() {
    if (unknownLinkType >= 0 && datagrams == 0) {
      return "packets of link type " + unknownLinkType + ", which is not understood";
    }
    if (datagrams == 0) {
      return "no sync datagrams among " + packets + " packets (UDP to a multicast group)";
    }
    if (cut > 0) {
      return cut + " datagrams are not whole: capture with a longer snapshot length (-s 0)";
    }
    if (fragments > 0) {
      return fragments + " fragments of UDP datagrams passed over";
    }
    return "";
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}

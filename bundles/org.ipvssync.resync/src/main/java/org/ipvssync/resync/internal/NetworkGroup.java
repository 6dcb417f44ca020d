package org.ipvssync.resync.internal;

import java.net.InetAddress;
import org.ipvssync.api.wire.LinkAddress;

/**
 * A group on an interface, as this node's links there speak to it.
 *
 * @param address where it is
 * @param transport name of the transport
 * @param horizon where what comes from there belongs
 * @param syncId of what is sent there, 0 to 255
 */
public record NetworkGroup(LinkAddress address, String transport, String horizon, int syncId) {
  /** What tells groups apart. */
  record Key(String mcastInterface, InetAddress group, int port) {
    static Key of(LinkAddress address) {
      return new Key(address.mcastInterface(), address.group(), address.port());
    }

    /** For people. */
    @Override
    public String toString() {
      return group.getHostAddress() + ":" + port + " on " + mcastInterface;
    }
  }

  Key key() {
    return Key.of(address);
  }
}

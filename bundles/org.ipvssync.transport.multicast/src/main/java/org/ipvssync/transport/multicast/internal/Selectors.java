package org.ipvssync.transport.multicast.internal;

import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Selector;
import java.util.List;
import org.ipvssync.api.wire.TransportException;

/** Selectors over the sockets of a link. */
final class Selectors {
  private Selectors() {}

  /**
   * A selector with all sockets; each key's attachment is its lane, an Integer. When that fails the
   * sockets are closed.
   */
  static Selector over(GroupSockets sockets, int operations) throws TransportException {
    Selector selector = null;
    try {
      selector = Selector.open();
      List<DatagramChannel> channels = sockets.channels();
      for (int lane = 0; lane < channels.size(); lane++) {
        channels.get(lane).register(selector, operations, lane);
      }
      return selector;
    } catch (IOException e) {
      close(sockets, selector);
      throw sockets.errors().cannotOpen(e);
    }
  }

  /**
   * Closes the sockets and then the selector: sockets keep their descriptors until it lets them go.
   */
  static void close(GroupSockets sockets, Selector selector) {
    sockets.close();
    try {
      if (selector != null) {
        selector.close();
      }
    } catch (IOException e) {
      // Nothing is left to release.
      return;
    }
  }
}

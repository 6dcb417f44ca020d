package org.ipvssync.resync.internal;

import java.io.IOException;
import org.ipvssync.api.wire.ControlListener;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncHeader;
import org.ipvssync.api.wire.SyncReceiver;

/**
 * Hears what is asked in a group where this node has a master link only. Everything but control
 * messages is passed over unread.
 */
final class GroupListener implements AutoCloseable {
  private static final long RECEIVE_MS = 1_000;
  private static final int BUFFER_BYTES = 1 << 18;

  private final LinkAddress address;
  private final SyncReceiver receiver;
  private final ControlListener listener;
  private final Thread thread;
  private volatile boolean ended;

  /** Listens until it is closed, or the interface goes. */
  GroupListener(LinkAddress address, SyncReceiver receiver, ControlListener listener) {
    this.address = address;
    this.receiver = receiver;
    this.listener = listener;
    thread =
        Thread.ofPlatform()
            .daemon()
            .name("ipvs-resync-listen-" + address.mcastInterface())
            .start(this::run);
  }

  /** Where to listen: requests go to the first port of a group. */
  static LinkAddress firstPortOf(LinkAddress link) {
    return new LinkAddress(
        link.mcastInterface(),
        link.group(),
        link.port(),
        1,
        link.ttl(),
        BUFFER_BYTES,
        link.loopback());
  }

  private void run() {
    Datagram message = new Datagram(ControlCodec.MAX_BYTES);
    try {
      while (!ended) {
        if (receiver.receive(message, RECEIVE_MS)
            && SyncHeader.isControl(message.segment(), message.length())) {
          listener.received(address, message);
        }
      }
    } catch (IOException e) {
      // Closed, or the interface has gone: whoever made this looks after it, and makes another.
      ended = true;
    } finally {
      receiver.close();
      ended = true;
    }
  }

  boolean hasEnded() {
    return ended;
  }

  @Override
  public void close() {
    ended = true;
    receiver.close();
    Joining.join(thread);
  }
}

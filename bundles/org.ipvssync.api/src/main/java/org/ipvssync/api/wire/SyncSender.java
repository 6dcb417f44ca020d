package org.ipvssync.api.wire;

import java.io.Closeable;
import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/** The sending end of a link. One thread sends; any thread may close. */
@ConsumerType
public interface SyncSender extends Closeable {
  /**
   * Sends one datagram to the group; waits while the socket's buffer is full.
   *
   * @param lane which of the link's ports, 0 to syncPorts - 1
   * @throws IOException when the datagram did not go out
   */
  void send(Datagram datagram, int lane) throws IOException;

  /** The longest message that a kernel master sends to this group by default, bytes. */
  int defaultMaxLength();

  /** True while the interface is there as it was when the sender was opened. */
  boolean isUsable();

  @Override
  void close();
}

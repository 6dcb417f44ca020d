package org.ipvssync.api.wire;

import java.io.Closeable;
import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/** The receiving end of a link. One thread receives; any thread may close. */
@ConsumerType
public interface SyncReceiver extends Closeable {
  /**
   * Waits for the next datagram that this node did not send itself.
   *
   * @param into gets the bytes and their length; a datagram that does not fit is cut to the
   *     capacity
   * @param timeoutMs longest wait, 0 looks once
   * @return false when none came in time
   * @throws IOException when the sockets no longer work (the interface went away, or closed): the
   *     link must be opened again
   */
  boolean receive(Datagram into, long timeoutMs) throws IOException;

  /**
   * Ends a wait in {@link #receive}, the one that goes on or the next one, unless a datagram does
   * it. Any thread. A receiver that cannot do so lets its link notice a change up to a second
   * later.
   */
  default void wakeUp() {}

  /** The longest message that a kernel backup on this interface accepts by default, bytes. */
  int defaultMaxLength();

  @Override
  void close();
}

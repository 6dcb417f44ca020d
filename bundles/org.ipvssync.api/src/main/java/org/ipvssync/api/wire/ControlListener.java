package org.ipvssync.api.wire;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Hears control messages that backup links receive between sync messages (see {@link
 * SyncHeader#isControl}); registered as a service. Thread-safe.
 */
@ConsumerType
public interface ControlListener {
  /**
   * A control message has come to a group. Called by the link's thread, which waits: returns at
   * once, and keeps a copy of what it needs.
   *
   * @param address the link's
   * @param message the message, with its {@link Datagram#source}; the caller's own
   */
  void received(LinkAddress address, Datagram message);
}

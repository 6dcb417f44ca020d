package org.ipvssync.api.node;

import org.osgi.annotation.versioning.ConsumerType;

/** A running link, registered as a service by its role for those who show and steer it. */
@ConsumerType
public interface SyncLink {
  /** How the link is now. Any thread. */
  LinkStatus status();

  /**
   * Asks a master to send its whole table once, from the start, at its refresh rate; returns at
   * once. The end is seen in the counter PASSES.
   *
   * @return false when the link cannot: a backup, or a codec that says no timeouts
   */
  default boolean push() {
    return false;
  }
}

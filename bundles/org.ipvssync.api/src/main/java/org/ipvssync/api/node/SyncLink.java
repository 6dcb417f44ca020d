package org.ipvssync.api.node;

import org.osgi.annotation.versioning.ConsumerType;

/** A running link, registered as a service by its role for those who show and steer it. */
@ConsumerType
public interface SyncLink {
  /**
   * Service property of a link, of its configuration: true for one that a bundle of the node made
   * for itself, such as a link to the own kernel. It is no reason for the node to run.
   */
  String AUTOMATIC_PROPERTY = "automatic";

  /**
   * Service property of a link, of its configuration: false when the own kernel is to be left alone
   * though the link is there ({@code --no-kernel}). True unless it is given.
   */
  String KERNEL_PROPERTY = "kernel";

  /** How the link is now. Any thread. */
  LinkStatus status();

  /**
   * Asks a master to send its whole table once, from the start, at its refresh rate; returns at
   * once. The end is seen in the counter PUSHED_PASSES.
   *
   * @return false when the link cannot: a backup, or a codec that says no timeouts
   */
  default boolean push() {
    return false;
  }
}

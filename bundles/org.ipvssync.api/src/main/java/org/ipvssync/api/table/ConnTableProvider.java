package org.ipvssync.api.table;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes tables. A service; the node takes the one that its configuration names, and moves the
 * content when that changes. A provider whose own configuration changed comes back as a new
 * service.
 */
@ConsumerType
public interface ConnTableProvider {
  /** Service property that holds {@link #name()}. */
  String NAME_PROPERTY = "ipvssync.table";

  /** The name by which configuration chooses the provider, such as {@code memory}. */
  String name();

  /**
   * Makes an empty table. The caller closes it.
   *
   * @throws IllegalStateException when that cannot be; its message is one line for people: what,
   *     where, what to do
   */
  ConnTable open();

  /**
   * Makes a table with the content that outlived the last one, if the provider keeps any: what
   * lives still, as copies that nothing live has confirmed. The caller closes it.
   *
   * @throws IllegalStateException as {@link #open}
   */
  default ConnTable restore(long nowMs) {
    return open();
  }
}

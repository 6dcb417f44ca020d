package org.ipvssync.api.node;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Somebody who knows connections that no message has brought, such as the own kernel's idle ones;
 * registered as a service. Thread-safe.
 */
@ConsumerType
public interface TableSource {
  /**
   * Brings the node's table up to date with what is known now, and returns when that is done; at
   * once where nothing can be known, or where what was read last is younger than the reading took.
   * May take minutes with a million connections: a kernel without the change of December 2024 lists
   * some 140,000 in one. Called before the whole table is handed to somebody.
   */
  void refresh();
}

package org.ipvssync.api.table;

import org.osgi.annotation.versioning.ConsumerType;

/** Hears of every entry that was made or changed, while the writer still holds the table. */
@FunctionalInterface
@ConsumerType
public interface ChangeListener {
  /**
   * An entry is new or changed. Called in the order of the changes, by one writer at a time; must
   * return at once, and must not call the table.
   *
   * @param handle the entry
   * @param horizon where the change came from
   * @param destinationChanged true when the entry replaced one with another real server
   */
  void changed(int handle, int horizon, boolean destinationChanged);
}

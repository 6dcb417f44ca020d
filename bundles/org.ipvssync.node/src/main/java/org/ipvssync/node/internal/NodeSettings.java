package org.ipvssync.node.internal;

import java.util.Map;
import java.util.function.IntSupplier;
import org.ipvssync.api.link.ConfigCheck;

/**
 * The node's checked configuration.
 *
 * @param table name of the table provider
 * @param sweepIntervalMs milliseconds between two sweeps
 * @param changeRing changes whose order an outbound link knows, a power of two
 */
record NodeSettings(String table, int sweepIntervalMs, int changeRing) {
  static final String TABLE = "memory";
  static final int SWEEP_INTERVAL_MS = 500;
  static final int CHANGE_RING = 1 << 16;
  static final NodeSettings DEFAULTS = new NodeSettings(TABLE, SWEEP_INTERVAL_MS, CHANGE_RING);

  /** Most changes of a ring: 12 bytes each on the heap, for every outbound link. */
  private static final int MAX_CHANGE_RING = 1 << 20;

  /**
   * Checks a configuration.
   *
   * @param written its properties as they were written
   * @throws org.ipvssync.api.link.ConfigException when a value is not allowed
   */
  static NodeSettings of(
      String table, IntSupplier sweepIntervalMs, IntSupplier changeRing, Map<String, ?> written) {
    ConfigCheck check = new ConfigCheck(written);
    return new NodeSettings(
        check.required("table", table, "the name of a table provider, such as memory"),
        check.range("sweepIntervalMs", sweepIntervalMs, 10, 10_000),
        Integer.highestOneBit(check.range("changeRing", changeRing, 1024, MAX_CHANGE_RING)));
  }
}

package org.ipvssync.node.internal;

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
  static final int SWEEP_INTERVAL_MS = 100;
  static final int CHANGE_RING = 1 << 16;
  static final NodeSettings DEFAULTS = new NodeSettings(TABLE, SWEEP_INTERVAL_MS, CHANGE_RING);

  static NodeSettings of(String table, int sweepIntervalMs, int changeRing) {
    ConfigCheck check = new ConfigCheck(SyncNodeComponent.PID);
    return new NodeSettings(
        check.required("table", table, "the name of a table provider, such as memory"),
        check.range("sweepIntervalMs", sweepIntervalMs, 10, 10_000),
        Integer.highestOneBit(check.range("changeRing", changeRing, 1024, 1 << 24)));
  }
}

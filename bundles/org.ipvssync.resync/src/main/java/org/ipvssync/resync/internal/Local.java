package org.ipvssync.resync.internal;

import java.util.function.LongSupplier;
import org.ipvssync.api.node.SyncClock;

/**
 * Who this node is, and what it reads time and chance from.
 *
 * @param nodeId random; a node that starts again is another one
 * @param clock what everything is timed with
 * @param random gives numbers that nobody can guess
 */
public record Local(long nodeId, SyncClock clock, LongSupplier random) {}

package org.ipvssync.command.demo;

import org.ipvssync.command.child.Delays;

/**
 * The run at one instant.
 *
 * @param elapsedMs since the workload began
 * @param warm false while the nodes warm up
 * @param opened connections opened
 * @param live connections that have not ended
 * @param bytes on the wire so far
 * @param masterEntries entries in the master's table
 * @param backupEntries entries in the backup's table
 * @param delays from a change to the wire, so far
 * @param swaps exchanges of parts so far
 */
record LiveNumbers(
    long elapsedMs,
    boolean warm,
    long opened,
    int live,
    long bytes,
    long masterEntries,
    long backupEntries,
    Delays delays,
    long swaps) {}

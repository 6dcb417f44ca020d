package org.ipvssync.command.demo;

import java.util.Map;
import org.ipvssync.command.child.Delays;

/**
 * How the demonstration ended.
 *
 * @param warmUpMillis how long the nodes warmed up; only the delays leave that out
 * @param rate connections opened a second, as it was reached
 * @param connections opened in all
 * @param verdict the comparison
 * @param reopened connections whose place was taken by another that used their client port again
 * @param wire what was on the wire
 * @param missed datagrams that the measuring socket missed
 * @param delays from a change given to the master until it was on the wire
 * @param takeoverMillis from the kill until the backup was master
 * @param backupDrops what the backup dropped, by reason
 * @param swaps exchanges of parts during the run
 */
record DemoResult(
    long warmUpMillis,
    double rate,
    long connections,
    Verdict.Result verdict,
    long reopened,
    WireCount wire,
    long missed,
    Delays delays,
    long takeoverMillis,
    Map<String, Object> backupDrops,
    SwapCount swaps) {

  /** Bytes on the wire for each connection that was opened. */
  double bytesPerConnection() {
    return connections == 0 ? 0 : (double) wire.bytes() / connections;
  }
}

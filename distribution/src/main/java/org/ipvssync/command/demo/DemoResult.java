package org.ipvssync.command.demo;

import java.util.Map;

/**
 * How the demonstration ended.
 *
 * @param rate connections opened a second, as it was reached
 * @param connections opened in all
 * @param verdict the comparison
 * @param reopened connections that used a client port again, with another real server
 * @param datagrams on the wire
 * @param bytes of their payload
 * @param records in them
 * @param missed datagrams that the measuring socket missed
 * @param delays from a change given to the master until it was on the wire
 * @param takeoverMillis from the kill until the backup was master
 * @param backupDrops what the backup dropped, by reason
 */
record DemoResult(
    double rate,
    long connections,
    Verdict.Result verdict,
    long reopened,
    long datagrams,
    long bytes,
    long records,
    long missed,
    Delays delays,
    long takeoverMillis,
    Map<String, Object> backupDrops) {

  /** Bytes on the wire for each connection that was opened. */
  double bytesPerConnection() {
    return connections == 0 ? 0 : (double) bytes / connections;
  }
}

package org.ipvssync.lab;

import java.util.List;
import org.ipvssync.vectors.ConnRow;

/**
 * A table of connections at one moment.
 *
 * @param rows in the order in which they were listed
 */
record ProcTable(List<ConnRow> rows) {
  /** From {@code /proc/net/ip_vs_conn_sync}, or {@code connections --format=proc}. */
  static ProcTable ofConnSync(String text) {
    return new ProcTable(ConnRow.ofConnsSync(text.lines().toList()));
  }

  /** From {@code /proc/net/ip_vs_conn}: no origin, but the data of persistence engines. */
  static ProcTable ofConn(String text) {
    return new ProcTable(ConnRow.ofConns(text.lines().toList()));
  }

  /** The kernel's own table of a director. */
  static ProcTable of(Namespace director) {
    return ofConnSync(director.read("/proc/net/ip_vs_conn_sync"));
  }

  /** The same with the data of persistence engines. */
  static ProcTable withPeOf(Namespace director) {
    return ofConn(director.read("/proc/net/ip_vs_conn"));
  }
}

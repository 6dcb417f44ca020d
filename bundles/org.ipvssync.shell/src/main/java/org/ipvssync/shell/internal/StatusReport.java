package org.ipvssync.shell.internal;

import java.util.List;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.ParkedWay;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.TableStatus;

/**
 * The node at one instant.
 *
 * @param facts who it is
 * @param uptimeS seconds since it started
 * @param ready whether the table and all links are there
 * @param table its table
 * @param links its links, masters first
 * @param parked what waits for masters that are not running
 */
record StatusReport(
    NodeView.NodeFacts facts,
    long uptimeS,
    boolean ready,
    TableStatus table,
    List<LinkStatus> links,
    List<ParkedWay> parked) {

  /** Looks at the node now. */
  static StatusReport of(NodeView view) {
    SyncNode node = view.node();
    TableStatus table = node.table();
    List<LinkStatus> links = view.statuses();
    return new StatusReport(
        view.facts(),
        node.uptimeMs() / 1000,
        Readiness.missing(table.provider(), links).isEmpty(),
        table,
        links,
        node.parked());
  }
}

package org.ipvssync.shell.internal;

import java.util.List;
import java.util.Optional;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.SyncNode;

/** Says whether a node does its work: a table is there, and links, and all of them are up. */
final class Readiness {
  private Readiness() {}

  /** Why the node is not ready, in one line that names everything; empty when it is. */
  static Optional<String> missing(NodeView view) {
    Optional<SyncNode> node = view.nodeIfPresent();
    if (node.isEmpty()) {
      return Optional.of("not ready: the bundle org.ipvssync.node is not active");
    }
    return missing(node.get().table().provider(), view.statuses());
  }

  /** As {@link #missing(NodeView)}, from what was read before. */
  static Optional<String> missing(String tableProvider, List<LinkStatus> links) {
    StringBuilder why = new StringBuilder();
    if (tableProvider.isEmpty()) {
      why.append("; no connection table");
    }
    if (links.isEmpty()) {
      why.append("; no link");
    }
    for (LinkStatus link : links) {
      if (link.state() != LinkState.UP) {
        why.append("; ").append(link.role().label()).append(" '").append(link.name());
        why.append("' is ").append(link.state().label());
        why.append(link.detail().isEmpty() ? "" : " (" + link.detail() + ")");
      }
    }
    return why.isEmpty() ? Optional.empty() : Optional.of("not ready: " + why.substring(2));
  }
}

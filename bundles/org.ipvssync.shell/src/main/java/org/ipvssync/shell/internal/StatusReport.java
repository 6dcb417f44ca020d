package org.ipvssync.shell.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.OwnKernel;
import org.ipvssync.api.node.ParkedWay;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.api.node.TableResync;
import org.ipvssync.api.node.TableStatus;

/**
 * The node at one instant.
 *
 * @param facts who it is
 * @param uptimeS seconds since it started
 * @param missing why it is not ready; nothing when it is
 * @param track the file that keepalived tracks, if there is a run directory
 * @param resync the latest resync, if anybody can ask for one
 * @param resyncCounters what all resyncs counted, by name
 * @param kernel how it stands with its own kernel, if that is for this node
 * @param table its table
 * @param links its links, masters first
 * @param automatic those that a bundle made for the node, such as to the own kernel
 * @param parked what waits for masters that are not running
 */
record StatusReport(
    NodeView.NodeFacts facts,
    long uptimeS,
    List<String> missing,
    Optional<TrackFile> track,
    Optional<TableResync.Status> resync,
    Map<String, Long> resyncCounters,
    Optional<OwnKernel.Status> kernel,
    TableStatus table,
    List<LinkStatus> links,
    Set<LinkKey> automatic,
    List<ParkedWay> parked) {

  /** Which link. */
  record LinkKey(SyncRole role, String name) {
    static LinkKey of(LinkStatus link) {
      return new LinkKey(link.role(), link.name());
    }
  }

  /** Looks at the node now. */
  static StatusReport of(NodeView view) {
    SyncNode node = view.node();
    return new StatusReport(
        view.facts(),
        node.uptimeMs() / 1000,
        Readiness.reasons(view),
        view.facts().runDir().map(TrackFile::of),
        view.resyncIfPresent().map(TableResync::status),
        view.resyncIfPresent().map(TableResync::counters).orElse(Map.of()),
        view.kernel(),
        node.table(),
        view.statuses(),
        view.links().stream()
            .filter(view::isAutomatic)
            .map(SyncLink::status)
            .map(LinkKey::of)
            .collect(Collectors.toSet()),
        node.parked());
  }

  /** True when nothing is missing. */
  boolean ready() {
    return missing.isEmpty();
  }

  /** True for a link that a bundle made for the node. */
  boolean isAutomatic(LinkStatus link) {
    return automatic.contains(LinkKey.of(link));
  }
}

package org.ipvssync.shell.internal;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.OwnKernel;
import org.ipvssync.api.node.ReadyCondition;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.api.node.TableResync;

/** What the commands see of the node that they run in; services come and go meanwhile. */
interface NodeView {
  /** Masters first, then by name. */
  Comparator<LinkStatus> ORDER =
      Comparator.comparing(LinkStatus::role).thenComparing(LinkStatus::name);

  /** The links that are there now. */
  List<SyncLink> links();

  /** True for a link that a bundle made for the node, such as one to the own kernel. */
  boolean isAutomatic(SyncLink link);

  /** The links' configurations, whether or not the links are there; none while nobody has them. */
  List<RoleConfig> configured();

  /** False until all bundles have had their start. */
  boolean hasStarted();

  /** What else must hold until the node is ready. */
  List<ReadyCondition> conditions();

  /** What asks peers for their table, if it is there. */
  Optional<TableResync> resyncIfPresent();

  /** How the node stands with its own kernel; nothing when that is not for this node. */
  Optional<OwnKernel.Status> kernel();

  /** The node's service, if it is there. */
  Optional<SyncNode> nodeIfPresent();

  /** Who this is. */
  NodeFacts facts();

  /** The codecs that can be chosen now. */
  List<Offer> codecs();

  /** The table providers that can be chosen now. */
  List<Offer> tables();

  /** The node's service; a failure that says so when it is not there. */
  default SyncNode node() {
    return nodeIfPresent()
        .orElseThrow(
            () ->
                CommandFailure.failed(
                    "the node's service is not there; start the bundle org.ipvssync.node"));
  }

  /** The links that people asked for, by command or configuration: all but the automatic ones. */
  default List<SyncLink> wantedLinks() {
    return links().stream().filter(link -> !isAutomatic(link)).toList();
  }

  /** How every link is, in {@link #ORDER}. */
  default List<LinkStatus> statuses() {
    return links().stream().map(SyncLink::status).sorted(ORDER).toList();
  }

  /** How the links are that people asked for, in {@link #ORDER}. */
  default List<LinkStatus> wantedStatuses() {
    return wantedLinks().stream().map(SyncLink::status).sorted(ORDER).toList();
  }

  /** How the link of that role and name is, if there is one. */
  default Optional<LinkStatus> status(SyncRole role, String name) {
    return statuses().stream().filter(s -> s.role() == role && s.name().equals(name)).findFirst();
  }

  /**
   * Who the node is.
   *
   * @param instance the instance's name
   * @param version the distribution's version
   * @param pid the process
   * @param runDir where its files are, if that is known
   */
  record NodeFacts(String instance, String version, long pid, Optional<Path> runDir) {}
}

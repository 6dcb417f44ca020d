package org.ipvssync.shell.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ipvssync.api.node.OwnKernel;
import org.ipvssync.api.node.ReadyCondition;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.api.node.TableResync;

/** A node that the test puts together. */
final class FakeView implements NodeView {
  final List<SyncLink> links = new ArrayList<>();
  final List<Offer> codecs = new ArrayList<>();
  final List<Offer> tables = new ArrayList<>();
  final Set<SyncLink> automatic = new HashSet<>();
  final List<RoleConfig> configured = new ArrayList<>();
  final List<ReadyCondition> conditions = new ArrayList<>();
  FakeNode node = new FakeNode();
  FakeResync resync;
  OwnKernel.Status kernel;
  Path runDir;
  boolean started = true;

  /** A link that a bundle made for the node. */
  FakeLink automatic(SyncRole role) {
    FakeLink link = new FakeLink(role, "kernel");
    links.add(link);
    automatic.add(link);
    return link;
  }

  /** A condition that does not hold. */
  void missing(ReadyCondition.Stage stage, String reason) {
    conditions.add(
        new ReadyCondition() {
          @Override
          public Stage stage() {
            return stage;
          }

          @Override
          public String missing() {
            return reason;
          }
        });
  }

  @Override
  public List<SyncLink> links() {
    return List.copyOf(links);
  }

  @Override
  public boolean isAutomatic(SyncLink link) {
    return automatic.contains(link);
  }

  @Override
  public List<RoleConfig> configured() {
    return List.copyOf(configured);
  }

  @Override
  public boolean hasStarted() {
    return started;
  }

  @Override
  public List<ReadyCondition> conditions() {
    return List.copyOf(conditions);
  }

  @Override
  public Optional<TableResync> resyncIfPresent() {
    return Optional.ofNullable(resync);
  }

  @Override
  public Optional<OwnKernel.Status> kernel() {
    return Optional.ofNullable(kernel);
  }

  @Override
  public Optional<SyncNode> nodeIfPresent() {
    return Optional.ofNullable(node);
  }

  @Override
  public NodeFacts facts() {
    return new NodeFacts("lb1", "1.0.0", 4711, Optional.ofNullable(runDir));
  }

  @Override
  public List<Offer> codecs() {
    return List.copyOf(codecs);
  }

  @Override
  public List<Offer> tables() {
    return List.copyOf(tables);
  }
}

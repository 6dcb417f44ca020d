package org.ipvssync.shell.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncNode;

/** A node that the test puts together. */
final class FakeView implements NodeView {
  final List<SyncLink> links = new ArrayList<>();
  final List<Offer> codecs = new ArrayList<>();
  final List<Offer> tables = new ArrayList<>();
  FakeNode node = new FakeNode();

  @Override
  public List<SyncLink> links() {
    return List.copyOf(links);
  }

  @Override
  public Optional<SyncNode> nodeIfPresent() {
    return Optional.ofNullable(node);
  }

  @Override
  public NodeFacts facts() {
    return new NodeFacts("lb1", "1.0.0", 4711);
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

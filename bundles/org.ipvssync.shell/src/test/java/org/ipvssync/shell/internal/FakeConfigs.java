package org.ipvssync.shell.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.SyncRole;

/** Configurations, and roles that act on them at once. */
final class FakeConfigs implements RoleConfigs {
  final List<RoleConfig> configs = new ArrayList<>();

  /** What was asked for, in order. */
  final List<String> calls = new ArrayList<>();

  /** State of a new link; null for roles that never answer. */
  LinkState newState = LinkState.UP;

  String newDetail = "";
  boolean linksEnd = true;
  private final FakeView view;

  FakeConfigs(FakeView view) {
    this.view = view;
  }

  /** A link that runs already. */
  FakeLink running(SyncRole role, String name, boolean byCommand) {
    configs.add(new RoleConfig(role, name, byCommand, Map.of("mcastInterface", "lo", "syncId", 7)));
    FakeLink link = new FakeLink(role, name);
    view.links.add(link);
    return link;
  }

  /** A link that a bundle made for the node runs already. */
  void automatic(SyncRole role) {
    configs.add(new RoleConfig(role, "kernel", false, Map.of("automatic", true)));
    view.automatic(role);
  }

  @Override
  public List<RoleConfig> list() {
    return List.copyOf(configs);
  }

  @Override
  public void create(RoleConfig config) {
    calls.add("create " + config.role().label() + " " + config.name());
    configs.add(config);
    if (newState != null) {
      FakeLink link = new FakeLink(config.role(), config.name());
      link.state = newState;
      link.detail = newDetail;
      view.links.add(link);
    }
  }

  @Override
  public void delete(SyncRole role, String name) {
    calls.add("delete " + role.label() + " " + name);
    configs.removeIf(c -> c.role() == role && c.name().equals(name));
    if (linksEnd) {
      view.links.removeIf(l -> l.status().role() == role && l.status().name().equals(name));
    }
  }
}

package org.ipvssync.shell.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.ReadyCondition;
import org.ipvssync.api.node.SyncNode;

/**
 * Says whether a director may take traffic: all has started, a table is there and all links that
 * are configured, all of them are up, and nobody who knows more says otherwise.
 */
final class Readiness {
  private Readiness() {}

  /** Why the node is not ready, in one line that names everything; empty when it is. */
  static Optional<String> missing(NodeView view) {
    List<String> reasons = reasons(view);
    return reasons.isEmpty()
        ? Optional.empty()
        : Optional.of("not ready: " + String.join("; ", reasons));
  }

  /** Why the node is not ready: what comes first on the way stands first. Empty when it is. */
  static List<String> reasons(NodeView view) {
    List<String> why = new ArrayList<>();
    if (!view.hasStarted()) {
      why.add("the node is starting");
    }
    Optional<SyncNode> node = view.nodeIfPresent();
    if (node.isEmpty()) {
      why.add("the bundle org.ipvssync.node is not active");
    } else if (node.get().table().provider().isEmpty()) {
      why.add("no connection table");
    }
    List<LinkStatus> links = view.statuses();
    List<RoleConfig> absent =
        view.configured().stream().filter(config -> !isThere(config, links)).toList();
    if (absent.isEmpty() && view.wantedLinks().isEmpty()) {
      why.add("no link");
    }
    for (RoleConfig config : absent) {
      why.add(config.role().label() + " '" + config.name() + "' is configured, but not there yet");
    }
    for (LinkStatus link : links) {
      if (link.state() != LinkState.UP) {
        why.add(
            link.role().label()
                + " '"
                + link.name()
                + "' is "
                + link.state().label()
                + (link.detail().isEmpty() ? "" : " (" + link.detail() + ")"));
      }
    }
    view.conditions().stream()
        .sorted(Comparator.comparing(ReadyCondition::stage))
        .map(Readiness::missing)
        .filter(missing -> !missing.isEmpty())
        .forEach(why::add);
    return why;
  }

  /** One that fails must not hide what the others say. */
  private static String missing(ReadyCondition condition) {
    try {
      return condition.missing();
    } catch (RuntimeException e) {
      return "a condition cannot be asked (" + e + ")";
    }
  }

  private static boolean isThere(RoleConfig config, List<LinkStatus> links) {
    return links.stream()
        .anyMatch(link -> link.role() == config.role() && link.name().equals(config.linkName()));
  }
}

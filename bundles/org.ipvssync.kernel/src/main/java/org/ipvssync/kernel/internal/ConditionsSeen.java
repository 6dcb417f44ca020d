package org.ipvssync.kernel.internal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.ipvssync.api.node.ReadyCondition;

/** What must hold before the node is ready, as far as the table's content goes. Thread-safe. */
final class ConditionsSeen {
  private final Set<ReadyCondition> all = ConcurrentHashMap.newKeySet();

  void add(ReadyCondition condition) {
    all.add(condition);
  }

  void remove(ReadyCondition condition) {
    all.remove(condition);
  }

  /** True when the table has everything that peers could tell. */
  boolean isContentComplete() {
    return all.stream().allMatch(ConditionsSeen::isMetOrOfDelivery);
  }

  private static boolean isMetOrOfDelivery(ReadyCondition condition) {
    try {
      return condition.stage() != ReadyCondition.Stage.CONTENT || condition.missing().isEmpty();
    } catch (RuntimeException e) {
      return false; // of a bundle that is going; the next look knows more
    }
  }
}

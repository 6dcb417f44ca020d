package org.ipvssync.node.internal;

import java.util.HashMap;
import java.util.Map;

/** Numbers for the names of horizons: 0 is the node itself, a name keeps its number for good. */
final class Horizons {
  /** Highest number: an entry keeps it in one byte. */
  static final int MAX = 255;

  private final Map<String, Integer> numbers = new HashMap<>();

  /**
   * The number of a name.
   *
   * @throws IllegalStateException when there are no numbers left
   */
  synchronized int numberOf(String name) {
    if (name.isEmpty()) {
      return 0;
    }
    Integer known = numbers.get(name);
    if (known != null) {
      return known;
    }
    if (numbers.size() == MAX) {
      throw new IllegalStateException(
          "horizon " + name + " is one too many: a node tells apart " + MAX + "; restart the node");
    }
    numbers.put(name, numbers.size() + 1);
    return numbers.size();
  }
}

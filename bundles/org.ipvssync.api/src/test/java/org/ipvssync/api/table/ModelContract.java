package org.ipvssync.api.table;

import org.junit.jupiter.api.Test;

/** A table does what a plain model does, whatever comes. */
public interface ModelContract extends TableOpener {
  @Test
  default void shouldAgreeWithTheModelOverRandomOperations() {
    long seed = Long.getLong("ipvssync.seed", 20_261_122L);
    for (int capacity : new int[] {5, 150, 1_000, 1_001}) {
      try (TableHarness t = open(capacity)) {
        new ModelComparison(t, capacity, seed + capacity).run(500_000);
      }
    }
  }
}

package org.ipvssync.api.table;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/**
 * What every table promises. A provider's test extends this and says how to open a table.
 *
 * <p>The cases stand in the interfaces, one for each side of the contract.
 */
public abstract class ConnTableContractTest
    implements LookupContract,
        MergeContract,
        LifeContract,
        ReadingContract,
        HandoverContract,
        ModelContract {
  private final List<TableHarness> opened = new ArrayList<>();

  /** An empty table for exactly so many entries. */
  protected abstract ConnTable openTable(int capacity);

  @Override
  public final TableHarness open(int capacity) {
    TableHarness harness = new TableHarness(openTable(capacity));
    opened.add(harness);
    return harness;
  }

  @AfterEach
  final void closeTables() {
    opened.forEach(TableHarness::close);
  }
}

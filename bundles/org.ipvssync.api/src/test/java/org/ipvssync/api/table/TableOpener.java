package org.ipvssync.api.table;

/** Where the parts of the contract get their tables from. */
public interface TableOpener {
  /** An empty table for exactly so many entries, closed when the test ends. */
  TableHarness open(int capacity);

  /** An empty table that is large enough. */
  default TableHarness open() {
    return open(1000);
  }
}

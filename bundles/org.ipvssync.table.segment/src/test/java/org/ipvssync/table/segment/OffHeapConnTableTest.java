package org.ipvssync.table.segment;

import java.lang.foreign.Arena;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.ConnTableContractTest;

class OffHeapConnTableTest extends ConnTableContractTest {
  @Override
  protected ConnTable openTable(int capacity) {
    TableLayout layout = new TableLayout(capacity);
    Arena arena = Arena.ofShared();
    return new OffHeapConnTable(arena.allocate(layout.bytes(), 64), layout, 42, arena::close);
  }
}

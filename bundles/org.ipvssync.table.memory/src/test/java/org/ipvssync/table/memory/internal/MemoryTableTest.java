package org.ipvssync.table.memory.internal;

import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.ConnTableContractTest;
import org.ipvssync.table.segment.OffHeapConnTable;
import org.ipvssync.table.segment.TableLayout;

class MemoryTableTest extends ConnTableContractTest {
  @Override
  protected ConnTable openTable(int capacity) {
    TableLayout layout = new TableLayout(capacity);
    TableMemory memory = new TableMemory(layout.bytes());
    return new OffHeapConnTable(memory.segment(), layout, 42, memory::close);
  }
}

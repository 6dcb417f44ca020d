package org.ipvssync.table.mapped.internal;

import java.nio.file.Path;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.ConnTableContractTest;
import org.junit.jupiter.api.io.TempDir;

class MappedTableTest extends ConnTableContractTest {
  @TempDir Path dir;

  @Override
  protected ConnTable openTable(int capacity) {
    return new MappedTables(dir.resolve("table"), capacity, System::currentTimeMillis, "boot")
        .open();
  }
}

package org.ipvssync.table.memory.internal;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.table.Conn;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.TableHarness;
import org.ipvssync.table.segment.OffHeapConnTable;
import org.ipvssync.table.segment.TableLayout;
import org.junit.jupiter.api.Test;

class TableMemoryTest {
  @Test
  void shouldBeZeroAndWritableToItsEnd() {
    try (TableMemory memory = new TableMemory(10 << 20)) {
      assertEquals(10 << 20, memory.segment().byteSize());
      for (long at = 0; at < memory.segment().byteSize(); at += 4096) {
        assertEquals(0, memory.segment().get(JAVA_LONG, at));
      }
      memory.segment().set(JAVA_LONG, (10 << 20) - 8, 42);
      assertEquals(42, memory.segment().get(JAVA_LONG, (10 << 20) - 8));
    }
  }

  @Test
  void shouldRefuseUseAfterItsEnd() {
    TableMemory memory = new TableMemory(1 << 20);
    memory.close();
    assertThrows(IllegalStateException.class, () -> memory.segment().get(JAVA_LONG, 0));
  }

  @Test
  void shouldTakeMemoryOnlyAsConnectionsCome() throws IOException {
    assumeTrue(System.getProperty("os.name").equals("Linux"));
    TableLayout layout = new TableLayout(50_000_000);
    TableMemory memory = new TableMemory(layout.bytes());
    assumeTrue(memory.isLazy());
    try (ConnTable table = new OffHeapConnTable(memory.segment(), layout, 1, memory::close)) {
      LinkCounters counters = new LinkCounters();
      table.apply(
          TableHarness.batchOf(Conn.tcp(), Conn.tcp6(), Conn.sip("call")),
          MergeRule.KERNEL_SYNC,
          ConnTimeouts.KERNEL_DEFAULTS,
          1,
          0,
          counters);
      assertEquals(3, table.size());
      long residentKb = residentKb(memory.segment().address());
      assertTrue(residentKb > 0 && residentKb < 20_000, "resident: " + residentKb + " kB");
    }
  }

  /** What the machine has really given to the mapping at {@code address}. */
  private static long residentKb(long address) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
    boolean here = false;
    for (String line : lines) {
      String first = line.split(" ")[0];
      if (first.matches("[0-9a-f]+-[0-9a-f]+")) {
        String[] range = first.split("-");
        here =
            HexFormat.fromHexDigitsToLong(range[0]) <= address
                && address < HexFormat.fromHexDigitsToLong(range[1]);
      } else if (here && line.startsWith("Rss:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    return -1;
  }
}

package org.ipvssync.table.memory.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.annotation.Annotation;
import org.ipvssync.api.table.ConnTable;
import org.junit.jupiter.api.Test;

class MemoryTableProviderTest {
  private static MemoryTableConfig config(int maxConnections) {
    return new MemoryTableConfig() {
      @Override
      public int maxConnections() {
        return maxConnections;
      }

      @Override
      public Class<? extends Annotation> annotationType() {
        return MemoryTableConfig.class;
      }
    };
  }

  @Test
  void shouldOpenTablesOfTheConfiguredSize() {
    MemoryTableProvider provider = new MemoryTableProvider(config(1_234));
    assertEquals("memory", provider.name());
    try (ConnTable one = provider.open();
        ConnTable other = provider.open()) {
      assertEquals(1_234, one.capacity());
      assertNotSame(one, other);
    }
  }

  @Test
  void shouldGoOnWithTheDefaultWhenASizeIsOutOfRange() {
    for (int size : new int[] {Integer.MIN_VALUE, 0, 999, 50_000_001}) {
      try (ConnTable table = new MemoryTableProvider(config(size)).open()) {
        assertEquals(MemoryTableConfig.DEFAULT_CONNECTIONS, table.capacity());
      }
    }
  }

  @Test
  void shouldTakeTheLimits() {
    for (int size : new int[] {1_000, 50_000_000}) {
      try (ConnTable table = new MemoryTableProvider(config(size)).open()) {
        assertEquals(size, table.capacity());
      }
    }
  }

  @Test
  void shouldCloseTwiceWithoutHarm() {
    ConnTable table = new MemoryTableProvider(config(1_000)).open();
    table.close();
    table.close();
    assertThrows(IllegalStateException.class, table::size);
  }
}

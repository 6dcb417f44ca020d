package org.ipvssync.table.memory.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.annotation.Annotation;
import java.util.Map;
import org.ipvssync.api.table.ConnTable;
import org.junit.jupiter.api.Test;

class MemoryTableProviderTest {
  private static final Map<String, Object> WRITTEN =
      Map.of("service.pid", "org.ipvssync.table.memory", "maxConnections", "banana");

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
    MemoryTableProvider provider = new MemoryTableProvider(config(1_234), WRITTEN);
    assertEquals("memory", provider.name());
    try (ConnTable one = provider.open();
        ConnTable other = provider.open()) {
      assertEquals(1_234, one.capacity());
      assertNotSame(one, other);
    }
  }

  @Test
  void shouldBeginWithTheDefaultButExchangeNothingWhenASizeIsOutOfRange() {
    for (int size : new int[] {Integer.MIN_VALUE, 0, 999, 50_000_001}) {
      MemoryTableProvider provider = new MemoryTableProvider(config(size), WRITTEN);
      try (ConnTable table = provider.restore(0)) {
        assertEquals(MemoryTableConfig.DEFAULT_CONNECTIONS, table.capacity());
      }
      IllegalStateException refused = assertThrows(IllegalStateException.class, provider::open);
      assertEquals(
          "org.ipvssync.table.memory: maxConnections="
              + size
              + " is not allowed; allowed: 1000 to 50000000",
          refused.getMessage());
    }
  }

  @Test
  void shouldSayWhatWasWrittenWhenItIsNoNumber() {
    MemoryTableConfig config =
        new MemoryTableConfig() {
          @Override
          public int maxConnections() {
            throw new NumberFormatException();
          }

          @Override
          public Class<? extends Annotation> annotationType() {
            return MemoryTableConfig.class;
          }
        };
    MemoryTableProvider provider = new MemoryTableProvider(config, WRITTEN);
    assertEquals(
        "org.ipvssync.table.memory: maxConnections=banana is not allowed;"
            + " allowed: 1000 to 50000000",
        assertThrows(IllegalStateException.class, provider::open).getMessage());
  }

  @Test
  void shouldTakeTheLimits() {
    for (int size : new int[] {1_000, 50_000_000}) {
      try (ConnTable table = new MemoryTableProvider(config(size), WRITTEN).open()) {
        assertEquals(size, table.capacity());
      }
    }
  }

  @Test
  void shouldCloseTwiceWithoutHarm() {
    ConnTable table = new MemoryTableProvider(config(1_000), WRITTEN).open();
    table.close();
    table.close();
    assertThrows(IllegalStateException.class, table::size);
  }
}

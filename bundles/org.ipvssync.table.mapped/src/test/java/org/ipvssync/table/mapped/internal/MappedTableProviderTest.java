package org.ipvssync.table.mapped.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.ipvssync.api.table.Conn;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.TableHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedTableProviderTest {
  @TempDir Path dir;

  private record Config(int maxConnections, String file) implements MappedTableConfig {
    @Override
    public Class<? extends Annotation> annotationType() {
      return MappedTableConfig.class;
    }
  }

  private MappedTableProvider provider(int maxConnections, String file) {
    return new MappedTableProvider(
        new Config(maxConnections, file), Map.of("service.pid", "p"), dir.toString());
  }

  private boolean isEmpty() throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.findAny().isEmpty();
    }
  }

  @Test
  void shouldTouchNoFileBeforeATableIsOpened() throws IOException {
    MappedTableProvider provider = provider(1_234, "connections.table");
    assertEquals("mapped", provider.name());
    assertTrue(isEmpty());
    try (ConnTable table = provider.open()) {
      assertEquals(1_234, table.capacity());
      assertFalse(isEmpty());
    }
    assertTrue(isEmpty());
  }

  @Test
  void shouldKeepATableOverARestart() {
    TableHarness before = new TableHarness(provider(1_000, "sub/t").restore(-7_000_000_123L));
    before.sync(Conn.tcp());
    before.close();
    assertTrue(Files.exists(dir.resolve("sub/t")));
    TableHarness after = new TableHarness(provider(1_000, "sub/t").restore(-7_000_000_123L));
    assertTrue(after.has(Conn.tcp()));
    after.table().discard();
    assertFalse(Files.exists(dir.resolve("sub/t")));
  }

  @Test
  void shouldTakeAnAbsolutePathAsItIs() {
    Path file = dir.resolve("elsewhere");
    MappedTableConfig config = new Config(1_000, file.toString());
    ConnTable table = new MappedTableProvider(config, Map.of(), "/nowhere").restore(0);
    assertTrue(Files.exists(file));
    table.discard();
  }

  @Test
  void shouldBeginWithTheDefaultsButExchangeNothingWhenAValueIsNotAllowed() {
    for (String file : new String[] {"", " ", ".", "a\0b", "/", "folder/"}) {
      assertThrows(IllegalStateException.class, provider(1_000, file)::open);
      ConnTable table = provider(1_000, file).restore(0);
      assertTrue(Files.exists(dir.resolve("connections.table")), file);
      table.discard();
    }
    for (int size : new int[] {Integer.MIN_VALUE, 999, 50_000_001}) {
      String refusal =
          assertThrows(IllegalStateException.class, provider(size, "t")::open).getMessage();
      assertEquals(
          "p: maxConnections=" + size + " is not allowed; allowed: 1000 to 50000000", refusal);
      ConnTable table = provider(size, "t").restore(0);
      assertEquals(MappedTableConfig.DEFAULT_CONNECTIONS, table.capacity());
      table.discard();
    }
  }
}

package org.ipvssync.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.ipvssync.api.table.ConnTableProvider;
import org.ipvssync.table.mapped.internal.MappedTableConfig;
import org.ipvssync.table.mapped.internal.MappedTableProvider;
import org.ipvssync.table.memory.internal.MemoryTableConfig;
import org.ipvssync.table.memory.internal.MemoryTableProvider;
import org.osgi.framework.BundleContext;

/** The providers of tables, as a node configures them. */
final class Tables {
  static final String MEMORY = "memory";
  static final String MAPPED = "mapped";

  private Tables() {}

  /** The provider of that name, for tables of {@code capacity} entries. */
  static ConnTableProvider provider(String name, int capacity) {
    return switch (name) {
      case MEMORY -> new MemoryTableProvider(new MemoryConfig(capacity), Map.of());
      case MAPPED -> mapped(capacity);
      default -> throw new IllegalArgumentException("table is memory or mapped, not " + name);
    };
  }

  private static ConnTableProvider mapped(int capacity) {
    BundleContext noProperties =
        (BundleContext)
            Proxy.newProxyInstance(
                Tables.class.getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (proxy, method, arguments) -> null);
    String file = file().toString();
    return new MappedTableProvider(new MappedConfig(capacity, file), Map.of(), noProperties);
  }

  /** In a folder that is removed when the process ends. */
  private static Path file() {
    try {
      Path folder = Files.createTempDirectory("ipvs-syncd-benchmark-");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
      return folder.resolve(MappedTableConfig.DEFAULT_FILE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(Path folder) {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      System.err.println("could not remove " + folder + ": " + e);
    }
  }

  private record MemoryConfig(int maxConnections) implements MemoryTableConfig {
    @Override
    public Class<? extends Annotation> annotationType() {
      return MemoryTableConfig.class;
    }
  }

  private record MappedConfig(int maxConnections, String file) implements MappedTableConfig {
    @Override
    public Class<? extends Annotation> annotationType() {
      return MappedTableConfig.class;
    }
  }
}

package org.ipvssync.table.mapped.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.ipvssync.api.link.ConfigCheck;
import org.ipvssync.api.link.ConfigException;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.ConnTableProvider;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes tables in a file. There is no way to change one in place: another size or file comes as
 * another service, and the node moves the content. No file is opened before the node asks.
 */
@Component(
    configurationPid = MappedTableProvider.PID,
    property = ConnTableProvider.NAME_PROPERTY + "=" + MappedTableProvider.NAME)
@Designate(ocd = MappedTableConfig.class)
public final class MappedTableProvider implements ConnTableProvider {
  static final String PID = "org.ipvssync.table.mapped";
  static final String NAME = "mapped";

  /** Framework property: the node's directory for what outlives the process. */
  static final String DATA_DIR = "ipvssync.data.dir";

  private static final int MIN_CONNECTIONS = 1_000;
  private static final int MAX_CONNECTIONS = 50_000_000;
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Logger LOG = LoggerFactory.getLogger(MappedTableProvider.class);

  private final MappedTables tables;

  /**
   * Values that are not allowed must not leave the node without a table: it says so and goes on.
   */
  @Activate
  public MappedTableProvider(MappedTableConfig config, BundleContext context) {
    this(config, context.getProperty(DATA_DIR));
  }

  MappedTableProvider(MappedTableConfig config, String dataDir) {
    this.tables =
        new MappedTables(
            file(config, Path.of(dataDir == null ? "" : dataDir).toAbsolutePath()),
            connections(config),
            System::currentTimeMillis,
            bootId());
  }

  private static int connections(MappedTableConfig config) {
    try {
      return new ConfigCheck(PID)
          .range("maxConnections", config::maxConnections, MIN_CONNECTIONS, MAX_CONNECTIONS);
    } catch (ConfigException e) {
      LOG.error(
          "{}; the table has room for {} until that is mended",
          e.getMessage(),
          MappedTableConfig.DEFAULT_CONNECTIONS);
      return MappedTableConfig.DEFAULT_CONNECTIONS;
    }
  }

  private static Path file(MappedTableConfig config, Path dataDir) {
    ConfigCheck check = new ConfigCheck(PID);
    String allowed = "the path of a file";
    try {
      String written = check.required("file", config.file(), allowed);
      Path file = resolve(dataDir, written);
      if (file == null) {
        throw check.failure("file", written, allowed);
      }
      return file;
    } catch (ConfigException e) {
      Path file = dataDir.resolve(MappedTableConfig.DEFAULT_FILE);
      LOG.error("{}; the table is in {} until that is mended", e.getMessage(), file);
      return file;
    }
  }

  private static Path resolve(Path dataDir, String written) {
    try {
      Path file = dataDir.resolve(written).normalize();
      return written.endsWith("/") || file.equals(dataDir) || file.getParent() == null
          ? null
          : file;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private static String bootId() {
    try {
      return Files.readString(BOOT_ID).strip();
    } catch (IOException e) {
      LOG.debug("no boot id: a table that was not closed will not be used", e);
      return "";
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public ConnTable open() {
    return tables.open();
  }

  @Override
  public ConnTable restore(long nowMs) {
    return tables.restore(nowMs);
  }
}

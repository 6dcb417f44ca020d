package org.ipvssync.table.mapped.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.ipvssync.api.link.ConfigCheck;
import org.ipvssync.api.link.ConfigException;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.ConnTableProvider;
import org.ipvssync.table.segment.TableLayout;
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

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Logger LOG = LoggerFactory.getLogger(MappedTableProvider.class);

  private final MappedTables tables;

  /** Which value is not allowed, in one line; empty when all are. */
  private final String refusal;

  /**
   * Values that are not allowed must neither exchange a table nor leave the node without one: see
   * {@link #open} and {@link #restore}.
   *
   * @param written the configuration as it was written
   */
  @Activate
  public MappedTableProvider(
      MappedTableConfig config, Map<String, Object> written, BundleContext context) {
    this(config, written, context.getProperty(DATA_DIR));
  }

  MappedTableProvider(MappedTableConfig config, Map<String, Object> written, String dataDir) {
    Path dir = Path.of(dataDir == null ? "" : dataDir).toAbsolutePath();
    int connections = MappedTableConfig.DEFAULT_CONNECTIONS;
    Path file = dir.resolve(MappedTableConfig.DEFAULT_FILE);
    String refused = "";
    ConfigCheck check = new ConfigCheck(written);
    try {
      file = file(config, check, dir);
      connections =
          check.range(
              "maxConnections",
              config::maxConnections,
              TableLayout.MIN_CONNECTIONS,
              TableLayout.MAX_CONNECTIONS);
    } catch (ConfigException e) {
      refused = e.getMessage();
    }
    this.tables = new MappedTables(file, connections, System::currentTimeMillis, bootId());
    this.refusal = refused;
  }

  private static Path file(MappedTableConfig config, ConfigCheck check, Path dataDir) {
    String allowed = "the path of a file";
    String written = check.required("file", config.file(), allowed);
    Path file = resolve(dataDir, written);
    if (file == null) {
      throw check.failure("file", written, allowed);
    }
    return file;
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
    if (!refusal.isEmpty()) {
      throw new IllegalStateException(refusal);
    }
    return tables.open();
  }

  /** The node has no table yet: better one with the usual values than none. */
  @Override
  public ConnTable restore(long nowMs) {
    if (!refusal.isEmpty()) {
      LOG.error("{}; until then the table is that of the defaults", refusal);
    }
    return tables.restore(nowMs);
  }
}

package org.ipvssync.table.memory.internal;

import java.security.SecureRandom;
import java.util.Map;
import org.ipvssync.api.link.ConfigCheck;
import org.ipvssync.api.link.ConfigException;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.ConnTableProvider;
import org.ipvssync.table.segment.OffHeapConnTable;
import org.ipvssync.table.segment.TableLayout;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes tables in memory. There is no way to change one in place: another size comes as another
 * service, and the node moves the content.
 */
@Component(
    configurationPid = MemoryTableProvider.PID,
    property = ConnTableProvider.NAME_PROPERTY + "=" + MemoryTableProvider.NAME)
@Designate(ocd = MemoryTableConfig.class)
public final class MemoryTableProvider implements ConnTableProvider {
  static final String PID = "org.ipvssync.table.memory";
  static final String NAME = "memory";

  private static final Logger LOG = LoggerFactory.getLogger(MemoryTableProvider.class);

  private final TableLayout layout;

  /** Which value is not allowed, in one line; empty when all are. */
  private final String refusal;

  /**
   * A size that is not allowed must neither exchange a table nor leave the node without one: see
   * {@link #open} and {@link #restore}.
   *
   * @param written the configuration as it was written
   */
  @Activate
  public MemoryTableProvider(MemoryTableConfig config, Map<String, Object> written) {
    int connections = MemoryTableConfig.DEFAULT_CONNECTIONS;
    String refused = "";
    try {
      connections =
          new ConfigCheck(written)
              .range(
                  "maxConnections",
                  config::maxConnections,
                  TableLayout.MIN_CONNECTIONS,
                  TableLayout.MAX_CONNECTIONS);
    } catch (ConfigException e) {
      refused = e.getMessage();
    }
    this.layout = new TableLayout(connections);
    this.refusal = refused;
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
    return table();
  }

  /** The node has no table yet: better one of the usual size than none. */
  @Override
  public ConnTable restore(long nowMs) {
    if (!refusal.isEmpty()) {
      LOG.error("{}; the table has room for {} until then", refusal, layout.capacity());
    }
    return table();
  }

  private ConnTable table() {
    TableMemory memory = new TableMemory(layout.bytes());
    if (!memory.isLazy()) {
      LOG.warn(
          "connection table: all {} MiB are taken at once; start Java with"
              + " --enable-native-access=ALL-UNNAMED on Linux to take them as they are needed",
          layout.bytes() >> 20);
    }
    return new OffHeapConnTable(
        memory.segment(), layout, new SecureRandom().nextLong(), memory::close);
  }
}

package org.ipvssync.table.memory.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code org.ipvssync.table.memory}. */
@ObjectClassDefinition(
    name = "ipvs-syncd: connection table in memory",
    description = "Size of the table. A changed size makes a new table; its content moves along.")
public @interface MemoryTableConfig {
  /** Most connections and templates unless configured. */
  int DEFAULT_CONNECTIONS = 1_000_000;

  /** Most connections and templates. */
  @AttributeDefinition(
      name = "Most connections",
      description =
          "Connections and templates the table holds; beyond that new ones are refused and"
              + " counted. Memory is used as they come: 72 bytes for IPv4, 136 for IPv6.",
      min = "1000",
      max = "50000000")
  int maxConnections() default DEFAULT_CONNECTIONS;
}

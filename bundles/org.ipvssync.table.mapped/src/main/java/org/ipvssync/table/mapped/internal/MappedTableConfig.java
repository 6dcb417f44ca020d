package org.ipvssync.table.mapped.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code org.ipvssync.table.mapped}. */
@ObjectClassDefinition(
    name = "ipvs-syncd: connection table on a file",
    description =
        "Size and file of the table. A changed value makes a new table; its content moves along.")
public @interface MappedTableConfig {
  /** Most connections and templates unless configured. */
  int DEFAULT_CONNECTIONS = 1_000_000;

  /** Name of the file unless configured. */
  String DEFAULT_FILE = "connections.table";

  /** Most connections and templates. */
  @AttributeDefinition(
      name = "Most connections",
      description =
          "Connections and templates the table holds; beyond that new ones are refused and"
              + " counted. The file takes 200 bytes for each of them from the start.",
      min = "1000",
      max = "50000000")
  int maxConnections() default DEFAULT_CONNECTIONS;

  /** The file. */
  @AttributeDefinition(
      name = "File",
      description =
          "Where the table lies; a path that does not begin with / is below the data directory of"
              + " the node. No two nodes may share a file.")
  String file() default DEFAULT_FILE;
}

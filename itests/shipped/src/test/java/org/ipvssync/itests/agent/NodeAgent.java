package org.ipvssync.itests.agent;

import java.util.Map;
import java.util.Optional;

/** One node, steered and looked at from outside its framework. Any thread. */
public interface NodeAgent extends AutoCloseable {
  /**
   * Writes a configuration, new or changed.
   *
   * @param name of a factory's configuration; empty for a single one
   */
  void configure(String pid, String name, Map<String, ?> settings) throws Exception;

  /** Deletes a configuration. */
  void delete(String pid, String name) throws Exception;

  /** A link as it is now; empty while its role's bundle is not there. */
  Optional<LinkView> link(String role, String name);

  /** How many links of that role and name are up: two while one version takes over from another. */
  long linksUp(String role, String name);

  /** The table as it is now. */
  TableView table();

  /**
   * What all links of a role have counted since this agent came, those among them that have gone.
   */
  Map<String, Long> totals(String role);

  /** Asks a master for its whole table; false when it cannot. */
  boolean push(String name);

  /**
   * What the table holds: which connection, and how it is. A connection there twice is an error.
   */
  Map<String, String> rows();

  /**
   * Begins to change the table as the own load balancer does.
   *
   * @param updatesPerSecond records a second
   */
  Load load(long seed, int updatesPerSecond);

  /** Opens a way out that nobody reads, so that changes wait there. Closed by the agent's close. */
  void openIdleOutbound(String name);

  /** How much waits on the ways of {@link #openIdleOutbound}. */
  long idlePending();

  /** Adds IPv4 connections to the table until it has so many. */
  void fill(int connections);

  /** The latest resync. */
  ResyncView resync();

  /** Asks peers for their table; the number of the resync. */
  long beginResync();

  /** Lets go of everything. */
  @Override
  void close();
}

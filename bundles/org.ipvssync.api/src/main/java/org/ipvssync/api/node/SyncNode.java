package org.ipvssync.api.node;

import java.util.List;
import org.ipvssync.api.conn.ConnBatch;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A table with links. The node owns the current table and every link's pending changes.
 *
 * <p>Thread-safe.
 */
@ProviderType
public interface SyncNode {
  /**
   * Opens a way into the table.
   *
   * @param horizon name of where the records come from; links with one name hear nothing of each
   *     other. Empty for the node itself
   * @throws IllegalStateException when the node has seen too many horizons
   */
  InboundLink openInbound(String horizon);

  /**
   * Opens a way out of the table. Nothing is pending at first: changes are announced from now on,
   * and what is there already goes out with the first pass of copies. One whose name was parked
   * goes on with everything that waits there.
   *
   * @param name unique among the outbound links
   * @param horizon name of where the records go
   * @throws IllegalArgumentException when the name is taken
   * @throws IllegalStateException when the node has seen too many horizons
   */
  OutboundLink openOutbound(String name, String horizon);

  /** Ways out that were left for a successor which has not come. */
  List<ParkedWay> parked();

  /** A piece of the table, see ConnTable.walk; -1 at once while there is no table. */
  long walk(long cursor, ConnBatch into);

  /**
   * Finds the entries that records would meet.
   *
   * @param keys what is looked for; skipped records are not
   * @param into another batch of the same capacity at least, cleared by the caller; gets one record
   *     for each of {@code keys}: the entry, with handle, horizon, marks and remaining
   *     milliseconds, or a skipped one
   */
  void find(ConnBatch keys, ConnBatch into);

  /**
   * Makes entries wait in an outbound link though nothing about them has changed: whoever is there
   * has lost them.
   *
   * @param outbound the link's name; nothing happens when none is open or parked by that name
   * @param keys records that would meet the entries; skipped ones do not count. One that is marked
   *     as moved says that the entry is known there with another real server
   * @return how many were found, and wait now unless they came from the link's own horizon
   */
  int again(String outbound, ConnBatch keys);

  /** The table as it is now. */
  TableStatus table();

  /** Milliseconds since the node started. */
  long uptimeMs();
}

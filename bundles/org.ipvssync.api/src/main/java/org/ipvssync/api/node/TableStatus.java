package org.ipvssync.api.node;

/**
 * The node's table at one instant.
 *
 * @param provider name of the provider in use; empty while there is none
 * @param connections entries, templates among them
 * @param templates templates among them
 * @param capacity most entries
 * @param refused records refused because the table was full, since the node started
 * @param swaps exchanges of the table
 * @param detail one line for people: why it is not the configured one; or empty
 * @param attempts how often the node was asked for a table, by its configuration, and has answered
 *     with this table or this detail, since it started
 */
public record TableStatus(
    String provider,
    int connections,
    int templates,
    int capacity,
    long refused,
    SwapStats swaps,
    String detail,
    long attempts) {
  /** No table. */
  public static final TableStatus NONE = new TableStatus("", 0, 0, 0, 0, SwapStats.NONE, "", 0);
}

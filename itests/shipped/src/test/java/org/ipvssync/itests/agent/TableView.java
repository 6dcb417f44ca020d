package org.ipvssync.itests.agent;

/**
 * The table's status.
 *
 * @param provider name of the provider in use
 * @param connections entries
 * @param capacity most entries
 * @param refused records that found it full
 * @param swaps what it has been through
 * @param detail why it is not the configured one
 */
public record TableView(
    String provider, int connections, int capacity, long refused, SwapsView swaps, String detail) {}

package org.ipvssync.api.node;

/**
 * A way out of the table that was left for a successor: its role is not running.
 *
 * @param name the link's name
 * @param waiting changes that wait to be sent
 * @param held changes that its last codec could not carry
 */
public record ParkedWay(String name, int waiting, int held) {}

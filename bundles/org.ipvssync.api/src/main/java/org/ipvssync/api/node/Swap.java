package org.ipvssync.api.node;

/**
 * One exchange of a part while the node runs.
 *
 * @param part what was exchanged: codec, transport or table
 * @param from the old one with its version, such as {@code v1 1.0.0}; empty when there was none
 * @param to the new one
 * @param pauseMicros how long the link, or all links of the table, stood still, microseconds
 * @param waited updates that waited meanwhile; none of them is lost
 */
public record Swap(String part, String from, String to, long pauseMicros, long waited) {}

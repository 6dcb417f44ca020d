package org.ipvssync.itests.agent;

import java.util.Map;

/**
 * The latest resync of a node.
 *
 * @param number counts them from 1
 * @param state its name in capitals
 * @param peer who answered, or empty
 * @param received records that came
 * @param missing why the content is not complete, or empty
 * @param counters of all resyncs
 */
public record ResyncView(
    long number,
    String state,
    String peer,
    long received,
    String missing,
    Map<String, Long> counters) {}

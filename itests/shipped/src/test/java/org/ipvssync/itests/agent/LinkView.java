package org.ipvssync.itests.agent;

import java.util.Map;

/**
 * A link's status.
 *
 * @param state its label, such as {@code up}
 * @param detail why it is not up
 * @param codec names of the codecs in use
 * @param pending changes that wait
 * @param counters by label
 * @param swaps what it has been through
 */
public record LinkView(
    String state,
    String detail,
    String codec,
    long pending,
    Map<String, Long> counters,
    SwapsView swaps) {}

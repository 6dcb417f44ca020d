package org.ipvssync.api.node;

import java.util.Map;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.wire.LinkAddress;

/**
 * A link as one instant saw it.
 *
 * @param name the link's own name, unique within its role
 * @param role what it does
 * @param address where it speaks
 * @param transport name of its transport; empty while it has no good configuration
 * @param horizon name of where its records come from or go to; empty as above
 * @param syncId 0 to 255
 * @param syncMaxLen longest message, bytes; 0 while it is not known
 * @param codec names of the codecs in use, separated by commas; empty while there is none
 * @param state how it is
 * @param detail one line for people: why it is not up, or empty
 * @param pending changes that wait to be sent; 0 on a backup
 * @param counters everything it counts
 * @param swaps exchanges of its codec and its transport
 * @param delay on a master from change to send, on a backup from receive to applied (or to the
 *     backlog, while a table is being exchanged)
 */
public record LinkStatus(
    String name,
    SyncRole role,
    LinkAddress address,
    String transport,
    String horizon,
    int syncId,
    int syncMaxLen,
    String codec,
    LinkState state,
    String detail,
    long pending,
    Map<LinkCounter, Long> counters,
    SwapStats swaps,
    DelayStats delay) {
  /** The sum of everything dropped. */
  public long drops() {
    return LinkCounter.drops(counter -> counters.getOrDefault(counter, 0L));
  }
}

package org.ipvssync.table.segment;

import org.ipvssync.api.conn.ConnBatch;

/** Turns entries back into records. Threads as in {@link SlotStore}. */
final class EntryReader {
  private final SlotStore slots;
  private final ExtensionStore extensions;

  EntryReader(SlotStore slots, ExtensionStore extensions) {
    this.slots = slots;
    this.extensions = extensions;
  }

  /** True when there is an entry whose time is not over. */
  boolean lives(int slot, long now) {
    return slots.has(slot, SlotStore.USED) && slots.deadline(slot) > now;
  }

  /**
   * Appends an entry.
   *
   * @return false when what is there cannot be right, because a writer is at it
   */
  boolean append(int slot, ConnBatch into, long now) {
    int index = into.add();
    int meta = slots.meta(slot);
    into.setHandle(index, slot);
    into.setFlags(index, slots.flags(slot));
    into.setFwmark(index, slots.fwmark(slot));
    into.setTimeoutS(index, slots.timeoutS(slot));
    into.setState(index, slots.state(slot));
    into.setPorts(index, slots.cport(slot), slots.vport(slot), slots.dport(slot));
    into.setProtocol(index, slots.protocol(slot));
    into.setHorizon(index, slots.horizon(slot));
    into.setMoved(index, (meta & SlotStore.MOVED) != 0);
    into.setCopy(index, (meta & SlotStore.COPY) != 0);
    into.setExpiresMs(index, slots.deadline(slot) - now);
    if ((meta & SlotStore.IPV6) != 0) {
      into.setIpv6(index, true);
      extensions.readAddresses(slot, into, index);
    } else {
      into.setCaddrWord(index, 0, slots.address(slot, 0));
      into.setVaddrWord(index, 0, slots.address(slot, 1));
      into.setDaddrWord(index, 0, slots.address(slot, 2));
    }
    if ((meta & SlotStore.SEQ) != 0) {
      extensions.readSeq(slot, into, index);
    }
    return (meta & SlotStore.PE) == 0 || extensions.readPe(slot, into, index);
  }
}

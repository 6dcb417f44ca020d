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
    long kinds = slots.kinds(slot);
    long ports = slots.ports(slot);
    int meta = SlotStore.metaOf(kinds);
    into.setHandle(index, slot);
    into.setFlags(index, slots.flags(slot));
    into.setFwmark(index, slots.fwmark(slot));
    into.setTimeoutS(index, slots.timeoutS(slot));
    into.setState(index, SlotStore.stateOf(ports));
    into.setPorts(
        index, SlotStore.cportOf(ports), SlotStore.vportOf(ports), SlotStore.dportOf(ports));
    into.setProtocol(index, SlotStore.protocolOf(kinds));
    into.setHorizon(index, SlotStore.horizonOf(kinds));
    if ((meta & (SlotStore.MOVED | SlotStore.COPY)) != 0) {
      into.setMoved(index, (meta & SlotStore.MOVED) != 0);
      into.setCopy(index, (meta & SlotStore.COPY) != 0);
    }
    into.setExpiresMs(index, slots.deadline(slot) - now);
    if ((meta & SlotStore.IPV6) != 0) {
      into.setIpv6(index, true);
      extensions.readAddresses(slot, into, index);
    } else {
      long servers = slots.servers(slot);
      into.setCaddrWord(index, 0, SlotStore.caddrOf(kinds));
      into.setVaddrWord(index, 0, SlotStore.vaddrOf(servers));
      into.setDaddrWord(index, 0, SlotStore.daddrOf(servers));
    }
    if ((meta & SlotStore.SEQ) != 0) {
      extensions.readSeq(slot, into, index);
    }
    return (meta & SlotStore.PE) == 0 || extensions.readPe(slot, into, index);
  }
}

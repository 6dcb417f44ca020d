package org.ipvssync.table.segment;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;

/**
 * Finds entries by what a record says, with the kernel's rules: {@code __ip_vs_conn_in_get}, {@code
 * ip_vs_conn_in_get} and {@code ip_vs_ct_in_get} in net/netfilter/ipvs/ip_vs_conn.c, {@code
 * ip_vs_sip_ct_match} in ip_vs_pe_sip.c.
 *
 * <p>Chained hash; a new entry goes to the head of its chain, so the newest is met first. The hash
 * is of what every lookup compares: family, protocol, client address and port, virtual address and
 * port. (The kernel leaves the virtual ones out, because it looks up packets in both directions.)
 * Templates with persistence data are hashed by that in place of the client port and kept apart: no
 * other lookup meets them. In the kernel another could, when two hashes agree by chance.
 *
 * <p>An entry that no lookup can match, such as a connection with client port 0 that does not say
 * NO_CPORT, is stored and expires like others, but stays out of the chains: however many of them
 * come, lookups do not slow down.
 *
 * <p>Only a connection that comes with persistence data makes another entry of the same key each
 * time, as in the kernel, whose senders give no connection such data. A key gets {@link #CROWD} of
 * them: in a chain of a million, each removal would walk the whole.
 *
 * <p>Threads as in {@link SlotStore}; with a writer beside it, {@link #find} may give any slot, and
 * tells by TOO_LONG when it runs in circles.
 */
final class HashIndex {
  /** There is no such entry. */
  static final int NONE = -1;

  /** The chain was longer than the caller allowed. */
  static final int TOO_LONG = -2;

  /** Most living entries of a key that connections with persistence data make. */
  static final int CROWD = 64;

  private enum Lookup {
    CONNECTION,
    TEMPLATE,
    PE_TEMPLATE
  }

  private final MemorySegment segment;
  private final TableLayout layout;
  private final SlotStore slots;
  private final ExtensionStore extensions;
  private final long seed;

  /**
   * An index.
   *
   * @param seed makes the hash unpredictable for those who choose addresses and ports
   */
  HashIndex(MemorySegment segment, SlotStore slots, ExtensionStore extensions, long seed) {
    this.segment = segment;
    this.layout = slots.layout();
    this.slots = slots;
    this.extensions = extensions;
    this.seed = seed;
  }

  /**
   * Finds the newest entry that a record meets and that lives.
   *
   * @param hash the record's {@link #hash}
   * @param now entries with a deadline not after it are passed over
   * @param maxSteps most entries of a chain to look at
   * @return a slot, NONE or TOO_LONG
   */
  int find(ConnBatch key, int index, int hash, long now, int maxSteps) {
    if (key.isTemplate(index)) {
      Lookup lookup = RecordPe.isPresent(key, index) ? Lookup.PE_TEMPLATE : Lookup.TEMPLATE;
      return find(key, index, hash, key.cport(index), lookup, now, maxSteps);
    }
    if (RecordPe.isLookedUp(key, index)) {
      // The kernel looks where templates with such data are; what it makes then is filed elsewhere.
      return NONE;
    }
    int cport = key.cport(index);
    int slot = find(key, index, hash, cport, Lookup.CONNECTION, now, maxSteps);
    if (slot == NONE && cport != 0 && slots.noCports() > 0) {
      return find(key, index, hash(key, index, 0), 0, Lookup.CONNECTION, now, maxSteps);
    }
    return slot;
  }

  private int find(
      ConnBatch key, int index, int hash, int cport, Lookup lookup, long now, int maxSteps) {
    int link = first(hash);
    for (int steps = 0; link != 0; steps++) {
      if (steps == maxSteps) {
        return TOO_LONG;
      }
      int slot = link - 1;
      if (slots.hash(slot) == hash
          && slots.deadline(slot) > now
          && matches(slot, key, index, cport, lookup)) {
        return slot;
      }
      link = slots.next(slot);
    }
    return NONE;
  }

  /** True when {@link #CROWD} living entries have this hash. */
  boolean isCrowded(int hash, long now) {
    int living = 0;
    for (int link = first(hash); link != 0 && living < CROWD; link = slots.next(link - 1)) {
      if (slots.hash(link - 1) == hash && slots.deadline(link - 1) > now) {
        living++;
      }
    }
    return living == CROWD;
  }

  /** The link to the newest entry of a hash's chain, or 0. */
  int first(int hash) {
    return segment.get(JAVA_INT_UNALIGNED, bucketAt(hash));
  }

  /** The link to the newest entry of a bucket, or 0. */
  int head(int bucket) {
    return segment.get(JAVA_INT_UNALIGNED, TableLayout.BUCKETS + 4L * bucket);
  }

  private boolean matches(int slot, ConnBatch key, int index, int cport, Lookup lookup) {
    long kinds = slots.kinds(slot);
    int meta = SlotStore.metaOf(kinds);
    long ports = slots.ports(slot);
    boolean ipv6 = key.isIpv6(index);
    if (((meta & SlotStore.IPV6) != 0) != ipv6
        || ((meta & SlotStore.PE) != 0) != (lookup == Lookup.PE_TEMPLATE)
        || SlotStore.vportOf(ports) != key.vport(index)
        || SlotStore.protocolOf(kinds) != key.protocol(index)
        || !matchesKind(slots.flags(slot), SlotStore.cportOf(ports), cport, lookup)) {
      return false;
    }
    boolean addresses =
        ipv6
            ? sameIpv6(slot, key, index, lookup)
            : SlotStore.caddrOf(kinds) == key.caddrWord(index, 0)
                && SlotStore.vaddrOf(slots.servers(slot)) == key.vaddrWord(index, 0);
    return addresses && (lookup != Lookup.PE_TEMPLATE || extensions.samePe(slot, key, index));
  }

  private static boolean matchesKind(int flags, int itsCport, int cport, Lookup lookup) {
    return switch (lookup) {
      // The kernel does not ask here whether the entry is a template.
      case CONNECTION -> itsCport == cport && (cport == 0) == ((flags & ConnFlags.NO_CPORT) != 0);
      case TEMPLATE -> itsCport == cport && ConnFlags.isTemplate(flags);
      case PE_TEMPLATE -> ConnFlags.isTemplate(flags);
    };
  }

  private boolean sameIpv6(int slot, ConnBatch key, int index, Lookup lookup) {
    // Of a template without a protocol the virtual address is a firewall mark of four bytes.
    int vaddrWords = lookup != Lookup.CONNECTION && key.protocol(index) == 0 ? 1 : 4;
    for (int word = 0; word < vaddrWords; word++) {
      if (extensions.addressWord(slot, ExtensionStore.VADDR + word) != key.vaddrWord(index, word)) {
        return false;
      }
    }
    for (int word = 0; word < 4; word++) {
      if (extensions.addressWord(slot, ExtensionStore.CADDR + word) != key.caddrWord(index, word)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Puts an entry at the head of its chain.
   *
   * @return what its meta bits are to say then: HASHED, and NEWER or not
   */
  int add(int slot, int hash) {
    long bucket = bucketAt(hash);
    int meta = SlotStore.HASHED;
    int head = segment.get(JAVA_INT_UNALIGNED, bucket);
    for (int link = head; link != 0; link = slots.next(link - 1)) {
      if (slots.hash(link - 1) == hash) {
        meta |= SlotStore.NEWER;
        break;
      }
    }
    slots.setHash(slot, hash);
    slots.setNext(slot, head);
    // Whoever finds the table as it is now must find the rest of the chain behind the slot.
    VarHandle.storeStoreFence();
    segment.set(JAVA_INT_UNALIGNED, bucket, slot + 1);
    return meta;
  }

  /** Takes an entry out of its chain, if it is in one. */
  void remove(int slot) {
    if (!slots.has(slot, SlotStore.HASHED)) {
      return;
    }
    long bucket = bucketAt(slots.hash(slot));
    int link = segment.get(JAVA_INT_UNALIGNED, bucket);
    if (link == slot + 1) {
      segment.set(JAVA_INT_UNALIGNED, bucket, slots.next(slot));
      return;
    }
    while (slots.next(link - 1) != slot + 1) {
      link = slots.next(link - 1);
    }
    slots.setNext(link - 1, slots.next(slot));
  }

  /** True when there is a lookup that would match an entry with these flags and client port. */
  static boolean isFindable(int flags, int cport) {
    return ConnFlags.isTemplate(flags) || (cport == 0) == ((flags & ConnFlags.NO_CPORT) != 0);
  }

  /** The hash of the entry that a record would make, and of the lookup for it. */
  int hash(ConnBatch key, int index) {
    return RecordPe.isPresent(key, index)
        ? (int) (mix(hashPe(key, index) ^ hashKey(key, index, 0)) >>> 32)
        : hash(key, index, key.cport(index));
  }

  /** The hash of a record without persistence data, with another client port. */
  int hash(ConnBatch key, int index, int cport) {
    return (int) (hashKey(key, index, cport) >>> 32);
  }

  private long hashKey(ConnBatch key, int index, int cport) {
    boolean ipv6 = key.isIpv6(index);
    long ports = cport | key.vport(index) << 16;
    long h = mix(seed ^ pair(key.caddrWord(index, 0), key.vaddrWord(index, 0)));
    if (ipv6) {
      h = mix(h ^ pair(key.caddrWord(index, 1), key.caddrWord(index, 2)));
      h = mix(h ^ key.caddrWord(index, 3));
      if (key.protocol(index) != 0) {
        h = mix(h ^ pair(key.vaddrWord(index, 1), key.vaddrWord(index, 2)));
        h = mix(h ^ key.vaddrWord(index, 3));
      }
    }
    return mix(
        h ^ (ports & 0xffff_ffffL) ^ (long) key.protocol(index) << 32 ^ (ipv6 ? 1L << 40 : 0));
  }

  private long hashPe(ConnBatch key, int index) {
    long at = key.peDataOffset(index);
    int length = key.peDataLength(index);
    long h = ~seed;
    for (int i = 0; i < length; i++) {
      h = mix(h ^ key.peArea().get(JAVA_BYTE, at + i));
    }
    return h;
  }

  private static long pair(int a, int b) {
    return (long) a << 32 | b & 0xffff_ffffL;
  }

  /** Spreads every bit over all: two rounds of multiply and fold (Stafford's variant 13). */
  private static long mix(long value) {
    long h = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
    h = (h ^ h >>> 27) * 0x94d049bb133111ebL;
    return h ^ h >>> 31;
  }

  /** The bucket that a hash belongs to. */
  int bucket(int hash) {
    return (int) ((hash & 0xffff_ffffL) * layout.buckets() >>> 32);
  }

  private long bucketAt(int hash) {
    return TableLayout.BUCKETS + 4L * bucket(hash);
  }
}

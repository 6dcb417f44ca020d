package org.ipvssync.api.conn;

/**
 * Who decides when a record meets the table: keep what is stored, update it, or replace it.
 *
 * <p>A table stores and finds; it asks the rule here and does what the verdict says, so that every
 * provider treats records alike. What the node skips before, such as a peer's copies of what the
 * own load balancer keeps alive, never meets the table. Source: {@code ip_vs_proc_conn} in
 * net/netfilter/ipvs/ip_vs_sync.c.
 */
public enum MergeRule {
  /** A peer's word: the kernel's receiver, to the letter. */
  KERNEL_SYNC,

  /** The own load balancer's word: what it says is so, whatever was stored. */
  AUTHORITATIVE,

  /** A copy of a table: fills gaps, and anything live wins over it. */
  INSERT_IF_ABSENT;

  /** What becomes of a stored entry that a record met. */
  public enum Verdict {
    /** The record changes nothing. */
    KEEP,
    /** The entry takes over state, activity, timeout and sequence data of the record. */
    UPDATE,
    /** The entry goes and the record becomes a new one. */
    REPLACE
  }

  /**
   * Decides for a record whose entry exists.
   *
   * @param storedFlags flags of the entry
   * @param storedIsCopy true when the entry came by INSERT_IF_ABSENT and nothing live confirmed it
   * @param sameDestination true when daddr and dport agree
   * @param flags flags of the record as they came
   */
  public Verdict onMatch(
      int storedFlags, boolean storedIsCopy, boolean sameDestination, int flags) {
    if (this == INSERT_IF_ABSENT) {
      return Verdict.KEEP;
    }
    if (sameDestination) {
      return Verdict.UPDATE;
    }
    if (this == AUTHORITATIVE || storedIsCopy) {
      return Verdict.REPLACE;
    }
    if (ConnFlags.isTemplate(flags)) {
      return Verdict.UPDATE;
    }
    return (flags & ConnFlags.INACTIVE) != 0 ? Verdict.KEEP : Verdict.REPLACE;
  }

  /**
   * The flags that a new entry gets.
   *
   * @param version wire version that the record came in: 0, or 1 for everything else
   * @param flags flags of the record as they came
   */
  public int insertedFlags(int version, int flags) {
    if (this != KERNEL_SYNC) {
      return flags & ~ConnFlags.HASHED;
    }
    int kept = version == 0 ? flags & ~ConnFlags.HASHED : flags & ConnFlags.BACKUP_MASK;
    return kept | ConnFlags.SYNC;
  }

  /** The flags that an entry has after a record updated it. */
  public int updatedFlags(int storedFlags, int flags) {
    if (this != KERNEL_SYNC) {
      return flags & ~ConnFlags.HASHED;
    }
    return (storedFlags & ~ConnFlags.BACKUP_UPD_MASK) | (flags & ConnFlags.BACKUP_UPD_MASK);
  }

  /** True when entries made by this rule are copies until something live confirms them. */
  public boolean makesCopies() {
    return this == INSERT_IF_ABSENT;
  }
}

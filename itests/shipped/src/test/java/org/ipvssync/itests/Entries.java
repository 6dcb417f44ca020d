package org.ipvssync.itests;

import java.util.HashMap;
import java.util.Map;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.node.SyncNode;
import org.opentest4j.AssertionFailedError;

/** Connections to compare: which one, and how it is; without times, which run. */
final class Entries {
  /** What a sync message carries from a master's table into a backup's. */
  private static final int FLAGS =
      ConnFlags.FWD_MASK
          | ConnFlags.NOOUTPUT
          | ConnFlags.INACTIVE
          | ConnFlags.NO_CPORT
          | ConnFlags.TEMPLATE;

  private static final int TEMPLATE_BIT = 1 << 8;
  private static final int IPV6_BIT = 1 << 9;
  private static final int HASH_FACTOR = 0x9e37_79b1;

  private Entries() {}

  /** Which connection or template. */
  record Key(long caddr, long caddrLow, long vaddr, long vaddrLow, int ports, int kind) {
    static Key of(ConnBatch batch, int i) {
      return new Key(
          pair(batch.caddrWord(i, 0), batch.caddrWord(i, 1)),
          pair(batch.caddrWord(i, 2), batch.caddrWord(i, 3)),
          pair(batch.vaddrWord(i, 0), batch.vaddrWord(i, 1)),
          pair(batch.vaddrWord(i, 2), batch.vaddrWord(i, 3)),
          batch.cport(i) << 16 | batch.vport(i),
          batch.protocol(i)
              | (batch.isTemplate(i) ? TEMPLATE_BIT : 0)
              | (batch.isIpv6(i) ? IPV6_BIT : 0));
    }

    // A record's own lets neighbouring addresses and ports cancel each other out.
    @Override
    public int hashCode() {
      int hash = Long.hashCode(caddr) * HASH_FACTOR + Long.hashCode(caddrLow);
      hash = hash * HASH_FACTOR + Long.hashCode(vaddr ^ vaddrLow);
      hash = (hash * HASH_FACTOR + ports) * HASH_FACTOR + kind;
      return hash ^ hash >>> 15;
    }
  }

  /** How it is. */
  record State(long daddr, long daddrLow, int dport, int state, int flags) {
    static State of(ConnBatch batch, int i) {
      return new State(
          pair(batch.daddrWord(i, 0), batch.daddrWord(i, 1)),
          pair(batch.daddrWord(i, 2), batch.daddrWord(i, 3)),
          batch.dport(i),
          batch.state(i),
          batch.flags(i) & FLAGS);
    }
  }

  /** Everything in a node's table. */
  static Map<String, String> of(SyncNode node) {
    Map<String, String> entries = new HashMap<>();
    ConnBatch batch = new ConnBatch();
    long cursor = 0;
    while (cursor >= 0) {
      batch.clear();
      cursor = node.walk(cursor, batch);
      for (int i = 0; i < batch.size(); i++) {
        String before = entries.put(Key.of(batch, i).toString(), State.of(batch, i).toString());
        if (before != null) {
          throw new AssertionFailedError("twice in the table: " + ConnText.procLine(batch, i));
        }
      }
    }
    return entries;
  }

  private static long pair(int first, int second) {
    return (long) first << 32 | Integer.toUnsignedLong(second);
  }
}

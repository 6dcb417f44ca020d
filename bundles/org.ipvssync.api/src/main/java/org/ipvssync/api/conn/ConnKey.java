package org.ipvssync.api.conn;

/** What a connection is found by: family, protocol, client and virtual address and port. */
public final class ConnKey {
  private static final int WORDS = 4;
  private static final int TEMPLATE_BIT = 1 << 8;
  private static final int IPV6_BIT = 1 << 9;
  private static final int MIX = 0x9e3779b1;

  private ConnKey() {}

  /**
   * A well-mixed number that all records of one connection share, whatever else they say; it means
   * nothing outside this process. A template's client port is left out: with persistence data its
   * entry is found without it.
   */
  public static int hash(ConnBatch batch, int index) {
    boolean template = batch.isTemplate(index);
    boolean ipv6 = batch.isIpv6(index);
    int hash = batch.protocol(index) | (template ? TEMPLATE_BIT : 0) | (ipv6 ? IPV6_BIT : 0);
    int words = ipv6 ? WORDS : 1;
    for (int w = 0; w < words; w++) {
      hash = mix(hash, batch.caddrWord(index, w));
      hash = mix(hash, batch.vaddrWord(index, w));
    }
    int cport = template ? 0 : batch.cport(index);
    return finish(mix(hash, cport << 16 | batch.vport(index)));
  }

  private static int mix(int hash, int word) {
    return Integer.rotateLeft((hash ^ word) * MIX, 15) * MIX;
  }

  // The last steps of MurmurHash3 (public domain): every bit of the key reaches every bit here.
  private static int finish(int hash) {
    int h = hash ^ hash >>> 16;
    h *= 0x85ebca6b;
    h ^= h >>> 13;
    h *= 0xc2b2ae35;
    return h ^ h >>> 16;
  }
}

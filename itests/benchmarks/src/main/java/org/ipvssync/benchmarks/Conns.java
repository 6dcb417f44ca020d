package org.ipvssync.benchmarks;

import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnProtocol;

/**
 * Connections by number: the same number is always the same connection, different numbers are
 * different ones. Four connections a client; clients lie all over the address space, as on the
 * internet, and numbers that follow each other have nothing to do with each other in a hash.
 */
final class Conns {
  private static final int TCP = 6;
  private static final int TIMEOUT_S = 900;
  private static final int FIRST_PORT = 1024;
  private static final int PORT_GROUPS = 16_000;
  private static final int REAL_SERVERS = 16;

  private Conns() {}

  /** Appends connection {@code number}, established TCP; returns its index. */
  static int add(ConnBatch batch, int number, boolean ipv6) {
    int i = batch.add();
    int client = mix(number >>> 2);
    int port = FIRST_PORT + 4 * ((mix(~number) >>> 8) % PORT_GROUPS) + (number & 3);
    batch.setIpv6(i, ipv6);
    batch.setProtocol(i, TCP);
    batch.setState(i, ConnProtocol.TCP_ESTABLISHED);
    batch.setTimeoutS(i, TIMEOUT_S);
    batch.setPorts(i, port, 443, 8443);
    int prefix = address(0x20, 0x01, 0x0d, 0xb8);
    int last = ipv6 ? 3 : 0;
    if (ipv6) {
      batch.setCaddrWord(i, 0, prefix);
      batch.setVaddrWord(i, 0, prefix);
      batch.setDaddrWord(i, 0, prefix);
    }
    batch.setCaddrWord(i, last, client);
    batch.setVaddrWord(i, last, address(192, 0, 2, 1));
    batch.setDaddrWord(i, last, address(10, 0, 0, 1 + Math.floorMod(client, REAL_SERVERS)));
    return i;
  }

  /** Gives a record sequence data in both directions. */
  static void addSeq(ConnBatch batch, int index, int number) {
    batch.setFlags(index, batch.flags(index) | ConnFlags.SEQ_MASK);
    for (int word = 0; word < ConnBatch.SEQ_WORDS; word++) {
      batch.setSeq(index, word, mix(number + word));
    }
  }

  /** True when two records are of the same connection and agree in what was given here. */
  static boolean agree(ConnBatch a, int i, ConnBatch b, int j) {
    boolean same =
        a.isIpv6(i) == b.isIpv6(j)
            && a.protocol(i) == b.protocol(j)
            && a.state(i) == b.state(j)
            && a.cport(i) == b.cport(j)
            && a.vport(i) == b.vport(j)
            && a.dport(i) == b.dport(j)
            && a.hasSeq(i) == b.hasSeq(j);
    for (int word = 0; same && word < 4; word++) {
      same =
          a.caddrWord(i, word) == b.caddrWord(j, word)
              && a.vaddrWord(i, word) == b.vaddrWord(j, word)
              && a.daddrWord(i, word) == b.daddrWord(j, word);
    }
    for (int word = 0; same && a.hasSeq(i) && word < ConnBatch.SEQ_WORDS; word++) {
      same = a.seq(i, word) == b.seq(j, word);
    }
    return same;
  }

  /** Four bytes in the order of the wire, as a batch has them in a word. */
  private static int address(int a, int b, int c, int d) {
    return a | b << 8 | c << 16 | d << 24;
  }

  /** Shuffles the 32-bit numbers: one to one, and neighbours go far apart (MurmurHash3). */
  static int mix(int number) {
    int h = number ^ 0x5bd1e995;
    h = (h ^ h >>> 16) * 0x85ebca6b;
    h = (h ^ h >>> 13) * 0xc2b2ae35;
    return h ^ h >>> 16;
  }
}

package org.ipvssync.kernel.internal;

import java.nio.ByteOrder;
import org.ipvssync.api.conn.ConnBatch;

/**
 * An address as the four words of a {@link ConnBatch}; an IPv4 address is the first of them.
 *
 * @param w0 bytes 0 to 3 in the machine's order, and so on
 */
record AddressWords(int w0, int w1, int w2, int w3) {
  private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  /** The word of four bytes that were read as one number, the first of them the highest. */
  static int word(int network) {
    return LITTLE ? Integer.reverseBytes(network) : network;
  }

  /** An address as /proc prints it: eight hex digits, or eight groups of four. */
  static AddressWords parse(String text) {
    if (text.indexOf(':') < 0) {
      return new AddressWords(word(Integer.parseUnsignedInt(text, 16)), 0, 0, 0);
    }
    String digits = text.replace(":", "");
    if (digits.length() != 32) {
      throw new NumberFormatException("not an address: " + text);
    }
    int[] words = new int[4];
    for (int i = 0; i < 4; i++) {
      words[i] = word(Integer.parseUnsignedInt(digits.substring(8 * i, 8 * i + 8), 16));
    }
    return new AddressWords(words[0], words[1], words[2], words[3]);
  }

  /** The virtual address of a record. */
  static AddressWords virtual(ConnBatch batch, int index) {
    return new AddressWords(
        batch.vaddrWord(index, 0),
        batch.vaddrWord(index, 1),
        batch.vaddrWord(index, 2),
        batch.vaddrWord(index, 3));
  }

  /** The real server's address of a record. */
  static AddressWords destination(ConnBatch batch, int index) {
    return new AddressWords(
        batch.daddrWord(index, 0),
        batch.daddrWord(index, 1),
        batch.daddrWord(index, 2),
        batch.daddrWord(index, 3));
  }

  /** True when the records have the same real server's address and port. */
  static boolean sameDestination(ConnBatch one, int i, ConnBatch other, int j) {
    return one.dport(i) == other.dport(j)
        && one.daddrWord(i, 0) == other.daddrWord(j, 0)
        && one.daddrWord(i, 1) == other.daddrWord(j, 1)
        && one.daddrWord(i, 2) == other.daddrWord(j, 2)
        && one.daddrWord(i, 3) == other.daddrWord(j, 3);
  }
}

package org.ipvssync.api.table;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;

/**
 * Records from so small a choice of everything that they meet each other in every way, sense or
 * not. No allocation a record.
 */
final class RandomRecords {
  private static final int[] PROTOCOLS = {6, 6, 6, 17, 132, 51, 0};
  private static final int[] TIMEOUTS = {0, 0, 1, 2, 3, 5, 8, 30, 120, 900, 86_400};

  private final SplittableRandom random;
  private final boolean rich;
  private final MemorySegment pe = Arena.ofAuto().allocate(ConnBatch.PE_DATA_MAX + 16);

  /**
   * Records.
   *
   * @param rich whether there is sequence data, and long persistence data, for which a provider may
   *     have room for a part of its entries only
   */
  RandomRecords(SplittableRandom random, boolean rich) {
    this.random = random;
    this.rich = rich;
  }

  /** Appends a record. */
  int addTo(ConnBatch batch) {
    int i = batch.add();
    int bits = random.nextInt();
    boolean ipv6 = (bits & 1) != 0;
    int protocol = PROTOCOLS[random.nextInt(PROTOCOLS.length)];
    batch.setIpv6(i, ipv6);
    batch.setProtocol(i, protocol);
    int flags = flags();
    batch.setFlags(i, flags);
    batch.setState(i, state(protocol, flags));
    batch.setPorts(
        i,
        (bits & 6) == 0 ? 0 : 1 + random.nextInt(12),
        (bits & 8) == 0 ? 80 : 0,
        8080 + (bits >> 4 & 1));
    batch.setFwmark(i, bits >> 8 & 3);
    setAddresses(batch, i, ipv6);
    batch.setTimeoutS(i, timeoutS());
    if (random.nextInt(8) == 0) {
      batch.setRemainingS(i, timeoutS());
    }
    if (rich && random.nextInt(6) == 0) {
      for (int word = 0; word < ConnBatch.SEQ_WORDS; word++) {
        batch.setSeq(i, word, bits + word);
      }
    }
    if (random.nextInt(3) == 0) {
      setPe(batch, i);
    }
    if (random.nextInt(50) == 0) {
      batch.skip(i);
    }
    return i;
  }

  private void setAddresses(ConnBatch batch, int i, boolean ipv6) {
    int bits = random.nextInt();
    batch.setCaddrWord(i, 0, 0x0a000001 + (bits & 3));
    batch.setVaddrWord(i, 0, 0x14000001 + (bits >> 2 & 1));
    batch.setDaddrWord(i, 0, 0x1e000001 + (bits >> 3 & 1));
    if (ipv6) {
      for (int word = 1; word < 4; word++) {
        batch.setCaddrWord(i, word, bits >> 4 + word & 1);
        batch.setVaddrWord(i, word, bits >> 8 + word & bits >> 12 + word & 1);
        batch.setDaddrWord(i, word, bits >> 16 + word & bits >> 20 + word & 1);
      }
    }
  }

  private int flags() {
    int flags = random.nextInt() & (ConnFlags.FWD_MASK | ConnFlags.INACTIVE | ConnFlags.SEQ_MASK);
    if (random.nextInt(3) == 0) {
      flags |= ConnFlags.TEMPLATE;
    }
    if (random.nextInt(4) == 0) {
      flags |= ConnFlags.NO_CPORT;
    }
    if (random.nextInt(40) == 0) {
      flags |= ConnFlags.ONE_PACKET;
    }
    if (random.nextInt(10) == 0) {
      flags |= random.nextInt() & ~(ConnFlags.ONE_PACKET | ConnFlags.NO_CPORT);
    }
    return flags;
  }

  private int state(int protocol, int flags) {
    if (ConnFlags.isTemplate(flags)) {
      return random.nextInt(20) == 0 ? 60_000 : random.nextInt(2);
    }
    return protocol == 6 || protocol == 132 ? random.nextInt(11) : 0;
  }

  private int timeoutS() {
    if (random.nextInt(200) == 0) {
      return -1 - random.nextInt(3);
    }
    return TIMEOUTS[random.nextInt(TIMEOUTS.length)];
  }

  private void setPe(ConnBatch batch, int i) {
    int bits = random.nextInt();
    int dataLength = rich && (bits & 7) == 0 ? 200 + (bits >> 3 & 1) * 55 : (bits >> 3 & 3) * 18;
    int nameLength = bits >> 6 & 3;
    for (int at = 0; at < dataLength + nameLength; at++) {
      pe.set(JAVA_BYTE, at, (byte) 'a');
    }
    if (dataLength > 0) {
      pe.set(JAVA_BYTE, dataLength - 1, (byte) ('a' + (bits >> 8 & 1)));
    }
    if (nameLength > 0) {
      int letter = bits >> 10 & 3;
      pe.set(JAVA_BYTE, dataLength + nameLength - 1, (byte) (letter == 3 ? 0 : 'a' + letter));
    }
    batch.setPe(i, pe, 0, dataLength, dataLength, nameLength);
  }
}

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
public final class RandomRecords {
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
  public RandomRecords(SplittableRandom random, boolean rich) {
    this.random = random;
    this.rich = rich;
  }

  /** Appends a record. */
  public int addTo(ConnBatch batch) {
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
      batch.setCopy(i, random.nextBoolean());
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
    if (ipv6 && (bits & 0x70) == 0) {
      // Now and then another word differs, so that each of them must be looked at.
      batch.setCaddrWord(i, bits >> 8 & 3, 0x0a000002);
      batch.setVaddrWord(i, bits >> 10 & 3, 0x14000002);
      batch.setDaddrWord(i, bits >> 12 & 3, 0x1e000002);
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
    int dataLength = (bits & 3) == 0 ? 0 : rich && (bits & 12) == 0 ? 255 : 54;
    int nameLength = bits >> 4 & 1 | bits >> 5 & 2;
    for (int at = 0; at < dataLength + nameLength; at++) {
      pe.set(JAVA_BYTE, at, (byte) 'a');
    }
    if (dataLength > 0) {
      pe.set(JAVA_BYTE, dataLength - 1, (byte) ('a' + (bits >> 8 & 1)));
    }
    if (nameLength > 1) {
      pe.set(JAVA_BYTE, dataLength + 1L, (byte) 0); // "a", a zero byte, perhaps another letter
    }
    batch.setPe(i, pe, 0, dataLength, dataLength, nameLength);
  }
}

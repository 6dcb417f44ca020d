package org.ipvssync.api.wire;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnText;

/** Records for tests: as text to compare, and at random. */
public final class Records {
  private static final MemorySegment ADDRESSES =
      MemorySegment.ofArray(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});

  private Records() {}

  /** All fields of all records that a codec carries, one line a record. */
  public static List<String> of(ConnBatch batch) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      lines.add(of(batch, i));
    }
    return lines;
  }

  /** All fields of a record that a codec carries. */
  public static String of(ConnBatch batch, int index) {
    StringBuilder line = new StringBuilder();
    ConnText.describe(
        batch,
        index,
        new ConnText.FieldSink() {
          @Override
          public void number(String name, long value) {
            text(name, Long.toString(value));
          }

          @Override
          public void text(String name, String value) {
            line.append(name).append('=').append(value).append(' ');
          }
        });
    return line.toString();
  }

  /** Appends a random record of any kind; only HASHED, which is never sent, is not set. */
  public static int addAny(RandomGenerator random, ConnBatch batch) {
    int i = addPlain(random, batch, random.nextInt(), random.nextBoolean());
    batch.setFwmark(i, random.nextInt());
    batch.setTimeoutS(i, random.nextInt());
    if (random.nextInt(4) == 0) {
      batch.setRemainingS(i, random.nextInt());
    }
    if (random.nextInt(3) == 0) {
      addSeq(random, batch, i);
    }
    switch (random.nextInt(6)) {
      case 0 -> addPe(random, batch, i, ConnBatch.PE_DATA_MAX, ConnBatch.PE_NAME_MAX);
      case 1 -> addPe(random, batch, i, random.nextInt(1, 40), random.nextInt(1, 5));
      case 2 -> addPe(random, batch, i, random.nextInt(2), random.nextInt(2));
      default -> {}
    }
    return i;
  }

  /** Appends a random IPv4 record with flags of 16 bits, and sequence data when they say so. */
  public static int addCompact(RandomGenerator random, ConnBatch batch) {
    int i = addPlain(random, batch, random.nextInt(1 << 16), false);
    if ((batch.flags(i) & ConnFlags.SEQ_MASK) != 0) {
      addSeq(random, batch, i);
    }
    return i;
  }

  /**
   * Appends an ESTABLISHED connection over IPv4, 1.2.3.4:{@code cport} to 5.6.7.8:80 on
   * 9.10.11.12:8080.
   */
  public static int addConnection(ConnBatch batch, int cport) {
    int i = batch.add();
    batch.setProtocol(i, 6);
    batch.setState(i, 1);
    batch.setPorts(i, cport, 80, 8080);
    batch.setAddresses(i, ADDRESSES, 0, 4);
    return i;
  }

  private static int addPlain(RandomGenerator random, ConnBatch batch, int flags, boolean ipv6) {
    int i = batch.add();
    batch.setIpv6(i, ipv6);
    batch.setFlags(i, flags & ~ConnFlags.HASHED);
    batch.setProtocol(i, random.nextInt(256));
    batch.setState(i, random.nextInt(1 << 16));
    batch.setPorts(i, random.nextInt(1 << 16), random.nextInt(1 << 16), random.nextInt(1 << 16));
    for (int word = 0; word < (ipv6 ? 4 : 1); word++) {
      batch.setCaddrWord(i, word, random.nextInt());
      batch.setVaddrWord(i, word, random.nextInt());
      batch.setDaddrWord(i, word, random.nextInt());
    }
    return i;
  }

  private static void addSeq(RandomGenerator random, ConnBatch batch, int i) {
    for (int word = 0; word < ConnBatch.SEQ_WORDS; word++) {
      batch.setSeq(i, word, random.nextInt());
    }
  }

  private static void addPe(
      RandomGenerator random, ConnBatch batch, int i, int dataLength, int nameLength) {
    byte[] bytes = new byte[dataLength + nameLength];
    random.nextBytes(bytes);
    batch.setPe(i, Datagram.of(bytes).segment(), 0, dataLength, dataLength, nameLength);
  }
}

package org.ipvssync.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.RecordCheck;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.codec.v1.internal.V1Codec;

/**
 * Full datagrams that update connections 0 to size - 1: every one once, in a random order, then
 * again. They lie in memory one after the other and are copied from there, as from a socket.
 */
final class Traffic {
  /** Records of a full datagram of version 1, IPv4; so many come in one batch. */
  static final int BATCH = 40;

  private static final int BYTES = CodecWork.MAX_LENGTH;
  private static final int SYNC_ID = 7;
  private static final long SEED = 20_250_101;

  private final SyncCodec codec = new V1Codec();
  private final RecordCheck check = new RecordCheck(Set.of("sip"));
  private final Datagram datagram = new Datagram(BYTES);
  private final MemorySegment all;
  private final int datagrams;
  private int next;
  private int length;

  /** Makes the datagrams; {@code size} is a multiple of {@link #BATCH}. */
  Traffic(int size) {
    datagrams = size / BATCH;
    Checks.require(datagrams * BATCH == size, "%d is not a multiple of %d", size, BATCH);
    all = Arena.ofAuto().allocate((long) datagrams * BYTES, Long.BYTES);
    int[] order = shuffled(size);
    ConnBatch batch = new ConnBatch(BATCH);
    for (int d = 0; d < datagrams; d++) {
      batch.clear();
      for (int r = 0; r < BATCH; r++) {
        Conns.add(batch, order[d * BATCH + r], false);
      }
      int end = codec.encode(batch, 0, SYNC_ID, BYTES, datagram);
      Checks.require(end == BATCH, "a full datagram holds %d records, not %d", end, BATCH);
      length = datagram.length();
      MemorySegment.copy(datagram.segment(), 0, all, (long) d * BYTES, length);
    }
  }

  private static int[] shuffled(int size) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    Random random = new Random(SEED);
    for (int i = size - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int other = order[j];
      order[j] = order[i];
      order[i] = other;
    }
    return order;
  }

  /** Gives connections 0 to {@code size} - 1 in batches of a datagram's. */
  static void fill(int size, Consumer<ConnBatch> table) {
    ConnBatch batch = new ConnBatch(BATCH);
    for (int number = 0; number < size; ) {
      batch.clear();
      while (!batch.isFull() && number < size) {
        Conns.add(batch, number++, false);
      }
      table.accept(batch);
    }
  }

  /** The next datagram becomes a batch, decoded and checked as a backup link does it. */
  void receive(ConnBatch into, LinkCounters counters) {
    MemorySegment.copy(all, (long) next * BYTES, datagram.segment(), 0, length);
    datagram.setLength(length);
    if (++next == datagrams) {
      next = 0;
    }
    codec.decode(datagram, into, counters);
    check.check(into, counters);
  }
}

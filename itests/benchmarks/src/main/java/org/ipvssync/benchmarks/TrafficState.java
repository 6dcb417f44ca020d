package org.ipvssync.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.Set;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.RecordCheck;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.codec.v1.internal.V1Codec;

/**
 * Full datagrams that update a full table: every connection once, in a random order, then again.
 * They lie in memory one after the other and are copied from there, as from a socket.
 */
public class TrafficState extends FullTable {
  private static final int BYTES = CodecWork.MAX_LENGTH;
  private static final int SYNC_ID = 7;
  private static final long SEED = 20_250_101;

  /** At ten million records a second a millisecond has so many datagrams. */
  private static final int DATAGRAMS_PER_MS = 250;

  private final SyncCodec codec = new V1Codec();
  private final RecordCheck check = new RecordCheck(Set.of("sip"));
  private final Datagram datagram = new Datagram(BYTES);
  private MemorySegment traffic;
  private int datagrams;
  private int next;
  private int length;
  private long updates;

  @Override
  void prepare() {
    super.prepare();
    makeTraffic();
  }

  private void makeTraffic() {
    int[] order = shuffled(size);
    datagrams = size / BATCH;
    Checks.require(datagrams * BATCH == size, "size is not a multiple of %d", BATCH);
    traffic = Arena.ofAuto().allocate((long) datagrams * BYTES, Long.BYTES);
    for (int d = 0; d < datagrams; d++) {
      into.clear();
      for (int r = 0; r < BATCH; r++) {
        Conns.add(into, order[d * BATCH + r], false);
      }
      int end = codec.encode(into, 0, SYNC_ID, BYTES, datagram);
      Checks.require(end == BATCH, "a full datagram holds %d records, not %d", end, BATCH);
      length = datagram.length();
      MemorySegment.copy(datagram.segment(), 0, traffic, (long) d * BYTES, length);
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

  /** The next datagram becomes a batch, checked as a backup link checks it. */
  final void receive(ConnBatch batch) {
    MemorySegment.copy(traffic, (long) next * BYTES, datagram.segment(), 0, length);
    datagram.setLength(length);
    if (++next == datagrams) {
      next = 0;
    }
    if (next % DATAGRAMS_PER_MS == 0) {
      nowMs++;
    }
    codec.decode(datagram, batch, counters);
    check.check(batch, counters);
  }

  /** Applies a batch of known connections. */
  final void update(ConnBatch batch) {
    updates += batch.size();
    apply(batch);
  }

  @Override
  void verify() {
    super.verify();

    Checks.require(updated() == updates, "%d updated, not %d", updated(), updates);
    Checks.require(updates % BATCH == 0, "%d updates: no whole batches", updates);
  }
}

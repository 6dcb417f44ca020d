package org.ipvssync.benchmarks;

import java.util.Arrays;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncCodec;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Full datagrams of one kind of record, as batches and as bytes. Several, so that nobody learns one
 * by heart; few, so that they are as near as what was just received, or just read from the table.
 */
@State(Scope.Thread)
public abstract class CodecWork {
  /** Longest UDP payload in an Ethernet frame, bytes. */
  static final int MAX_LENGTH = 1472;

  private static final int MESSAGES = 16;
  private static final int SYNC_ID = 7;

  private final SyncCodec codec;
  private final int records;
  private final ConnBatch[] batches = new ConnBatch[MESSAGES];
  private final Datagram[] messages = new Datagram[MESSAGES];
  private final ConnBatch decoded = new ConnBatch();
  private final Datagram encoded = new Datagram(MAX_LENGTH);
  private final LinkCounters counters = new LinkCounters();
  private int at;
  private long calls;
  private long recordsDone;

  CodecWork(SyncCodec codec, int records, boolean ipv6, boolean seq) {
    this.codec = codec;
    this.records = records;
    for (int m = 0; m < MESSAGES; m++) {
      batches[m] = new ConnBatch(records + 1);
      for (int r = 0; r <= records; r++) {
        int number = m * (records + 1) + r;
        int i = Conns.add(batches[m], number, ipv6);
        if (seq) {
          Conns.addSeq(batches[m], i, number);
        }
      }
      messages[m] = new Datagram(MAX_LENGTH);
      int end = codec.encode(batches[m], 0, SYNC_ID, MAX_LENGTH, messages[m]);
      Checks.require(end == records, "a full datagram holds %d records, not %d", end, records);
      batches[m].removeLast();
    }
  }

  /** Decodes the next datagram. */
  final ConnBatch decode() {
    at = (at + 1) % MESSAGES;
    codec.decode(messages[at], decoded, counters);
    calls++;
    recordsDone += decoded.size();
    return decoded;
  }

  /** Encodes the next datagram. */
  final Datagram encode() {
    at = (at + 1) % MESSAGES;
    recordsDone += codec.encode(batches[at], 0, SYNC_ID, MAX_LENGTH, encoded);
    calls++;
    return encoded;
  }

  /** That the work was done, and gave what it had to. */
  @TearDown
  public void verify() {
    Checks.require(calls > 0, "nothing was done");
    Checks.require(recordsDone == calls * records, "%d records, %d calls", recordsDone, calls);
    Checks.require(counters.drops() == 0, "%d records were not sound", counters.drops());
    if (decoded.size() > 0) {
      for (int r = 0; r < records; r++) {
        Checks.require(Conns.agree(decoded, r, batches[at], r), "record %d is another", r);
      }
    } else {
      boolean same = Arrays.equals(encoded.toBytes(), messages[at].toBytes());
      Checks.require(same, "the bytes are others");
    }
  }
}

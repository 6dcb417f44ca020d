package org.ipvssync.role.master.internal;

import java.io.IOException;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnKey;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncSender;

/**
 * Sends the records of a batch in as many datagrams as it takes.
 *
 * <p>With several lanes the connection's key picks one, so that a connection keeps its order. The
 * codec is held while it looks at the records and while it encodes a datagram, never while that is
 * sent.
 *
 * <p>One thread; allocates nothing a record or datagram.
 */
final class BatchSender {
  /** Hears what became of records; the batch is the one that was sent, or a lane's part of it. */
  interface Outcome {
    /** The codec cannot carry this record. */
    void cannotCarry(ConnBatch batch, int index);

    /** Records {@code from} to the batch's end did not go out. */
    void unsent(ConnBatch batch, int from);
  }

  /** Bytes of a record of the commonest kind, by which a message is thought to be full at first. */
  private static final int USUAL_RECORD_BYTES = 36;

  private static final int GOOD_BATCH = 256;
  private static final int LEAST_CAPACITY = 512;
  private static final int MOST_CAPACITY = 8192;

  private final ServiceChoice<SyncCodec> codecs;
  private final LinkCounters counters;

  private int capacity;
  private int[] refused = {};

  // Where there are several lanes.
  private ConnBatch lane;
  private byte[] laneOf;

  private Datagram datagram;
  private int syncId;
  private int maxLength;
  private int lanes = 1;
  private int fullDatagram = 1;

  // Of the batch that is being sent.
  private SyncCodec codec;
  private SyncSender sender;
  private int recordsSent;
  private IOException failure;
  private Throwable fault;

  BatchSender(ServiceChoice<SyncCodec> codecs, LinkCounters counters) {
    this.codecs = codecs;
    this.counters = counters;
  }

  /**
   * Other limits from now on.
   *
   * @param maxLength longest message, bytes
   * @param lanes 1 to 64
   */
  void configure(int syncId, int maxLength, int lanes) {
    this.syncId = syncId;
    this.lanes = lanes;
    if (datagram == null || this.maxLength != maxLength) {
      this.maxLength = maxLength;
      datagram = new Datagram(maxLength);
      fullDatagram = Math.clamp(maxLength / USUAL_RECORD_BYTES, 1, ConnBatch.MAX_MESSAGE_RECORDS);
    }
    capacity = Math.clamp(2L * enough(), LEAST_CAPACITY, MOST_CAPACITY);
    if (refused.length < capacity) {
      refused = new int[capacity];
    }
    if (lanes > 1 && (lane == null || lane.capacity() < capacity)) {
      lane = new ConnBatch(capacity);
      laneOf = new byte[capacity];
    }
  }

  /** Most records that a batch may have. */
  int capacity() {
    return capacity;
  }

  /**
   * How many records are best sent together: full datagrams, going by the last full one; with
   * several lanes about as many on each. Two on each at least: one alone would never be found to
   * have room for more. More than a few hundred records would not stay in the nearest cache.
   */
  int most() {
    return Math.min(Math.max(2, GOOD_BATCH / enough()) * enough(), capacity - 1);
  }

  /** How many records fill a datagram on every lane, going by the last full one. */
  int enough() {
    return fullDatagram * lanes;
  }

  /** How many records of the last batch went out, also when it failed. */
  int recordsSent() {
    return recordsSent;
  }

  /**
   * Sends what can be sent.
   *
   * @throws IOException when a datagram did not go out; {@code outcome} has heard of all that is
   *     left
   */
  void send(ConnBatch batch, SyncSender by, Outcome outcome) throws IOException {
    sender = by;
    recordsSent = 0;
    failure = null;
    fault = null;
    int refusals;
    try {
      refusals = lookAtRecords(batch);
    } catch (RuntimeException | Error e) {
      letGo();
      refuse(batch, 0, outcome);
      throw e;
    }
    for (int i = 0; i < refusals; i++) {
      outcome.cannotCarry(batch, refused[i]);
    }
    if (lanes == 1) {
      sendLane(batch, 0, outcome);
    } else {
      sendLanes(batch, outcome);
    }
    throwWhatHappened();
  }

  private void throwWhatHappened() throws IOException {
    letGo();
    switch (fault) {
      case null -> {}
      case Error error -> throw error;
      default -> throw (RuntimeException) fault;
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Nothing of a bundle that may go is held on to. */
  private void letGo() {
    codec = null;
    sender = null;
  }

  /** Takes out what the codec cannot carry; without a codec nothing is sent at all. */
  private int lookAtRecords(ConnBatch batch) {
    int refusals = 0;
    codec = codecs.acquire();
    if (codec != null) {
      try {
        for (int i = 0; i < batch.size(); i++) {
          if (!batch.isSkipped(i) && !codec.carries(batch, i)) {
            refused[refusals++] = i;
          }
        }
      } finally {
        codecs.release();
      }
    }
    // Only now: a codec that threw has taken nothing out that nobody would hear of.
    for (int i = 0; i < refusals; i++) {
      batch.skip(refused[i]);
    }
    return refusals;
  }

  private void sendLanes(ConnBatch batch, Outcome outcome) {
    for (int i = 0; i < batch.size(); i++) {
      // The hash's high bits, without a division.
      laneOf[i] = (byte) ((ConnKey.hash(batch, i) & 0xffff_ffffL) * lanes >>> 32);
    }
    for (int l = 0; l < lanes; l++) {
      lane.clear();
      for (int i = 0; i < batch.size(); i++) {
        if (laneOf[i] == l && !batch.isSkipped(i)) {
          lane.addCopy(batch, i);
        }
      }
      sendLane(lane, l, outcome);
    }
  }

  /** Failures are kept, so that every lane's records are accounted for before one is thrown. */
  private void sendLane(ConnBatch batch, int laneNumber, Outcome outcome) {
    int from = 0;
    try {
      while (from < batch.size() && failure == null && fault == null) {
        int next = encode(batch, from);
        if (next < 0) {
          break;
        }
        if (next == from) {
          // Alone it is longer than the longest message.
          counters.increment(LinkCounter.RECORD_TOO_LONG);
          batch.skip(from);
          next++;
        } else if (datagram.length() > 0) {
          transmit(laneNumber);
          countSent(batch, from, next);
        }
        from = next;
      }
    } catch (IOException e) {
      counters.increment(LinkCounter.SEND_FAILED);
      failure = e;
    } catch (RuntimeException | Error e) {
      // Of the codec. Sent again, these records would only bring it about again.
      fault = e;
      refuse(batch, from, outcome);
      return;
    }
    if (from < batch.size()) {
      outcome.unsent(batch, from);
    }
  }

  /** What fails here is no fault of the records: they go through the next sender. */
  private void transmit(int laneNumber) throws IOException {
    try {
      sender.send(datagram, laneNumber);
    } catch (RuntimeException | Error e) {
      throw new IOException("the transport failed: " + e, e);
    }
  }

  private static void refuse(ConnBatch batch, int from, Outcome outcome) {
    for (int i = from; i < batch.size(); i++) {
      if (!batch.isSkipped(i)) {
        outcome.cannotCarry(batch, i);
      }
    }
  }

  /** As SyncCodec.encode; -1 when the codec that looked at the records is no longer there. */
  private int encode(ConnBatch batch, int from) {
    SyncCodec now = codecs.acquire();
    if (now == null) {
      return -1;
    }
    try {
      return now == codec ? now.encode(batch, from, syncId, maxLength, datagram) : -1;
    } finally {
      codecs.release();
    }
  }

  private void countSent(ConnBatch batch, int from, int next) {
    int records = 0;
    for (int i = from; i < next; i++) {
      if (!batch.isSkipped(i)) {
        records++;
      }
    }
    if (next < batch.size()) {
      // It ended because it was full.
      fullDatagram = records;
    }
    recordsSent += records;
    counters.increment(LinkCounter.DATAGRAMS);
    counters.add(LinkCounter.BYTES, datagram.length());
    counters.add(LinkCounter.RECORDS, records);
  }
}

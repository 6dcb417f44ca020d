package org.ipvssync.workload.internal;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.conn.RecordCheck;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncCodec;

/**
 * Takes messages into the node's table as the own load balancer's word. One thread.
 *
 * <p>A message is applied whole or not at all: the feeder is a program of ours, so a message with
 * anything wrong in it is a fault to be seen, not a peer's to be lived with.
 */
final class FeedIntake {
  private static final RecordCheck CHECK = new RecordCheck(RecordCheck.KERNEL_ENGINES);
  private static final long CODEC_POLL_NANOS = 5_000_000;

  private final ServiceChoice<SyncCodec> codec;
  private final InboundLink node;
  private final LinkCounters counters;
  private final SyncClock clock;
  private final ConnBatch batch = new ConnBatch();

  FeedIntake(
      ServiceChoice<SyncCodec> codec, InboundLink node, LinkCounters counters, SyncClock clock) {
    this.codec = codec;
    this.node = node;
    this.counters = counters;
    this.clock = clock;
  }

  /**
   * Decodes, checks and applies a message; waits while there is no codec, as nothing may be lost.
   *
   * @param stopped tells when to wait no longer
   * @return false when the message is malformed or the wait was given up; nothing was applied
   */
  boolean take(Datagram message, BooleanSupplier stopped) {
    long receivedNanos = clock.nanoTime();
    SyncCodec decoder = codec.acquire();
    while (decoder == null) {
      if (stopped.getAsBoolean()) {
        return false;
      }
      LockSupport.parkNanos(CODEC_POLL_NANOS);
      decoder = codec.acquire();
    }
    try {
      return decodeAndApply(decoder, message, receivedNanos);
    } finally {
      codec.release();
    }
  }

  private boolean decodeAndApply(SyncCodec decoder, Datagram message, long receivedNanos) {
    long dropsBefore = counters.drops();
    decoder.decode(message, batch, counters);
    CHECK.check(batch, counters);
    if (counters.drops() != dropsBefore) {
      return false;
    }
    counters.increment(LinkCounter.DATAGRAMS);
    counters.add(LinkCounter.RECORDS, batch.size());
    counters.add(LinkCounter.BYTES, message.length());
    node.apply(batch, MergeRule.AUTHORITATIVE, ConnTimeouts.KERNEL_DEFAULTS, counters);
    node.delays().recordNanos(clock.nanoTime() - receivedNanos, batch.size());
    return true;
  }
}

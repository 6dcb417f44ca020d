package org.ipvssync.workload.internal;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.node.DelayRecorder;
import org.ipvssync.api.node.DelayStats;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncCodec;

/** A node's way in that counts, and a codec that reads only how many records a message has. */
final class FakeNode implements InboundLink {
  final AtomicLong records = new AtomicLong();
  final AtomicInteger notAuthoritative = new AtomicInteger();

  /** Makes the next call fail. */
  final AtomicBoolean failing = new AtomicBoolean();

  @Override
  public void apply(ConnBatch batch, MergeRule rule, ConnTimeouts timeouts, LinkCounters counters) {
    records.addAndGet(batch.size());
    if (failing.getAndSet(false)) {
      throw new IllegalStateException("as the test asked");
    }
    if (rule != MergeRule.AUTHORITATIVE) {
      notAuthoritative.incrementAndGet();
    }
  }

  @Override
  public long absentMs() {
    return 0;
  }

  @Override
  public int horizon() {
    return 0;
  }

  @Override
  public DelayRecorder delays() {
    return new DelayRecorder() {
      @Override
      public void recordNanos(long nanos) {}

      @Override
      public void recordNanos(long nanos, long count) {}

      @Override
      public DelayStats stats() {
        return DelayStats.NONE;
      }
    };
  }

  @Override
  public void close() {}

  /** Reads {@code nr_conns} records; a message longer than its header has a broken record. */
  static final class CountingCodec implements SyncCodec {
    @Override
    public String name() {
      return "v1";
    }

    @Override
    public int version() {
      return 1;
    }

    @Override
    public boolean carriesTimeout() {
      return true;
    }

    @Override
    public boolean carries(ConnBatch batch, int index) {
      return true;
    }

    @Override
    public void decode(Datagram message, ConnBatch into, LinkCounters counters) {
      into.clear();
      int records = message.toBytes()[4] & 0xff;
      for (int i = 0; i < records; i++) {
        into.setProtocol(into.add(), 6);
      }
      if (message.length() > 8) {
        counters.increment(LinkCounter.RECORD_TYPE);
      }
    }

    @Override
    public int encode(ConnBatch batch, int from, int syncId, int maxLength, Datagram into) {
      throw new UnsupportedOperationException("a feed never encodes");
    }
  }
}

package org.ipvssync.api.fake;

import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.node.InboundLink;

/** Keeps what is applied to it, the records that are not skipped, up to its capacity. */
public final class FakeInbound implements InboundLink {
  private static final int CAPACITY = 4096;

  /** Where its records come from. */
  public final String horizon;

  /** Delays. */
  public final FakeDelays delays = new FakeDelays();

  /** All records that were applied. */
  public final ConnBatch applied = new ConnBatch(CAPACITY);

  private final long absentMs;
  private volatile int count;
  private volatile int version = -1;
  private volatile MergeRule rule;
  private volatile ConnTimeouts timeouts;
  private volatile boolean closed;

  FakeInbound(String horizon, long absentMs) {
    this.horizon = horizon;
    this.absentMs = absentMs;
  }

  @Override
  public void apply(ConnBatch batch, MergeRule by, ConnTimeouts defaults, LinkCounters counters) {
    for (int i = 0; i < batch.size(); i++) {
      if (!batch.isSkipped(i)) {
        if (!applied.isFull()) {
          applied.addCopy(batch, i);
        }
        count = count + 1;
      }
    }
    version = batch.version();
    rule = by;
    timeouts = defaults;
  }

  @Override
  public long absentMs() {
    return absentMs;
  }

  @Override
  public int horizon() {
    return 1;
  }

  /** How many records were applied. */
  public int count() {
    return count;
  }

  /** The version of the last batch. */
  public int version() {
    return version;
  }

  /** The rule of the last batch. */
  public MergeRule rule() {
    return rule;
  }

  /** The timeouts of the last batch. */
  public ConnTimeouts timeouts() {
    return timeouts;
  }

  /** True when it was closed. */
  public boolean isClosed() {
    return closed;
  }

  @Override
  public FakeDelays delays() {
    return delays;
  }

  @Override
  public void close() {
    closed = true;
  }
}

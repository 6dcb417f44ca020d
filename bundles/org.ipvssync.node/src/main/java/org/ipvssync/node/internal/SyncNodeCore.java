package org.ipvssync.node.internal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.node.DelayRecorder;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.OutboundLink;
import org.ipvssync.api.node.SwapStats;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.TableStatus;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.ConnTableProvider;

/** The node without a framework: one table, ways in, ways out. */
public final class SyncNodeCore implements SyncNode {
  /** Entries that one call to expire looks at, so that a writer waits only briefly. */
  private static final int EXPIRE_BUDGET = 2048;

  private final SyncClock clock;
  private final int ringCapacity;
  private final long startedMs;
  private final Horizons horizons = new Horizons();
  private final List<OutboundQueue> outbound = new CopyOnWriteArrayList<>();
  private final LongAdder refused = new LongAdder();
  private final TableHolder holder = new TableHolder(this::changed);

  /** Announces changes without an iterator: the array is replaced, never changed. */
  private volatile OutboundQueue[] announced = {};

  /**
   * A node without a table.
   *
   * @param ringCapacity changes whose order an outbound link knows, a power of two; beyond it the
   *     marks are walked
   */
  public SyncNodeCore(SyncClock clock, int ringCapacity) {
    this.clock = clock;
    this.ringCapacity = ringCapacity;
    this.startedMs = clock.nowMs();
  }

  /**
   * Takes a provider's table instead of the one there is, and moves the content.
   *
   * @return entries that did not fit into the new table
   */
  public int useTable(ConnTableProvider provider) {
    long nowMs = clock.nowMs();
    int lost =
        holder.exchange(
            provider,
            nowMs,
            (old, next) -> {
              for (OutboundQueue link : announced) {
                link.moveTo(old, next, nowMs);
              }
            });
    refused.add(lost);
    return lost;
  }

  /** Sweeps what is past its time; called regularly, by one thread. */
  public void expire() {
    boolean done = false;
    while (!done) {
      long stamp = holder.acquire();
      try {
        ConnTable table = holder.table();
        done = table == null || table.expire(clock.nowMs(), EXPIRE_BUDGET);
      } finally {
        holder.release(stamp);
      }
    }
  }

  @Override
  public InboundLink openInbound(String horizon) {
    return new Inbound(horizons.numberOf(horizon));
  }

  @Override
  public OutboundLink openOutbound(String name, String horizon) {
    // An outbound link to "the node itself" has nothing to be kept from.
    int number = horizon.isEmpty() ? -1 : horizons.numberOf(horizon);
    OutboundQueue link = new OutboundQueue(name, number, ringCapacity, this, holder, clock);
    long stamp = holder.acquire();
    try {
      synchronized (outbound) {
        if (outbound.stream().anyMatch(o -> o.name().equals(name))) {
          throw new IllegalArgumentException(
              "an outbound link named " + name + " is open already; choose another name");
        }
        if (holder.table() != null) {
          link.moveTo(null, holder.table(), clock.nowMs());
        }
        outbound.add(link);
        announced = outbound.toArray(OutboundQueue[]::new);
      }
    } finally {
      holder.release(stamp);
    }
    return link;
  }

  /** An outbound link was closed. */
  void closed(OutboundQueue link) {
    synchronized (outbound) {
      outbound.remove(link);
      announced = outbound.toArray(OutboundQueue[]::new);
    }
  }

  private void changed(int handle, int horizon, boolean destinationChanged) {
    OutboundQueue[] links = announced;
    if (links.length > 0) {
      long now = clock.nanoTime();
      for (OutboundQueue link : links) {
        link.changed(handle, horizon, destinationChanged, now);
      }
    }
  }

  @Override
  public long walk(long cursor, ConnBatch into) {
    long stamp = holder.acquire();
    try {
      ConnTable table = holder.table();
      return table == null ? -1 : table.walk(cursor, into, clock.nowMs());
    } finally {
      holder.release(stamp);
    }
  }

  @Override
  public TableStatus table() {
    long stamp = holder.acquire();
    try {
      ConnTable table = holder.table();
      return table == null
          ? new TableStatus("", 0, 0, 0, refused.sum(), SwapStats.NONE, "")
          : new TableStatus(
              holder.providerName(),
              table.size(),
              table.templates(),
              table.capacity(),
              refused.sum(),
              SwapStats.NONE,
              "");
    } finally {
      holder.release(stamp);
    }
  }

  @Override
  public long uptimeMs() {
    return clock.nowMs() - startedMs;
  }

  /** Closes the table; links that are still open find none. */
  public void close() {
    holder.close();
  }

  /** One way into the table. */
  private final class Inbound implements InboundLink {
    private final int horizon;
    private final HdrDelays delays = new HdrDelays();

    private Inbound(int horizon) {
      this.horizon = horizon;
    }

    @Override
    public void apply(
        ConnBatch batch, MergeRule rule, ConnTimeouts timeouts, LinkCounters counters) {
      long stamp = holder.acquire();
      try {
        ConnTable table = holder.table();
        if (table == null) {
          counters.add(LinkCounter.NO_TABLE, unskipped(batch));
          return;
        }
        long refusedBefore = counters.get(LinkCounter.TABLE_FULL);
        table.apply(batch, rule, timeouts, horizon, clock.nowMs(), counters);
        long refusedNow = counters.get(LinkCounter.TABLE_FULL) - refusedBefore;
        if (refusedNow > 0) {
          refused.add(refusedNow);
        }
      } finally {
        holder.release(stamp);
      }
    }

    /** What a check has taken out is counted already. */
    private static int unskipped(ConnBatch batch) {
      int count = 0;
      for (int i = 0; i < batch.size(); i++) {
        count += batch.isSkipped(i) ? 0 : 1;
      }
      return count;
    }

    @Override
    public DelayRecorder delays() {
      return delays;
    }

    @Override
    public void close() {
      // Nothing is kept for a way in.
    }
  }
}

package org.ipvssync.node.internal;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.link.SwapLog;
import org.ipvssync.api.node.DelayRecorder;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.OutboundLink;
import org.ipvssync.api.node.ParkedWay;
import org.ipvssync.api.node.Swap;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.TableStatus;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.ConnTableProvider;

/** The node without a framework: one table, ways in, ways out. */
public final class SyncNodeCore implements SyncNode {
  /** Entries that one call to expire looks at, so that an exchange of the table waits briefly. */
  private static final int EXPIRE_BUDGET = 2048;

  private final SyncClock clock;
  private final int ringCapacity;
  private final long startedMs;
  private final Horizons horizons = new Horizons();
  private final InboundWays inbound = new InboundWays();
  private final OwnWord ownWord = new OwnWord();

  /** What {@link #again} has found, for one caller at a time. */
  private final ConnBatch found = new ConnBatch();

  private final LongAdder refused = new LongAdder();
  private final OutboundLinks outbound;
  private final TableHolder holder;
  private final SwapLog swaps;
  private volatile TableAnswer tableAnswer = new TableAnswer("", 0);

  /** What the table in use is called in words; written by exchanges, which take turns. */
  private String tableLabel = "";

  /** A node without a table, which tells nobody what it does. */
  public SyncNodeCore(SyncClock clock, int ringCapacity) {
    this(clock, ringCapacity, LinkLog.SILENT);
  }

  /**
   * A node without a table.
   *
   * @param ringCapacity changes whose order an outbound link knows, a power of two; beyond it the
   *     marks are walked
   * @param log hears of swaps and of parked links
   */
  public SyncNodeCore(SyncClock clock, int ringCapacity, LinkLog log) {
    this.clock = clock;
    this.ringCapacity = ringCapacity;
    this.startedMs = clock.nowMs();
    this.outbound = new OutboundLinks(clock, log);
    this.holder = new TableHolder(clock, outbound, outbound, this::applyNow, log);
    this.swaps = new SwapLog("node", log);
  }

  /** As {@link #useTable(ConnTableProvider, String)}, the provider's name for people as well. */
  public int useTable(ConnTableProvider provider) {
    return useTable(provider, provider.name());
  }

  /**
   * Takes a provider's table instead of the one there is, and moves the content; the first one
   * brings what outlived the last process. When that fails, everything is as it was before.
   *
   * @param label the provider for people, such as {@code memory 1.0.0}
   * @return entries that did not fit into the new table; they count as refused
   * @throws IllegalStateException when the provider cannot make a table
   */
  public synchronized int useTable(ConnTableProvider provider, String label) {
    TableHolder.Exchange done = holder.exchange(provider);
    refused.add(done.lost());
    if (done.replaced()) {
      swaps.done(new Swap("table", tableLabel, label, done.pauseMicros(), done.waited()));
    }
    tableLabel = label;
    return done.lost();
  }

  /**
   * What {@code status} says beside the table.
   *
   * @param detail why it is not the configured one, or empty
   * @param attempts how often the configured one was asked for, this answer included
   */
  void setTableDetail(String detail, long attempts) {
    tableAnswer = new TableAnswer(detail, attempts);
  }

  /** Seen together, so that who has asked knows its answer from the one before. */
  private record TableAnswer(String detail, long attempts) {}

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
    long stamp = holder.acquire();
    try {
      return outbound.open(name, number, ringCapacity, holder);
    } finally {
      holder.release(stamp);
    }
  }

  @Override
  public List<ParkedWay> parked() {
    return outbound.parked();
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
  public void find(ConnBatch keys, ConnBatch into) {
    long stamp = holder.acquire();
    try {
      find(keys, 0, keys.size(), into);
    } finally {
      holder.release(stamp);
    }
  }

  /** In the table there is, which nobody exchanges meanwhile. */
  private void find(ConnBatch keys, int from, int to, ConnBatch into) {
    ConnTable table = holder.table();
    long nowMs = clock.nowMs();
    for (int i = from; i < to; i++) {
      if (table == null || keys.isSkipped(i) || !table.find(keys, i, into, nowMs)) {
        into.skip(into.add());
      }
    }
  }

  @Override
  public int again(String name, ConnBatch keys) {
    int there = 0;
    synchronized (found) {
      for (int from = 0; from < keys.size(); from += found.capacity()) {
        there += again(name, keys, from, Math.min(keys.size(), from + found.capacity()));
      }
    }
    return there;
  }

  private int again(String name, ConnBatch keys, int from, int to) {
    long stamp = holder.acquire();
    try {
      found.clear();
      find(keys, from, to, found);
      for (int i = 0; i < found.size(); i++) {
        found.setMoved(i, found.isMoved(i) || keys.isMoved(from + i));
      }
      return outbound.again(name, found);
    } finally {
      holder.release(stamp);
    }
  }

  @Override
  public TableStatus table() {
    long stamp = holder.acquire();
    try {
      ConnTable table = holder.table();
      TableAnswer answer = tableAnswer;
      return new TableStatus(
          holder.providerName(),
          table == null ? 0 : table.size(),
          table == null ? 0 : table.templates(),
          table == null ? 0 : table.capacity(),
          refused.sum(),
          swaps.stats(),
          answer.detail(),
          answer.attempts());
    } finally {
      holder.release(stamp);
    }
  }

  @Override
  public long uptimeMs() {
    return clock.nowMs() - startedMs;
  }

  /** Closes the table, whose content stays if it is kept; links that are open find none. */
  public void close() {
    holder.close();
  }

  /** Applies a batch to the table there is, which nobody exchanges meanwhile. */
  private void applyNow(
      ConnBatch batch, MergeRule rule, ConnTimeouts timeouts, int horizon, LinkCounters counters) {
    ConnTable table = holder.table();
    if (table == null) {
      counters.add(LinkCounter.NO_TABLE, Backlog.unskipped(batch));
      return;
    }
    long refusedBefore = counters.get(LinkCounter.TABLE_FULL);
    long nowMs = clock.nowMs();
    ownWord.hear(table, batch, rule, horizon, nowMs, counters);
    table.apply(batch, rule, timeouts, horizon, nowMs, counters);
    long refusedNow = counters.get(LinkCounter.TABLE_FULL) - refusedBefore;
    if (refusedNow > 0) {
      refused.add(refusedNow);
    }
  }

  /** One way into the table. */
  private final class Inbound implements InboundLink {
    private final int horizon;
    private final HdrDelays delays = new HdrDelays();
    private final long absentMs;
    private boolean closed;

    private Inbound(int horizon) {
      this.horizon = horizon;
      this.absentMs = inbound.opened(horizon, clock.nowMs());
    }

    @Override
    public void apply(
        ConnBatch batch, MergeRule rule, ConnTimeouts timeouts, LinkCounters counters) {
      holder.apply(batch, rule, timeouts, horizon, counters);
    }

    @Override
    public long absentMs() {
      return absentMs;
    }

    @Override
    public int horizon() {
      return horizon;
    }

    @Override
    public DelayRecorder delays() {
      return delays;
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        inbound.closed(horizon, clock.nowMs());
      }
    }
  }
}

package org.ipvssync.itests;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.workload.Workload;
import org.ipvssync.api.workload.WorkloadProvider;
import org.ipvssync.api.workload.WorkloadSpec;
import org.ipvssync.itests.agent.Load;

/**
 * Applies the workload's records at a steady rate, as the own load balancer's word, and keeps the
 * model of them. The workload's own time runs as fast as the rate needs, and when all its
 * connections have ended, it begins again: the same connections, opened anew. So the number of
 * connections stays within bounds however long it goes on.
 */
final class UpdateLoad implements Load {
  private static final int CONNECTIONS = 40_000;
  private static final int OPENED_A_SECOND = 12_500;
  private static final int MEAN_LIFE_MS = 200;
  private static final int BATCH = 64;
  private static final long TICK_NANOS = 1_000_000;
  private static final long NANOS_PER_S = 1_000_000_000L;

  private final WorkloadProvider provider;
  private final InboundLink inbound;
  private final long seed;
  private volatile int rate;
  private final Map<Entries.Key, Made> model = new HashMap<>();
  private final LinkCounters counters = new LinkCounters();
  private final Thread thread;
  private final ReentrantLock running = new ReentrantLock();
  private Workload workload;
  private long workloadMs;
  private long beginNanos = System.nanoTime();
  private long endNanos;
  private long updatesAtBegin;
  private volatile long updates;
  private volatile boolean closing;
  private volatile Throwable fault;

  private record Made(Entries.State state, long endNanos) {}

  UpdateLoad(WorkloadProvider provider, InboundLink inbound, long seed, int rate) {
    this.provider = provider;
    this.inbound = inbound;
    this.seed = seed;
    this.rate = rate;
    thread = Thread.ofPlatform().name("itest-load").daemon().start(this::run);
  }

  private void run() {
    try {
      workload = begin();
      ConnBatch batch = new ConnBatch(BATCH);
      while (!closing) {
        running.lock();
        try {
          catchUp(batch);
        } finally {
          running.unlock();
        }
        LockSupport.parkNanos(TICK_NANOS);
      }
    } catch (RuntimeException | Error e) {
      fault = e;
    } finally {
      inbound.close();
    }
  }

  private void catchUp(ConnBatch batch) {
    long nanos = System.nanoTime() - beginNanos;
    long due = updatesAtBegin + (long) (nanos * (double) rate / NANOS_PER_S);
    while (updates < due && !closing) {
      batch.clear();
      if (!workload.advance(workloadMs, batch)) {
        workloadMs++;
      }
      apply(batch);
      if (workload.opened() == CONNECTIONS && workload.live() == 0) {
        workload = begin();
        workloadMs = 0;
      }
    }
  }

  private Workload begin() {
    return provider.begin(new WorkloadSpec(seed, OPENED_A_SECOND, CONNECTIONS, MEAN_LIFE_MS));
  }

  private void apply(ConnBatch batch) {
    if (batch.size() == 0) {
      return;
    }
    inbound.apply(batch, MergeRule.AUTHORITATIVE, ConnTimeouts.KERNEL_DEFAULTS, counters);
    long now = System.nanoTime();
    for (int i = 0; i < batch.size(); i++) {
      model.put(
          Entries.Key.of(batch, i),
          new Made(Entries.State.of(batch, i), now + batch.timeoutS(i) * NANOS_PER_S));
    }
    updates += batch.size();
  }

  @Override
  public long updates() {
    throwFault();
    return updates;
  }

  @Override
  public double rate() {
    long until = running.isHeldByCurrentThread() ? endNanos : System.nanoTime();
    return (updates - updatesAtBegin) * (double) NANOS_PER_S / (until - beginNanos);
  }

  @Override
  public void pause() {
    if (!running.isHeldByCurrentThread()) {
      running.lock();
      endNanos = System.nanoTime();
    }
    throwFault();
  }

  @Override
  public void setRate(int updatesPerSecond) {
    rate = updatesPerSecond;
  }

  @Override
  public void resume() {
    beginNanos = System.nanoTime();
    updatesAtBegin = updates;
    running.unlock();
  }

  @Override
  public Map<String, String> model() {
    Map<String, String> all = new HashMap<>();
    model.forEach((key, made) -> all.put(key.toString(), made.state().toString()));
    return all;
  }

  @Override
  public Set<String> living(long marginMs) {
    long at = System.nanoTime() + marginMs * 1_000_000;
    Set<String> keys = new HashSet<>();
    model.forEach(
        (key, made) -> {
          if (made.endNanos() - at > 0) {
            keys.add(key.toString());
          }
        });
    return keys;
  }

  @Override
  public void close() {
    closing = true;
    if (running.isHeldByCurrentThread()) {
      running.unlock();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    throwFault();
  }

  private void throwFault() {
    if (fault != null) {
      throw new IllegalStateException("the load ended", fault);
    }
    if (counters.drops() != 0) {
      throw new IllegalStateException("the node dropped updates: " + counters.snapshot());
    }
  }
}

package org.ipvssync.resync.internal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.TableSource;

/**
 * Brings the table up to date before it is handed to somebody: once for all who ask at about the
 * same time, beside the thread that answers. Thread-safe.
 */
public final class SourceRefresh {
  /** A refresh is good for so long. */
  private static final long FRESH_MS = 5_000;

  /** A source that takes longer is not waited for. */
  private static final long LONGEST_MS = 30_000;

  private final List<TableSource> sources = new CopyOnWriteArrayList<>();
  private final Executor executor;
  private final SyncClock clock;
  private final LinkLog log;
  private boolean running;
  private boolean everDone;
  private long startedMs;
  private long doneMs;

  /**
   * No sources yet.
   *
   * @param executor where the sources are asked
   */
  public SourceRefresh(Executor executor, SyncClock clock, LinkLog log) {
    this.executor = executor;
    this.clock = clock;
    this.log = log;
  }

  /** One has come. */
  public void add(TableSource source) {
    sources.add(source);
  }

  /** One goes. */
  public void remove(TableSource source) {
    sources.remove(source);
  }

  /** Whether the table is up to date; if not, that is begun. */
  boolean isFresh() {
    if (sources.isEmpty()) {
      return true;
    }
    synchronized (this) {
      long nowMs = clock.nowMs();
      if (running) {
        return nowMs - startedMs > LONGEST_MS;
      }
      if (everDone && nowMs - doneMs < FRESH_MS) {
        return true;
      }
      running = true;
      startedMs = nowMs;
    }
    executor.execute(this::refresh);
    synchronized (this) {
      return !running;
    }
  }

  private void refresh() {
    try {
      for (TableSource source : sources) {
        refresh(source);
      }
    } finally {
      synchronized (this) {
        running = false;
        everDone = true;
        doneMs = clock.nowMs();
      }
    }
  }

  private void refresh(TableSource source) {
    try {
      source.refresh();
    } catch (RuntimeException e) {
      log.fault("resync: a source of connections failed; the table is handed on without it", e);
    }
  }
}

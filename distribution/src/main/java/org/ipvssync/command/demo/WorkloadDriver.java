package org.ipvssync.command.demo;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.workload.Workload;
import org.ipvssync.command.child.ChildFailure;

/** Lets the workload happen in real time and feeds it to the master. One thread. */
final class WorkloadDriver {
  private static final int BATCH = 1_024;
  private static final long TICK_NANOS = 2_000_000;
  private static final long NANOS_PER_MS = 1_000_000;

  private final Workload workload;
  private final FeedClient feed;
  private final WorkloadModel model;
  private final SyncClock clock;
  private final ConnBatch batch = new ConnBatch(BATCH);
  private final Punctuality punctuality;
  private final long beginNanos;
  private long elapsedMs;
  private long openingMs;
  private long opened;

  /** Is asked between two rounds whether all is well, and throws when it is not. */
  @FunctionalInterface
  interface Watch {
    void look(long elapsedMs) throws IOException, ChildFailure, InterruptedException;
  }

  /**
   * The workload begins now.
   *
   * @param windowNanos what {@link #isOnTime} looks back over, twice; a round may take half of it
   */
  WorkloadDriver(
      Workload workload, FeedClient feed, WorkloadModel model, SyncClock clock, long windowNanos) {
    this.workload = workload;
    this.feed = feed;
    this.model = model;
    this.clock = clock;
    this.beginNanos = clock.nanoTime();
    this.punctuality = new Punctuality(windowNanos / 2, 2 * windowNanos, beginNanos);
  }

  /**
   * Goes on until {@code end} says so, and returns at once then: the last changes have just been
   * written.
   *
   * @param end is given the milliseconds since the workload began
   */
  void runUntil(LongPredicate end, Watch watch)
      throws IOException, ChildFailure, InterruptedException {
    while (true) {
      round();
      if (end.test(elapsedMs)) {
        return;
      }
      watch.look(elapsedMs);
      model.sweepSometimes(clock.nanoTime());
      LockSupport.parkNanos(TICK_NANOS);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /** Milliseconds from the beginning to the last round. */
  long elapsedMs() {
    return elapsedMs;
  }

  /** Milliseconds from the beginning to the last round that opened a connection. */
  long openingMs() {
    return openingMs;
  }

  /** True when this process has not stood still lately, until that very moment. */
  boolean isOnTime(long nowNanos) {
    return punctuality.isOnTime(nowNanos);
  }

  private void round() throws IOException {
    long roundNanos = clock.nanoTime();
    punctuality.round(roundNanos);
    elapsedMs = (roundNanos - beginNanos) / NANOS_PER_MS;
    boolean more = true;
    while (more) {
      batch.clear();
      more = workload.advance(elapsedMs, batch);
      feed.send(batch);
    }
    if (workload.opened() != opened) {
      opened = workload.opened();
      openingMs = elapsedMs;
    }
    punctuality.round(clock.nanoTime());
  }
}

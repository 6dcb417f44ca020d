package org.ipvssync.role.backup.internal;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.conn.RecordCheck;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.Swap;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncHeader;

/**
 * What becomes of one received datagram: checked, decoded, applied, counted; or kept for a while.
 *
 * <p>The checks are the kernel's and come in its order: the length of its buffer and of the
 * shortest header, the size field, the sync id, then the version. Source: {@code
 * ip_vs_process_message} in net/netfilter/ipvs/ip_vs_sync.c.
 *
 * <p>A control message between nodes goes to those who listen for them, and is never decoded.
 *
 * <p>While no codec is there, or the one that a message needs left a moment ago, it is kept in a
 * spool, and everything that comes later goes behind it: what several masters say must stay in
 * order. {@link #drain} goes on with it as soon as that is possible.
 *
 * <p>One thread, but what is marked otherwise. Allocates nothing a datagram; what is wrong with one
 * is a counter.
 */
public final class BackupReceiver {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** A way that was left, with what came while it was in use. */
  private record OldWay(InboundLink inbound, long untilAdded) {}

  private final CodecChoices codecs;
  private final LinkCounters counters;
  private final SyncClock clock;
  private final CodecWatch watch;
  private final Consumer<Datagram> control;
  private final ConnBatch batch = new ConnBatch();
  private final DatagramSpool spool = new DatagramSpool();
  private final ArrayDeque<OldWay> oldWays = new ArrayDeque<>();

  private int syncId;
  private int maxLength;
  private RecordCheck check;
  private MergeRule rule;
  private ConnTimeouts timeouts;
  private InboundLink inbound;

  /** Takes nothing before {@link #adopt}, and tells swaps and control messages to nobody. */
  public BackupReceiver(CodecChoices codecs, LinkCounters counters, SyncClock clock) {
    this(codecs, counters, clock, swap -> {}, message -> {}, LinkLog.SILENT, "");
  }

  /**
   * Takes nothing before {@link #adopt}.
   *
   * @param swaps hears of each swap of a codec
   * @param control hears of each control message; keeps a copy of what it needs
   * @param log gets a line when a codec does not come back
   * @param title the link, at the start of such a line
   */
  public BackupReceiver(
      CodecChoices codecs,
      LinkCounters counters,
      SyncClock clock,
      Consumer<Swap> swaps,
      Consumer<Datagram> control,
      LinkLog log,
      String title) {
    this.codecs = codecs;
    this.counters = counters;
    this.clock = clock;
    this.control = control;
    watch = new CodecWatch(codecs, swaps, log, title);
  }

  /**
   * From now on other settings. What waits already goes the way that was given when it came; a way
   * that is left is closed when nothing waits for it any more.
   *
   * @param longest longest message that is taken, bytes
   * @param way where the records go
   */
  public void adopt(BackupSettings settings, int longest, InboundLink way) {
    syncId = settings.link().syncId();
    maxLength = longest;
    check = new RecordCheck(settings.persistenceEngines());
    rule = settings.rule();
    timeouts = settings.timeouts();
    spool.limit(settings.spoolKiB() * 1024L);
    watch.waitFor(settings.codecWaitMs());
    if (inbound != null && inbound != way) {
      oldWays.addLast(new OldWay(inbound, spool.added()));
      closeOldWays();
    }
    inbound = way;
    watch.look(clock.nanoTime());
    if (spool.isEmpty()) {
      watch.allDrained();
    }
  }

  /**
   * Takes one datagram.
   *
   * @param message the datagram; one that was longer than the buffer is cut, yet longer than the
   *     longest message
   * @param receivedNanos when it was received, by the clock
   */
  public void accept(Datagram message, long receivedNanos) {
    LinkCounter reason = reasonToDrop(message);
    if (reason == null && SyncHeader.isControl(message.segment(), message.length())) {
      counters.increment(LinkCounter.CONTROL);
      control.accept(message);
      return;
    }
    if (reason == null && !(spool.isEmpty() && read(message, inbound, receivedNanos, false) >= 0)) {
      reason = keep(message, receivedNanos);
    }
    if (reason != null) {
      counters.increment(reason);
    }
  }

  /**
   * Goes on with what waits, and takes notice of codecs that came or went.
   *
   * @param most most datagrams
   * @return how many do not wait any more
   */
  public int drain(int most) {
    if (watch.isDue()) {
      watch.look(clock.nanoTime());
    }
    int drained = 0;
    while (drained < most && !spool.isEmpty() && drainOne()) {
      drained++;
    }
    if (spool.isEmpty()) {
      watch.allDrained();
    }
    return drained;
  }

  /** Any thread: how many datagrams wait. */
  public int waiting() {
    return spool.size();
  }

  /** True when the next datagram would have to wait and may have no room. */
  public boolean isFull() {
    return (!spool.isEmpty() || !watch.anyPresent()) && !spool.hasRoom(maxLength);
  }

  /** Any thread: names of codecs that left a moment ago and are waited for; or empty. */
  public String awaited() {
    return watch.awaited();
  }

  /**
   * The link ends: goes on with what waits as far as that is possible, counts the rest, and closes
   * all ways.
   *
   * @param untilNanos when that has to end, by the clock
   */
  public void finish(long untilNanos) {
    LinkCounter reason = LinkCounter.SPOOL_OVERFLOW;
    watch.waitFor(0);
    try {
      while (!spool.isEmpty() && clock.nanoTime() - untilNanos < 0) {
        if (!drainOne() && !watch.anyPresent()) {
          reason = LinkCounter.NO_CODEC;
          break;
        }
      }
      if (spool.isEmpty()) {
        watch.allDrained();
      }
    } finally {
      counters.add(reason, spool.size());
      spool.close();
      closeOldWays();
      if (inbound != null) {
        inbound.close();
      }
    }
  }

  private LinkCounter reasonToDrop(Datagram message) {
    if (message.length() > maxLength) {
      if (SyncHeader.size(message.segment()) != maxLength) {
        return LinkCounter.TOO_LONG;
      }
      // A kernel's buffer holds no more than this, and its size field says that this is all.
      message.setLength(maxLength);
    }
    int length = message.length();
    if (length < SyncHeader.V0_BYTES) {
      return LinkCounter.TOO_SHORT;
    }
    if (SyncHeader.size(message.segment()) != length) {
      return LinkCounter.SIZE_MISMATCH;
    }
    boolean otherId = syncId != 0 && SyncHeader.syncId(message.segment()) != syncId;
    // Whom a control message asks, its listeners know: a master's id counts there, too.
    return otherId && !SyncHeader.isControl(message.segment(), length)
        ? LinkCounter.OTHER_SYNC_ID
        : null;
  }

  /**
   * Decodes a message and applies it.
   *
   * @param waited whether it comes out of the spool
   * @return the place of the codec's name; -1 when no codec reads it, and nothing was done
   */
  private int read(Datagram message, InboundLink way, long receivedNanos, boolean waited) {
    int version = SyncHeader.version(message.segment(), message.length());
    int slot = codecs.decode(version, message, batch, counters);
    if (slot < 0) {
      return slot;
    }
    int records = batch.size();
    counters.increment(LinkCounter.DATAGRAMS);
    counters.add(LinkCounter.BYTES, message.length());
    counters.add(LinkCounter.RECORDS, records);
    if (records > 0) {
      check.check(batch, counters);
      if (waited) {
        makeOlder((clock.nanoTime() - receivedNanos) / SECOND);
      }
      way.apply(batch, rule, timeouts, counters);
      way.delays().recordNanos(clock.nanoTime() - receivedNanos, records);
    }
    return slot;
  }

  /**
   * What has waited is not news: its life began when it came. A second is always left, so that even
   * the end of a connection has its effect.
   */
  private void makeOlder(long ageS) {
    for (int i = 0; i < batch.size() && ageS > 0; i++) {
      if (!batch.isSkipped(i)) {
        long lifeS = Integer.toUnsignedLong(batch.timeoutS(i));
        if (lifeS == 0) {
          lifeS = timeouts.secondsOf(batch.protocol(i), batch.flags(i), batch.state(i));
        }
        if (batch.remainingS(i) != 0) {
          lifeS = Math.min(lifeS, Integer.toUnsignedLong(batch.remainingS(i)));
        }
        batch.setRemainingS(i, (int) Math.max(1, lifeS - ageS));
      }
    }
  }

  /** Keeps a message that cannot be read now; else the reason to drop it. */
  private LinkCounter keep(Datagram message, long receivedNanos) {
    long now = clock.nanoTime();
    watch.look(now);
    int version = SyncHeader.version(message.segment(), message.length());
    if (spool.isEmpty() && !watch.isAwaited(version, now)) {
      return LinkCounter.NO_CODEC;
    }
    if (spool.isEmpty() && spool.limitBytes() == 0) {
      // Its codec may be back by now.
      return read(message, inbound, receivedNanos, false) >= 0 ? null : LinkCounter.NO_CODEC;
    }
    if (!spool.add(message, receivedNanos)) {
      return LinkCounter.SPOOL_OVERFLOW;
    }
    counters.increment(LinkCounter.SPOOLED);
    return null;
  }

  /** Takes the first out of the spool, unless its codec is waited for. */
  private boolean drainOne() {
    boolean goes = true;
    try {
      Datagram message = spool.first();
      int slot = read(message, wayOfFirst(), spool.firstArrivalNanos(), true);
      if (slot >= 0) {
        watch.drained(slot, batch.size());
      } else {
        int version = SyncHeader.version(message.segment(), message.length());
        long now = clock.nanoTime();
        watch.look(now);
        goes = !watch.isAwaited(version, now);
        if (goes) {
          counters.increment(LinkCounter.NO_CODEC);
        }
      }
    } finally {
      // Also one that its codec failed on: it would only fail again.
      if (goes) {
        spool.removeFirst();
        closeOldWays();
      }
    }
    return goes;
  }

  private InboundLink wayOfFirst() {
    return oldWays.isEmpty() ? inbound : oldWays.getFirst().inbound;
  }

  /** Closes the ways for which nothing waits any more. */
  private void closeOldWays() {
    while (!oldWays.isEmpty() && oldWays.getFirst().untilAdded <= spool.removed()) {
      oldWays.removeFirst().inbound.close();
    }
  }
}

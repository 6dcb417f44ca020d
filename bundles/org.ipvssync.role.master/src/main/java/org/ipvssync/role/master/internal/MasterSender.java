package org.ipvssync.role.master.internal;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.link.SwapTimer;
import org.ipvssync.api.node.OutboundLink;
import org.ipvssync.api.node.Swap;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncSender;

/**
 * Decides what a master sends and when: changes when a datagram's worth waits or the oldest has
 * waited long enough, and between them copies, slowly, of everything.
 *
 * <p>Works in rounds: {@link #duty} does what is due by one reading of the clock, {@link #idle}
 * waits for more. Source of the kernel's own ways: {@code sync_thread_master} in
 * net/netfilter/ipvs/ip_vs_sync.c.
 *
 * <p>One thread, but what is marked otherwise. Allocates nothing a round.
 */
public final class MasterSender {
  /** Longest wait; the interface is looked at so often, too. */
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Pause when changes wait that cannot be taken, since there is no table. */
  private static final long BARREN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** What a link may use to send what waits when it ends. */
  private static final long LAST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private static final int LAST_ROUNDS = 4096;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final ServiceChoice<SyncCodec> codecs;
  private final LinkCounters counters;
  private final SyncClock clock;
  private final SwapTimer codecSwap;
  private final BatchSender batchSender;
  private final RefreshPace pace = new RefreshPace();
  private final BatchSender.Outcome changeOutcome = new ChangeOutcome();
  private final BatchSender.Outcome copyOutcome = new CopyOutcome();

  private OutboundLink outbound;
  private ConnBatch taken;
  private ConnBatch copies;
  private long flushNanos;

  /** What one change may take, by the configured rate; 0 for as many as there are. */
  private long changeNanos;

  /** From when on the next changes may go. */
  private long changesFromNanos;

  private long codecChanges = -1;
  private boolean codecThere;
  private boolean copiesAllowed;
  private boolean copiesUnsent;
  private boolean barren;
  private boolean flushing;
  private long lookedNanos;

  /** Sends nothing before {@link #adopt}, and tells swaps of the codec to nobody. */
  public MasterSender(ServiceChoice<SyncCodec> codecs, LinkCounters counters, SyncClock clock) {
    this(codecs, counters, clock, swap -> {});
  }

  /**
   * Sends nothing before {@link #adopt}.
   *
   * @param swaps hears of each swap of the codec
   */
  public MasterSender(
      ServiceChoice<SyncCodec> codecs,
      LinkCounters counters,
      SyncClock clock,
      Consumer<Swap> swaps) {
    this.codecs = codecs;
    this.counters = counters;
    this.clock = clock;
    codecSwap = new SwapTimer("codec", swaps);
    batchSender = new BatchSender(codecs, counters);
    lookedNanos = clock.nanoTime();
  }

  /**
   * From now on other settings.
   *
   * @param maxLength longest message, bytes
   * @param from what is sent; another one begins with a pass of its own
   */
  public void adopt(MasterSettings settings, int maxLength, OutboundLink from) {
    boolean other = outbound != from;
    outbound = from;
    flushNanos = TimeUnit.MILLISECONDS.toNanos(settings.flushIntervalMs());
    int perSecond = settings.changesPerSecond();
    changeNanos = perSecond == 0 ? 0 : SECOND / perSecond;
    changesFromNanos = clock.nanoTime();
    batchSender.configure(
        settings.link().syncId(), maxLength, settings.link().address().syncPorts());
    pace.configure(
        settings.refreshPeriodS(), settings.refreshPerSecond(), ConnBatch.MAX_MESSAGE_RECORDS);
    if (other) {
      pace.startOver(clock.nanoTime());
    }
    if (taken == null || taken.capacity() != batchSender.capacity()) {
      taken = new ConnBatch(batchSender.capacity());
    }
    if (copies == null || copies.capacity() != pace.piece()) {
      copies = new ConnBatch(pace.piece());
    }
  }

  /**
   * One round.
   *
   * @return records sent; when 0, {@link #idle} may wait
   * @throws IOException when the sender is of no more use; what did not go out waits again
   */
  public int duty(SyncSender sender) throws IOException {
    long now = clock.nanoTime();
    lookAtInterface(sender, now);
    lookAtCodec(now);
    if (!codecThere) {
      return 0;
    }
    int sent = 0;
    if (isChangeDue(now)) {
      sent += sendChanges(sender);
    }
    if (copiesAllowed && !flushing && pace.isDue(now)) {
      sent += sendCopies(sender, now);
    }
    return sent;
  }

  /** Waits until a round has something to do, a second at most. */
  public void idle() {
    long now = clock.nanoTime();
    if (!codecThere) {
      outbound.await(Integer.MAX_VALUE, LOOK_NANOS);
      return;
    }
    long wait = Math.min(LOOK_NANOS, copiesAllowed ? pace.nanosToNext(now) : LOOK_NANOS);
    if (barren) {
      outbound.await(Integer.MAX_VALUE, Math.min(wait, BARREN_NANOS));
    } else if (outbound.pending() == 0) {
      outbound.await(1, wait);
    } else {
      long toFlush = outbound.oldestNanos() + flushNanos - now;
      long toTurn = changesFromNanos - now;
      if (toTurn > 0) {
        // However much waits.
        outbound.await(Integer.MAX_VALUE, Math.min(wait, Math.max(toFlush, toTurn)));
      } else {
        outbound.await(batchSender.enough(), Math.min(wait, toFlush));
      }
    }
  }

  /** Sends what waits without waiting for more, as far as that goes quickly; the link ends. */
  public void flush(SyncSender sender) throws IOException {
    long deadline = clock.nanoTime() + LAST_NANOS;
    flushing = true;
    barren = false;
    for (int i = 0; i < LAST_ROUNDS && !barren && outbound.pending() > 0; i++) {
      duty(sender);
      if (!codecThere || clock.nanoTime() - deadline > 0) {
        break;
      }
    }
    flushing = false;
  }

  /** Any thread: a pass over the whole table shall begin now. */
  public void push() {
    pace.push();
  }

  private void lookAtInterface(SyncSender sender, long now) throws IOException {
    if (now - lookedNanos >= LOOK_NANOS) {
      lookedNanos = now;
      if (!sender.isUsable()) {
        throw new IOException("the interface went away or was changed");
      }
    }
  }

  /** Notices another codec, and that one is gone. */
  private void lookAtCodec(long now) {
    // Read before: what changes meanwhile is looked at in the next round.
    long changes = codecs.changes();
    if (changes == codecChanges) {
      return;
    }
    codecSwap.missed(now);
    codecChanges = changes;
    copiesAllowed = false;
    SyncCodec codec = codecs.acquire();
    codecThere = codec != null;
    if (codecThere) {
      String label;
      try {
        // Of exactly this one, which is kept from changing.
        codecChanges = codecs.changes();
        label = codecs.label();
        copiesAllowed = codec.carriesTimeout();
      } finally {
        codecs.release();
      }
      // Perhaps this one can carry what the last one could not.
      outbound.releaseHeld();
      codecSwap.resumed(label, clock.nanoTime(), outbound.pending() + outbound.held());
    }
  }

  private boolean isChangeDue(long now) {
    int pending = outbound.pending();
    if (pending == 0) {
      return false;
    }
    if (flushing) {
      return true;
    }
    return now - changesFromNanos >= 0
        && (pending >= batchSender.enough() || now - outbound.oldestNanos() >= flushNanos);
  }

  private int sendChanges(SyncSender sender) throws IOException {
    long oldest = outbound.oldestNanos();
    int pending = outbound.pending();
    taken.clear();
    outbound.take(taken, batchSender.most(), counters);
    barren = taken.size() == 0 && outbound.pending() >= pending;
    batchSender.send(taken, sender, changeOutcome);
    int sent = batchSender.recordsSent();
    if (sent > 0) {
      changesFromNanos = clock.nanoTime() + sent * changeNanos;
      outbound.delays().recordNanos(clock.nanoTime() - oldest, sent);
    }
    return sent;
  }

  private int sendCopies(SyncSender sender, long now) throws IOException {
    if (pace.takeRestart()) {
      outbound.restartCopies();
    }
    copies.clear();
    copiesUnsent = false;
    boolean last = outbound.copies(copies, pace.isAskedFor());
    try {
      batchSender.send(copies, sender, copyOutcome);
    } finally {
      int sent = batchSender.recordsSent();
      counters.add(LinkCounter.COPIES, sent);
      // One that holds nothing, for want of a table or because all came from there, costs as much
      // as a full one, so that nobody asks for the next at once.
      int cost = copies.size() == 0 ? pace.piece() : Math.max(1, sent);
      pace.sent(cost, last && !copiesUnsent, now);
      if (copiesUnsent) {
        pace.cutOff();
      } else if (last) {
        counters.increment(LinkCounter.PASSES);
        if (pace.answersAll()) {
          counters.increment(LinkCounter.PUSHED_PASSES);
        }
      }
    }
    return batchSender.recordsSent();
  }

  private final class ChangeOutcome implements BatchSender.Outcome {
    @Override
    public void cannotCarry(ConnBatch batch, int index) {
      outbound.hold(batch, index);
      if (index + 1 == batch.size() || batch.handle(index) != batch.handle(index + 1)) {
        // One change, also where another record goes ahead of its own.
        counters.increment(LinkCounter.HELD_BY_CODEC);
      }
    }

    @Override
    public void unsent(ConnBatch batch, int from) {
      outbound.restore(batch, from, batch.size());
    }
  }

  private final class CopyOutcome implements BatchSender.Outcome {
    @Override
    public void cannotCarry(ConnBatch batch, int index) {
      // A copy waits for nothing: the next pass brings another.
      counters.increment(LinkCounter.COPY_NOT_CARRIED);
    }

    @Override
    public void unsent(ConnBatch batch, int from) {
      copiesUnsent = true;
    }
  }
}

package org.ipvssync.role.backup.internal;

import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.conn.RecordCheck;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncHeader;

/**
 * What becomes of one received datagram: checked, decoded, applied, counted.
 *
 * <p>The checks are the kernel's and come in its order: the length of its buffer and of the
 * shortest header, the size field, the sync id, then the version. Source: {@code
 * ip_vs_process_message} in net/netfilter/ipvs/ip_vs_sync.c.
 *
 * <p>One thread. Allocates nothing a datagram; what is wrong with one is a counter.
 */
public final class BackupReceiver {
  private final CodecChoices codecs;
  private final LinkCounters counters;
  private final SyncClock clock;
  private final ConnBatch batch = new ConnBatch();

  private int syncId;
  private int maxLength;
  private RecordCheck check;
  private MergeRule rule;
  private ConnTimeouts timeouts;
  private InboundLink inbound;

  /** Takes nothing before {@link #adopt}. */
  public BackupReceiver(CodecChoices codecs, LinkCounters counters, SyncClock clock) {
    this.codecs = codecs;
    this.counters = counters;
    this.clock = clock;
  }

  /**
   * From now on other settings.
   *
   * @param maxLength longest message that is taken, bytes
   * @param inbound where the records go
   */
  public void adopt(BackupSettings settings, int maxLength, InboundLink inbound) {
    this.syncId = settings.link().syncId();
    this.maxLength = maxLength;
    this.check = new RecordCheck(settings.persistenceEngines());
    this.rule = settings.rule();
    this.timeouts = settings.timeouts();
    this.inbound = inbound;
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
    if (reason != null) {
      counters.increment(reason);
      return;
    }
    int version = SyncHeader.version(message.segment(), message.length());
    if (!codecs.decode(version, message, batch, counters)) {
      counters.increment(LinkCounter.NO_CODEC);
      return;
    }
    int records = batch.size();
    counters.increment(LinkCounter.DATAGRAMS);
    counters.add(LinkCounter.BYTES, message.length());
    counters.add(LinkCounter.RECORDS, records);
    if (records > 0) {
      check.check(batch, counters);
      inbound.apply(batch, rule, timeouts, counters);
      inbound.delays().recordNanos(clock.nanoTime() - receivedNanos, records);
    }
  }

  private LinkCounter reasonToDrop(Datagram message) {
    int length = message.length();
    if (length > maxLength) {
      return LinkCounter.TOO_LONG;
    }
    if (length < SyncHeader.V0_BYTES) {
      return LinkCounter.TOO_SHORT;
    }
    if (SyncHeader.size(message.segment()) != length) {
      return LinkCounter.SIZE_MISMATCH;
    }
    boolean otherId = syncId != 0 && SyncHeader.syncId(message.segment()) != syncId;
    return otherId ? LinkCounter.OTHER_SYNC_ID : null;
  }
}

package org.ipvssync.resync.internal;

import java.util.Set;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.conn.RecordCheck;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncCodec;

/** Puts what a peer's table has into the own one, where it lacks it. One thread. */
public final class Intake implements AutoCloseable {
  private final ServiceChoice<SyncCodec> codec;
  private final InboundLink way;
  private final RecordCheck check;
  private final LinkCounters counters = new LinkCounters();
  private final ConnBatch batch = new ConnBatch();

  /**
   * An intake of one resync.
   *
   * @param codec chooses version 1
   * @param way into the node; closed with this
   * @param engines persistence engines that are known
   */
  public Intake(ServiceChoice<SyncCodec> codec, InboundLink way, Set<String> engines) {
    this.codec = codec;
    this.way = way;
    this.check = new RecordCheck(engines);
  }

  /** Takes a version 1 message; false when no codec is there to read it. */
  boolean take(Datagram message) {
    SyncCodec chosen = codec.acquire();
    if (chosen == null) {
      return false;
    }
    try {
      chosen.decode(message, batch, counters);
    } finally {
      codec.release();
    }
    counters.increment(LinkCounter.DATAGRAMS);
    counters.add(LinkCounter.RECORDS, batch.size());
    check.check(batch, counters);
    // The peer lets nothing go without seconds, so that defaults are not needed.
    way.apply(batch, MergeRule.INSERT_IF_ABSENT, ConnTimeouts.KERNEL_DEFAULTS, counters);
    return true;
  }

  /** Any thread: how many of them were not there before. */
  public long inserted() {
    return counters.get(LinkCounter.INSERTED);
  }

  /** Any thread: records that were dropped, whatever the reason. */
  public long drops() {
    return counters.drops();
  }

  @Override
  public void close() {
    way.close();
  }
}

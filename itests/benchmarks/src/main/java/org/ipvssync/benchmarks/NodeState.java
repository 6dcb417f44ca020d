package org.ipvssync.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.LinkSettings;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.OutboundLink;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncSender;
import org.ipvssync.codec.v1.internal.V1Codec;
import org.ipvssync.node.internal.SyncNodeCore;
import org.ipvssync.role.master.internal.MasterSender;
import org.ipvssync.role.master.internal.MasterSettings;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A node with a full table, a way in, and a master link to nowhere. */
@State(Scope.Thread)
public abstract class NodeState {
  private static final int BATCHES = 25;

  /** Changes that one invocation works on. */
  static final int RECORDS = BATCHES * Traffic.BATCH;

  /** As a node has it that nobody configured. */
  private static final int CHANGE_RING = 1 << 16;

  /** As a master link takes them. */
  private static final int MOST_TAKEN = 1024;

  private static final int FLUSH_MS = 20;
  private static final int REFRESH_PER_SECOND = 20_000;

  @Param({"10000", "1000000"})
  public int size;

  final LinkCounters received = new LinkCounters();
  final LinkCounters sent = new LinkCounters();
  OutboundLink outbound;
  long changesDone;

  private final ConnBatch taken = new ConnBatch(MOST_TAKEN);
  private final ConnBatch[] batches = new ConnBatch[BATCHES];
  private final Nowhere wire = new Nowhere();
  private SyncNodeCore node;
  private InboundLink inbound;
  private MasterSender sender;
  private Traffic traffic;

  /** Fills the node's table, and sends what that has changed. */
  @Setup
  public final void open() throws IOException {
    node = new SyncNodeCore(SyncClock.SYSTEM, CHANGE_RING);
    node.useTable(Tables.provider(Tables.MEMORY, size));
    inbound = node.openInbound("peer");
    Traffic.fill(size, this::apply);
    outbound = node.openOutbound("master", "elsewhere");
    sender = sender();
    traffic = new Traffic(size);
    for (int b = 0; b < BATCHES; b++) {
      batches[b] = new ConnBatch();
    }
  }

  private MasterSender sender() {
    ServiceChoice<SyncCodec> codecs = new ServiceChoice<>(SyncCodec::name, "v1");
    codecs.add(new V1Codec(), Map.of("service.id", 1L), "1.0.0");
    MasterSender made = new MasterSender(codecs, sent, SyncClock.SYSTEM);
    LinkAddress address =
        new LinkAddress("none", InetAddress.ofLiteral("224.0.0.81"), 8848, 1, 1, 0, false);
    LinkSettings link = new LinkSettings("master", address, 7, 0, "none", "elsewhere", 30);
    made.adopt(
        new MasterSettings(link, "v1", FLUSH_MS, 0, REFRESH_PER_SECOND, 0),
        CodecWork.MAX_LENGTH,
        outbound);
    return made;
  }

  private void apply(ConnBatch batch) {
    inbound.apply(batch, MergeRule.KERNEL_SYNC, ConnTimeouts.KERNEL_DEFAULTS, received);
  }

  /** Decodes the next batches of known connections. */
  final void decode() {
    for (ConnBatch batch : batches) {
      traffic.receive(batch, received);
    }
  }

  /** Changes these connections. */
  final void change() {
    for (ConnBatch batch : batches) {
      apply(batch);
    }
    changesDone += RECORDS;
  }

  /** Takes all that waits; returns how many records that were. */
  final int take() {
    int records = 0;
    boolean more = true;
    while (more) {
      taken.clear();
      more = outbound.take(taken, sent);
      records += taken.size();
    }
    return records;
  }

  /** Sends all that waits. */
  final long send() throws IOException {
    while (sender.duty(wire) > 0) {
      // Until nothing is due.
    }
    return wire.bytes;
  }

  /** How much the master link has sent, bytes. */
  final long bytesSent() {
    return wire.bytes;
  }

  /** That all that was changed was announced, and nothing dropped. */
  @TearDown
  public final void close() {
    take();
    long updated = received.get(LinkCounter.UPDATED);
    long announced = sent.get(LinkCounter.CHANGES);
    Checks.require(changesDone > 0, "nothing was done");
    Checks.require(updated == changesDone, "%d updated, not %d", updated, changesDone);
    Checks.require(announced == changesDone, "%d announced, not %d", announced, changesDone);
    Checks.require(node.table().connections() == size, "%s", node.table());
    Checks.require(received.drops() + sent.drops() == 0, "some were dropped");
    verify();
    outbound.close();
    inbound.close();
    node.close();
  }

  /** What is special to a work. */
  abstract void verify();

  /** Takes datagrams and counts them. */
  private static final class Nowhere implements SyncSender {
    private long bytes;

    @Override
    public void send(Datagram datagram, int lane) {
      bytes += datagram.length();
    }

    @Override
    public int defaultMaxLength() {
      return CodecWork.MAX_LENGTH;
    }

    @Override
    public boolean isUsable() {
      return true;
    }

    @Override
    public void close() {}
  }
}

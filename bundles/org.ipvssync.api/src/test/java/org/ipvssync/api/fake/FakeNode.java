package org.ipvssync.api.fake;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.OutboundLink;
import org.ipvssync.api.node.ParkedWay;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.TableStatus;

/** A node without a table: its links are test objects. */
public final class FakeNode implements SyncNode {
  /** Ways in that were opened, in order. */
  public final List<FakeInbound> inbounds = new CopyOnWriteArrayList<>();

  /** Ways out that were opened, in order. */
  public final List<FakeOutbound> outbounds = new CopyOnWriteArrayList<>();

  /** What ways in that are opened say of the time before. */
  public volatile long absentMs;

  /** Why no way is opened; null when one is. */
  public volatile String failure;

  private final SyncClock clock;

  /** A node; with a {@link SimClock}, waits of its links move that clock. */
  public FakeNode(SyncClock clock) {
    this.clock = clock;
  }

  @Override
  public InboundLink openInbound(String horizon) {
    failIfTold();
    FakeInbound link = new FakeInbound(horizon, absentMs);
    inbounds.add(link);
    return link;
  }

  @Override
  public OutboundLink openOutbound(String name, String horizon) {
    failIfTold();
    if (outbounds.stream().anyMatch(o -> o.name.equals(name) && !o.isClosed())) {
      throw new IllegalArgumentException("an outbound link named " + name + " is open already");
    }
    FakeOutbound link = new FakeOutbound(name, horizon, clock);
    outbounds.stream()
        .filter(o -> o.name.equals(name) && o.isParked())
        .findFirst()
        .ifPresent(link::goOnFrom);
    outbounds.add(link);
    return link;
  }

  private void failIfTold() {
    String reason = failure;
    if (reason != null) {
      throw new IllegalStateException(reason);
    }
  }

  @Override
  public List<ParkedWay> parked() {
    return List.of();
  }

  @Override
  public long walk(long cursor, ConnBatch into) {
    return -1;
  }

  @Override
  public void find(ConnBatch keys, ConnBatch into) {
    for (int i = 0; i < keys.size(); i++) {
      into.skip(into.add());
    }
  }

  @Override
  public int again(String outbound, ConnBatch keys) {
    return 0;
  }

  @Override
  public TableStatus table() {
    return TableStatus.NONE;
  }

  @Override
  public long uptimeMs() {
    return clock.nowMs();
  }
}

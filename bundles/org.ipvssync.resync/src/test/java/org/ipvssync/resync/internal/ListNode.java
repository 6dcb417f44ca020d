package org.ipvssync.resync.internal;

import java.util.ArrayList;
import java.util.List;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.fake.FakeNode;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.OutboundLink;
import org.ipvssync.api.node.ParkedWay;
import org.ipvssync.api.node.SwapStats;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.TableStatus;

/** A node whose table is a list; what is applied to it goes to a test object. */
final class ListNode implements SyncNode {
  /** The life of each entry, milliseconds. */
  final List<Long> rows = new ArrayList<>();

  /** Name of the table in use; empty for none. */
  volatile String provider = "list";

  private final FakeNode ways;

  ListNode(SyncClock clock) {
    ways = new FakeNode(clock);
  }

  void add(int count, long lifeMs) {
    for (int i = 0; i < count; i++) {
      rows.add(lifeMs);
    }
  }

  /** The ways in. */
  FakeNode ways() {
    return ways;
  }

  @Override
  public long walk(long cursor, ConnBatch into) {
    for (long at = cursor; at >= 0 && at < rows.size(); at++) {
      if (into.isFull()) {
        return at;
      }
      int i = into.add();
      into.setProtocol(i, 6);
      into.setState(i, 1);
      into.setCaddrWord(i, 0, (int) at);
      into.setExpiresMs(i, rows.get((int) at));
    }
    return -1;
  }

  @Override
  public TableStatus table() {
    return new TableStatus(provider, rows.size(), 0, 1_000, 0, SwapStats.NONE, "", 1);
  }

  @Override
  public InboundLink openInbound(String horizon) {
    return ways.openInbound(horizon);
  }

  @Override
  public OutboundLink openOutbound(String name, String horizon) {
    return ways.openOutbound(name, horizon);
  }

  @Override
  public List<ParkedWay> parked() {
    return List.of();
  }

  @Override
  public void find(ConnBatch keys, ConnBatch into) {
    ways.find(keys, into);
  }

  @Override
  public int again(String outbound, ConnBatch keys) {
    return 0;
  }

  @Override
  public long uptimeMs() {
    return ways.uptimeMs();
  }
}

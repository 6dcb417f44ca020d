package org.ipvssync.kernel.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.fake.FakeDelays;
import org.ipvssync.api.node.DelayRecorder;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.OutboundLink;
import org.ipvssync.api.node.ParkedWay;
import org.ipvssync.api.node.SwapStats;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.TableStatus;

/** A node with a table that is a list: exact keys, AUTHORITATIVE alone. */
final class TestNode implements SyncNode {
  /** Number of the horizon of every way in. */
  static final int KERNEL = 7;

  /** Number of some peer's horizon. */
  static final int PEER = 3;

  /** Records that were sent again, as /proc would print them, with the link's name. */
  final List<String> again = new ArrayList<>();

  private static final int MAX = 4096;

  private final SyncClock clock;
  private final ConnBatch entries = new ConnBatch(MAX);
  private final Map<String, Integer> byKey = new HashMap<>();
  private final Map<Integer, Long> endsMs = new HashMap<>();

  /** What happens after each look for what a batch would meet. */
  Runnable afterFind = () -> {};

  private int exchanges;

  TestNode(SyncClock clock) {
    this.clock = clock;
  }

  private static String key(ConnBatch batch, int i) {
    return batch.isTemplate(i)
        + " "
        + batch.protocol(i)
        + " "
        + ConnText.address(batch, i, ConnText.Address.CADDR)
        + " "
        + batch.cport(i)
        + " "
        + ConnText.address(batch, i, ConnText.Address.VADDR)
        + " "
        + batch.vport(i)
        + ConnText.peData(batch, i);
  }

  /** Puts a record into the table as from a horizon, with so much left of its timeout. */
  void put(ConnBatch from, int index, int horizon, long leftMs) {
    Integer known = byKey.get(key(from, index));
    ConnBatch one = new ConnBatch(1);
    int i = known == null ? entries.addCopy(from, index) : known;
    if (known != null) {
      one.addCopy(from, index);
      copyOver(one, i);
    }
    entries.setHorizon(i, horizon);
    entries.setHandle(i, i);
    byKey.put(key(from, index), i);
    endsMs.put(i, clock.nowMs() + leftMs);
  }

  private void copyOver(ConnBatch one, int i) {
    entries.setFlags(i, one.flags(0));
    entries.setCopy(i, one.isCopy(0));
    entries.setFwmark(i, one.fwmark(0));
    entries.setState(i, one.state(0));
    entries.setTimeoutS(i, one.timeoutS(0));
    entries.setRemainingS(i, one.remainingS(0));
    entries.setPorts(i, one.cport(0), one.vport(0), one.dport(0));
    for (int w = 0; w < 4; w++) {
      entries.setDaddrWord(i, w, one.daddrWord(0, w));
    }
  }

  /** An entry has ended, and one with another client port has got its handle. */
  void exchangeEntry(int i, int cport) {
    byKey.remove(key(entries, i));
    entries.setPorts(i, cport, entries.vport(i), entries.dport(i));
    byKey.put(key(entries, i), i);
  }

  /** Another table has the entries from now on, under other handles. */
  void exchangeTable() {
    exchanges++;
    for (int i = 0; i < entries.size(); i++) {
      entries.setHandle(i, entries.handle(i) + MAX);
    }
  }

  /** The table. */
  ConnBatch entries() {
    for (int i = 0; i < entries.size(); i++) {
      entries.setExpiresMs(i, endsMs.get(i) - clock.nowMs());
    }
    return entries;
  }

  @Override
  public InboundLink openInbound(String horizon) {
    return new In();
  }

  @Override
  public OutboundLink openOutbound(String name, String horizon) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<ParkedWay> parked() {
    return List.of();
  }

  @Override
  public long walk(long cursor, ConnBatch into) {
    ConnBatch all = entries();
    int i = (int) cursor;
    while (i < all.size() && !into.isFull()) {
      if (all.expiresMs(i) > 0) {
        into.addCopy(all, i);
      }
      i++;
    }
    return i == all.size() ? -1 : i;
  }

  @Override
  public void find(ConnBatch keys, ConnBatch into) {
    ConnBatch all = entries();
    for (int i = 0; i < keys.size(); i++) {
      Integer found = keys.isSkipped(i) ? null : byKey.get(key(keys, i));
      if (found == null || all.expiresMs(found) <= 0) {
        into.skip(into.add());
      } else {
        into.addCopy(all, found);
      }
    }
    afterFind.run();
  }

  @Override
  public int again(String outbound, ConnBatch keys) {
    for (int i = 0; i < keys.size(); i++) {
      again.add(outbound + " " + key(keys, i) + (keys.isMoved(i) ? " moved" : ""));
    }
    return keys.size();
  }

  @Override
  public TableStatus table() {
    SwapStats swaps = new SwapStats(exchanges, 0, null);
    return new TableStatus("list", entries.size(), 0, MAX, 0, swaps, "", 0);
  }

  @Override
  public long uptimeMs() {
    return clock.nowMs();
  }

  private final class In implements InboundLink {
    @Override
    public void apply(
        ConnBatch batch, MergeRule rule, ConnTimeouts timeouts, LinkCounters counters) {
      if (rule != MergeRule.AUTHORITATIVE) {
        throw new AssertionError("the kernel's word is right: " + rule);
      }
      for (int i = 0; i < batch.size(); i++) {
        if (!batch.isSkipped(i)) {
          boolean known = byKey.containsKey(key(batch, i));
          counters.increment(known ? LinkCounter.UPDATED : LinkCounter.INSERTED);
          int lifeS = batch.remainingS(i) > 0 ? batch.remainingS(i) : batch.timeoutS(i);
          put(batch, i, KERNEL, lifeS * 1000L);
        }
      }
    }

    @Override
    public long absentMs() {
      return 0;
    }

    @Override
    public int horizon() {
      return KERNEL;
    }

    @Override
    public DelayRecorder delays() {
      return new FakeDelays();
    }

    @Override
    public void close() {}
  }
}

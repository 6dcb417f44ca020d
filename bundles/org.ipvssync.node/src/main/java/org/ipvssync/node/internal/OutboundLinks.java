package org.ipvssync.node.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.node.ParkedWay;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.table.ChangeListener;

/**
 * All ways out: those that are open, and those that were left for a successor of the same name. To
 * both every change is announced. Thread-safe.
 */
final class OutboundLinks implements ChangeListener, TableHolder.Marks {
  /** Most parked ways: each costs memory and a little of every change, perhaps for good. */
  static final int MOST_PARKED = 16;

  private final SyncClock clock;
  private final LinkLog log;
  private final Map<String, OutboundWay> open = new HashMap<>();

  /** The first is parked longest. */
  private final SequencedMap<String, OutboundQueue> parked = new LinkedHashMap<>();

  /** Announces changes without an iterator: the array is replaced, never changed. */
  private volatile OutboundQueue[] announced = {};

  /** While an exchange goes on: those whose marks are carried. */
  private OutboundQueue[] carried = {};

  OutboundLinks(SyncClock clock, LinkLog log) {
    this.clock = clock;
    this.log = log;
  }

  /**
   * Opens a way. Called under the table's lock for reading.
   *
   * @param horizon number of where the records go; -1 when nothing is to be kept from there
   * @param ringCapacity changes whose order is known
   * @throws IllegalArgumentException when one of that name is open
   */
  OutboundWay open(String name, int horizon, int ringCapacity, TableHolder holder) {
    OutboundQueue left;
    OutboundWay way;
    synchronized (this) {
      if (open.containsKey(name)) {
        throw new IllegalArgumentException(
            "an outbound link named " + name + " is open already; two need two names");
      }
      left = parked.remove(name);
      OutboundQueue queue = left;
      if (queue == null) {
        int handleLimit = holder.table() == null ? 0 : holder.table().handleLimit();
        queue = new OutboundQueue(name, horizon, ringCapacity, handleLimit, clock);
      } else {
        queue.resume(horizon);
      }
      way = new OutboundWay(queue, this, holder, clock);
      open.put(name, way);
      announce();
    }
    if (left != null) {
      log.info("outbound link " + name + " goes on with " + waiting(left));
    }
    return way;
  }

  /** See {@link org.ipvssync.api.node.SyncNode#parked}. */
  synchronized List<ParkedWay> parked() {
    return parked.values().stream()
        .map(q -> new ParkedWay(q.name(), Math.max(0, q.pending().pending()), q.pending().held()))
        .toList();
  }

  /** What waits in a way is forgotten; nothing happens when it was left before. */
  synchronized void close(OutboundWay way) {
    if (way.leave()) {
      open.remove(way.queue().name());
      announce();
    }
  }

  /** What waits in a way waits for a successor; nothing happens when it was left before. */
  void park(OutboundWay way) {
    OutboundQueue queue = way.queue();
    OutboundQueue forgotten = null;
    synchronized (this) {
      if (!way.leave()) {
        return;
      }
      open.remove(queue.name());
      parked.put(queue.name(), queue);
      if (parked.size() > MOST_PARKED) {
        forgotten = parked.pollFirstEntry().getValue();
      }
      announce();
    }
    if (!queue.pending().isEmpty()) {
      log.info("outbound link " + queue.name() + " is parked with " + waiting(queue));
    }
    if (forgotten != null) {
      log.warn(
          "outbound link "
              + forgotten.name()
              + " was parked longest of "
              + (MOST_PARKED + 1)
              + " and is forgotten with "
              + waiting(forgotten)
              + "; should it come back, its first refresh brings the backups up to date");
    }
  }

  private static String waiting(OutboundQueue queue) {
    PendingChanges changes = queue.pending();
    return changes.pending() + " changes waiting, " + changes.held() + " held";
  }

  /**
   * See {@link org.ipvssync.api.node.SyncNode#again}. Called under the table's lock for reading.
   *
   * @param entries as the table gave them
   */
  int again(String name, ConnBatch entries) {
    for (OutboundQueue queue : announced) {
      if (queue.name().equals(name)) {
        return queue.again(entries);
      }
    }
    return 0;
  }

  private void announce() {
    List<OutboundQueue> all = new ArrayList<>(parked.values());
    open.values().forEach(way -> all.add(way.queue()));
    announced = all.toArray(OutboundQueue[]::new);
  }

  @Override
  public void changed(int handle, int horizon, boolean destinationChanged) {
    OutboundQueue[] queues = announced;
    if (queues.length > 0) {
      long now = clock.nanoTime();
      for (OutboundQueue queue : queues) {
        queue.changed(handle, horizon, destinationChanged, now);
      }
    }
  }

  @Override
  public void begin(int handleLimit) {
    carried = announced;
    for (OutboundQueue queue : carried) {
      queue.begin(handleLimit);
    }
  }

  @Override
  public void carry(ConnBatch entries, int[] handles) {
    for (OutboundQueue queue : carried) {
      queue.carry(entries, handles);
    }
  }

  @Override
  public void end(boolean taken) {
    for (OutboundQueue queue : carried) {
      queue.end(taken);
    }
    carried = new OutboundQueue[0];
  }
}

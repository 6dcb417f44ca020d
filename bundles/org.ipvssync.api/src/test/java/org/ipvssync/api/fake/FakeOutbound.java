package org.ipvssync.api.fake;

import java.util.concurrent.TimeUnit;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.node.OutboundLink;
import org.ipvssync.api.node.SyncClock;

/**
 * A small table of its own and what waits of it; the handle of an entry is its place in {@link
 * #entries}. Allocates nothing once made.
 */
public final class FakeOutbound implements OutboundLink {
  /** Most entries. */
  public static final int CAPACITY = 4096;

  /** Its name. */
  public final String name;

  /** Where its records go. */
  public final String horizon;

  /** Delays. */
  public final FakeDelays delays = new FakeDelays();

  /** The table. */
  public final ConnBatch entries = new ConnBatch(CAPACITY);

  private final SyncClock clock;
  private final boolean[] marked = new boolean[CAPACITY];
  private final boolean[] held = new boolean[CAPACITY];
  private final long[] since = new long[CAPACITY];
  private final int[] ring = new int[CAPACITY];
  private long head;
  private long tail;
  private int heldCount;
  private int cursor;
  private int restarts;
  private boolean woken;
  private boolean closed;
  private boolean parked;

  FakeOutbound(String name, String horizon, SyncClock clock) {
    this.name = name;
    this.horizon = horizon;
    this.clock = clock;
  }

  /** Adds a TCP entry over IPv4 with this client port, and announces it. */
  public int open(int cport) {
    return open(cport, false);
  }

  /** Adds a TCP entry with this client port, and announces it. */
  public synchronized int open(int cport, boolean ipv6) {
    int handle = entries.add();
    entries.setIpv6(handle, ipv6);
    entries.setProtocol(handle, 6);
    entries.setState(handle, 1);
    entries.setTimeoutS(handle, 900);
    entries.setExpiresMs(handle, 900_000);
    entries.setCaddrWord(handle, 0, cport * 31);
    entries.setPorts(handle, cport, 80, 8080);
    entries.setHandle(handle, handle);
    change(handle, 1);
    return handle;
  }

  /** An entry gets another state, and is announced. */
  public synchronized void change(int handle, int state) {
    entries.setState(handle, state);
    mark(handle);
    notifyAll();
  }

  private void mark(int handle) {
    if (!marked[handle]) {
      marked[handle] = true;
      since[handle] = clock.nanoTime();
      ring[(int) (tail++ % CAPACITY)] = handle;
    }
  }

  @Override
  public synchronized int pending() {
    return (int) (tail - head);
  }

  @Override
  public synchronized long oldestNanos() {
    return head == tail ? clock.nanoTime() : since[ring[(int) (head % CAPACITY)]];
  }

  @Override
  public void await(int enough, long nanos) {
    if (clock instanceof SimClock sim) {
      sim.advanceNanos(nanos, () -> woken || pending() >= enough);
      woken = false;
      return;
    }
    awaitReally(enough, nanos);
  }

  private synchronized void awaitReally(int enough, long nanos) {
    long deadline = System.nanoTime() + nanos;
    long left = nanos;
    try {
      while (!woken && pending() < enough && left > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
        left = deadline - System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    woken = false;
  }

  @Override
  public synchronized void wakeUp() {
    woken = true;
    notifyAll();
  }

  @Override
  public synchronized boolean take(ConnBatch into, int most, LinkCounters counters) {
    while (head != tail && into.size() < Math.min(most, into.capacity() - 1)) {
      int handle = ring[(int) (head++ % CAPACITY)];
      marked[handle] = false;
      into.addCopy(entries, handle);
      counters.increment(LinkCounter.CHANGES);
    }
    return head != tail;
  }

  @Override
  public synchronized void restore(ConnBatch batch, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!batch.isSkipped(i)) {
        mark(batch.handle(i));
      }
    }
  }

  @Override
  public synchronized void hold(ConnBatch batch, int index) {
    if (!held[batch.handle(index)]) {
      held[batch.handle(index)] = true;
      heldCount++;
    }
  }

  @Override
  public synchronized void releaseHeld() {
    for (int handle = 0; handle < entries.size(); handle++) {
      if (held[handle]) {
        held[handle] = false;
        mark(handle);
      }
    }
    heldCount = 0;
  }

  @Override
  public synchronized int held() {
    return heldCount;
  }

  @Override
  public synchronized boolean copies(ConnBatch into, boolean alsoUnconfirmed) {
    while (cursor < entries.size() && !into.isFull()) {
      int i = into.addCopy(entries, cursor++);
      into.setTimeoutS(i, (int) (into.expiresMs(i) / 1000));
    }
    boolean last = cursor == entries.size();
    if (last) {
      cursor = 0;
    }
    return last;
  }

  @Override
  public synchronized void restartCopies() {
    cursor = 0;
    restarts++;
  }

  /** How often {@link #restartCopies} was called. */
  public synchronized int restarts() {
    return restarts;
  }

  @Override
  public FakeDelays delays() {
    return delays;
  }

  /** Takes over what a parked one has. */
  void goOnFrom(FakeOutbound before) {
    synchronized (before) {
      for (int handle = 0; handle < before.entries.size(); handle++) {
        entries.addCopy(before.entries, handle);
        held[handle] = before.held[handle];
      }
      heldCount = before.heldCount;
      while (before.head != before.tail) {
        mark(before.ring[(int) (before.head++ % CAPACITY)]);
      }
      before.parked = false;
    }
  }

  /** True when it was left for a successor. */
  public synchronized boolean isParked() {
    return parked;
  }

  @Override
  public synchronized void park() {
    parked = true;
    closed = true;
  }

  /** True when it was closed. */
  public synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}

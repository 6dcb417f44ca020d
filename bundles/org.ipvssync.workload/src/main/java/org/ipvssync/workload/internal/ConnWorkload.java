package org.ipvssync.workload.internal;

import java.util.Arrays;
import java.util.List;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.workload.Workload;
import org.ipvssync.api.workload.WorkloadSpec;

/**
 * Connections that open at a steady rate, live and close, in primitive arrays: a connection that
 * has not ended has a slot, and everything else about it follows from its number and the seed.
 *
 * <p>The records of a millisecond are the changes that are due, in the order in which they were
 * scheduled, then the connections that open in it; a persistent service's connection is followed by
 * its template. So the sequence depends on the spec alone, not on how the workload is called.
 */
final class ConnWorkload implements Workload {
  /** Most connections that live at once: lives are cut so that the rate never needs more. */
  static final int MAX_LIVE = 1 << 22;

  private static final List<VirtualService> SERVICES = VirtualService.ALL;
  private static final byte[] SERVICE_OF_PERCENT = shares();
  private static final LifePath[] PATHS = LifePath.values();
  private static final int FIRST_SLOTS = 1024;
  private static final long NONE = -1;

  /** One connection in so many that ended has its client port used again. */
  private static final int REUSED_ONE_IN = 32;

  /** At most one opening in so many uses a client port again. */
  private static final int OPENS_REUSING_ONE_IN = 8;

  private final WorkloadSpec spec;
  private final long seed;
  private final Lifetimes lifetimes;
  private final EventWheel wheel;
  private final ReusePool reuse = new ReusePool();
  private long[] ids = new long[FIRST_SLOTS];
  private int[] generations = new int[FIRST_SLOTS];
  private byte[] paths = new byte[FIRST_SLOTS];
  private byte[] steps = new byte[FIRST_SLOTS];
  private int[] freeSlots = new int[FIRST_SLOTS];
  private int free;
  private int usedSlots;
  private int live;
  private long opened;
  private long nextId;
  private long opensDue;
  private long templateDueOf = NONE;

  ConnWorkload(WorkloadSpec spec) {
    this.spec = spec;
    this.seed = Mix.of(spec.seed());
    this.lifetimes = new Lifetimes(spec);
    this.wheel = new EventWheel(FIRST_SLOTS);
  }

  @Override
  public boolean advance(long elapsedMs, ConnBatch into) {
    while (true) {
      if (isAnythingDue()) {
        if (into.isFull()) {
          return true;
        }
        appendNext(into);
      } else if (wheel.tick() < elapsedMs) {
        wheel.nextTick();
        opensDue = opensUntil(wheel.tick()) - opened;
      } else {
        return false;
      }
    }
  }

  @Override
  public long opened() {
    return opened;
  }

  @Override
  public int live() {
    return live;
  }

  private long opensUntil(long tick) {
    // In two parts, so that no length of run overflows.
    long all = tick / 1000 * spec.ratePerSecond() + tick % 1000 * spec.ratePerSecond() / 1000;
    return spec.maxConnections() == 0 ? all : Math.min(all, spec.maxConnections());
  }

  private boolean isAnythingDue() {
    return templateDueOf != NONE || wheel.peek() >= 0 || opensDue > 0;
  }

  private void appendNext(ConnBatch into) {
    if (templateDueOf != NONE) {
      VirtualService service = service(templateDueOf);
      RecordMaker.template(into, service, templateDueOf, realServer(service, templateDueOf, 0));
      templateDueOf = NONE;
      return;
    }
    int slot = wheel.peek();
    if (slot >= 0) {
      wheel.take();
      steps[slot]++;
    } else {
      slot = open();
    }
    append(into, slot);
    goOn(slot);
  }

  private int open() {
    int slot = takeSlot();
    opensDue--;
    long bits = Mix.of(seed, opened++);
    if (!reuse.isEmpty() && Mix.below(bits, OPENS_REUSING_ONE_IN) == 0) {
      ids[slot] = reuse.id();
      generations[slot] = reuse.generation() + 1;
      reuse.remove();
    } else {
      ids[slot] = nextId++;
      generations[slot] = 0;
    }
    VirtualService service = service(ids[slot]);
    paths[slot] = (byte) service.path(bitsOf(slot)).ordinal();
    steps[slot] = 0;
    if (service.isPersistent()) {
      templateDueOf = ids[slot];
    }
    return slot;
  }

  private void append(ConnBatch into, int slot) {
    long id = ids[slot];
    VirtualService service = service(id);
    int realServer = realServer(service, id, generations[slot]);
    RecordMaker.connection(into, service, id, realServer, path(slot).state(steps[slot]));
  }

  /** Schedules the connection's next state, or ends it after its last. */
  private void goOn(int slot) {
    LifePath path = path(slot);
    int step = steps[slot];
    if (step + 1 < path.steps()) {
      long bits = Mix.of(bitsOf(slot), step);
      wheel.schedule(slot, wheel.tick() + lifetimes.stayMs(path, step, bits));
      return;
    }
    VirtualService service = service(ids[slot]);
    boolean reusable = path.state(0) == LifePath.SYN_RECV && !service.isPersistent();
    if (reusable && Mix.below(Mix.of(bitsOf(slot), step), REUSED_ONE_IN) == 0) {
      reuse.offer(ids[slot], generations[slot]);
    }
    freeSlots[free++] = slot;
    live--;
  }

  private int takeSlot() {
    live++;
    if (free > 0) {
      return freeSlots[--free];
    }
    if (usedSlots == ids.length) {
      int more = Math.min(2 * usedSlots, MAX_LIVE);
      ids = Arrays.copyOf(ids, more);
      generations = Arrays.copyOf(generations, more);
      paths = Arrays.copyOf(paths, more);
      steps = Arrays.copyOf(steps, more);
      freeSlots = Arrays.copyOf(freeSlots, more);
      wheel.grow(more);
    }
    return usedSlots++;
  }

  private LifePath path(int slot) {
    return PATHS[paths[slot]];
  }

  private long bitsOf(int slot) {
    return Mix.of(seed + generations[slot], ids[slot]);
  }

  private VirtualService service(long id) {
    return SERVICES.get(SERVICE_OF_PERCENT[Mix.below(Mix.of(~seed, id), 100)]);
  }

  /** A persistent service's follows from the client, else from the connection and its reuse. */
  private int realServer(VirtualService service, long id, int generation) {
    long who = service.isPersistent() ? Clients.host(id) : id;
    int first = Mix.below(Mix.of(who, seed), service.realServers());
    return (first + generation) % service.realServers();
  }

  private static byte[] shares() {
    byte[] services = new byte[100];
    int percent = 0;
    for (int s = 0; s < SERVICES.size(); s++) {
      int until = percent + SERVICES.get(s).percent();
      Arrays.fill(services, percent, until, (byte) s);
      percent = until;
    }
    return services;
  }
}

package org.ipvssync.api.link;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.node.DelayStats;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncTransport;
import org.ipvssync.api.wire.TransportException;

/**
 * A link's one thread and what all roles do alike: takes configurations, keeps the socket open,
 * lets the role work, and ends.
 *
 * <p>The thread starts with the first configuration that is allowed. Configurations are taken in
 * place; a bad one is told once and changes nothing. Thread-safe.
 *
 * @param <S> the role's settings
 * @param <E> the role's end of the link
 */
public final class LinkRunner<S extends RoleSettings, E extends Closeable>
    implements AutoCloseable {
  /** Ended within a second: first asked, then the socket is closed, then interrupted. */
  private static final long[] STOP_STEPS_MS = {500, 250, 250};

  private static final long RELEASE_MS = 1000;
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long FAULT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int MOST_FAULTS_TOLD = 16;

  private final SyncRole role;
  private final String name;
  private final String title;
  private final LinkWork<S, E> work;
  private final LinkCounters counters;
  private final SyncClock clock;
  private final LinkLog log;
  private final ServiceChoice<SyncTransport> transports =
      new ServiceChoice<>(SyncTransport::name, "");
  private final SwapLog swaps;
  private final LinkGaps gaps;
  private final LinkSocket<E> socket;

  private volatile S settings;
  private volatile String refusal = "";

  /** Written by the link's thread alone. */
  private volatile S inForce;

  /** Faults may be those of an end that another thread closes. */
  private final Set<String> faultsTold = ConcurrentHashMap.newKeySet();

  private volatile boolean stopping;
  private volatile Thread thread;

  // The thread's own.
  private E adoptedEnd;
  private long lookedNanos;
  private long missingSinceNanos;
  private boolean complained;

  /** A link that waits for its first configuration. */
  public LinkRunner(
      SyncRole role,
      String name,
      LinkWork<S, E> work,
      LinkCounters counters,
      SyncClock clock,
      LinkLog log) {
    this.role = role;
    this.name = name;
    this.title = role.label() + " " + name;
    this.work = work;
    this.counters = counters;
    this.clock = clock;
    this.log = log;
    this.swaps = new SwapLog(title, log);
    this.gaps = new LinkGaps(role, title, counters, swaps, log);
    this.socket = new LinkSocket<>(title, transports, work, gaps, clock, log, this::fault);
  }

  /** A transport has come; see {@link ServiceChoice#add}. */
  public void addTransport(SyncTransport transport, Map<String, ?> properties, String version) {
    if (!transports.add(transport, properties, version)) {
      log.warn(title + ": a transport of bundle version " + version + " has no name; ignored");
    }
    wakeUp();
  }

  /** A transport goes; returns when the link no longer uses it, after a second at most. */
  public void removeTransport(SyncTransport transport) {
    // First: once woken, the link must see that it is to let go; nothing wakes it again.
    socket.leaving(transport);
    transports.remove(transport);
    wakeUp();
    try {
      socket.awaitReleased(transport, RELEASE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Takes a configuration.
   *
   * @param checked gives the settings, or throws {@link ConfigException}: then the link keeps those
   *     that it has, and status says so
   */
  public synchronized void configure(Supplier<S> checked) {
    S taken;
    try {
      taken = checked.get();
    } catch (ConfigException e) {
      refusal = e.getMessage();
      String still = settings == null ? "the link does not start" : "the link goes on as it was";
      log.warn(title + ": " + refusal + "; " + still);
      return;
    }
    refusal = "";
    transports.choose(taken.link().transport());
    settings = taken;
    if (thread == null && !stopping) {
      thread =
          Thread.ofPlatform().name("ipvs-" + role.label() + "-" + name).daemon().start(this::run);
    }
    wakeUp();
  }

  /** The settings in use; null while none was allowed. */
  public S settings() {
    return settings;
  }

  /**
   * The link's thread: a receiver takes over from one that ended some time ago.
   *
   * @param ms for how long nobody received, milliseconds; 0 for not at all
   */
  public void absentBefore(long ms) {
    if (ms > 0) {
      gaps.before(ms);
    }
  }

  /** Where the role tells a swap of its codec. */
  public SwapLog swaps() {
    return swaps;
  }

  /** Ends a pause of the link's thread: there is something to look at. */
  public void wakeUp() {
    work.wakeUp();
    LockSupport.unpark(thread);
  }

  /**
   * The link as it is now.
   *
   * @param mcastInterface what is configured; shown when the configuration was refused
   * @param syncMaxLen longest message in use, 0 while it is not known
   * @param codec codecs in use
   * @param pending changes that wait
   */
  public LinkStatus status(
      String mcastInterface, int syncMaxLen, String codec, long pending, DelayStats delay) {
    S now = settings;
    LinkAddress address = now == null ? LinkSettings.shown(mcastInterface) : now.link().address();
    return new LinkStatus(
        name,
        role,
        address,
        now == null ? "" : now.link().transport(),
        now == null ? "" : now.link().horizon(),
        now == null ? 0 : now.link().syncId(),
        syncMaxLen,
        codec,
        state(),
        detail(),
        pending,
        counters.snapshot(),
        swaps.stats(),
        delay);
  }

  /** Ends the link and its thread, within a second. */
  @Override
  public synchronized void close() {
    stopping = true;
    if (thread == null) {
      socket.stop();
      return;
    }
    try {
      for (int step = 0; step < STOP_STEPS_MS.length && thread.isAlive(); step++) {
        stopHarder(step);
        thread.join(STOP_STEPS_MS[step]);
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      log.warn(title + ": thread " + thread.getName() + " did not end; restart the node");
    }
  }

  private void stopHarder(int step) {
    switch (step) {
      case 0 -> wakeUp();
      case 1 -> socket.closeNow();
      default -> thread.interrupt();
    }
  }

  private LinkState state() {
    S now = settings;
    if (now == null) {
      return stopping
          ? LinkState.STOPPED
          : refusal.isEmpty() ? LinkState.STARTING : LinkState.REFUSED;
    }
    LinkState state = socket.state();
    if (state != LinkState.UP) {
      return state;
    }
    if (now != inForce) {
      // What is up is not yet what was asked for.
      return LinkState.STARTING;
    }
    return work.missing().isEmpty() ? LinkState.UP : LinkState.WAITING;
  }

  private String detail() {
    if (settings == null) {
      return refusal;
    }
    String taken = refusal.isEmpty() ? "" : "not taken, the link goes on as it was: " + refusal;
    return Stream.of(taken, socket.detail(), work.missing(), work.note())
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private void run() {
    missingSinceNanos = clock.nanoTime();
    lookedNanos = missingSinceNanos;
    try {
      while (!stopping) {
        round();
      }
      work.finish(socket.end());
    } catch (RuntimeException | Error e) {
      fault(e);
    } finally {
      socket.stop();
    }
  }

  private void round() {
    try {
      S now = settings;
      long nanos = clock.nanoTime();
      E end = socket.ensure(now.link(), nanos);
      lookForMissing(nanos);
      if (end == null) {
        adoptedEnd = null; // of a transport that may have gone with its bundle
        LockSupport.parkNanos(this, socket.pauseNanos(nanos));
      } else if (adopt(now, end)) {
        use(end);
      }
    } catch (RuntimeException | Error e) {
      // One bad round must not end the link; the pause keeps a fault that stays from spinning.
      fault(e);
      LockSupport.parkNanos(this, FAULT_PAUSE_NANOS);
    }
  }

  /** Lets the role take what is new; false when it cannot, and then there is no end any more. */
  private boolean adopt(S now, E end) {
    // Settings for another address are not in force before that is open.
    if (end == adoptedEnd && (now == inForce || !socket.isOpenAt(now.link().address()))) {
      return true;
    }
    try {
      work.adopt(now, end);
      adoptedEnd = end;
      inForce = now;
      return true;
    } catch (IOException e) {
      failed(e.getMessage());
    } catch (RuntimeException | Error e) {
      fault(e);
      failed("the settings cannot be taken: " + e);
    }
    return false;
  }

  private void use(E end) {
    try {
      work.work(end);
    } catch (TransportException e) {
      failed(e.getMessage());
    } catch (IOException e) {
      if (e.getCause() instanceof RuntimeException || e.getCause() instanceof Error) {
        fault(e.getCause());
      }
      failed(socket.where() + ": " + e.getMessage());
    }
  }

  private void failed(String reason) {
    adoptedEnd = null;
    inForce = null;
    if (!stopping) {
      socket.failed(reason, clock.nanoTime());
    }
  }

  private void fault(Throwable cause) {
    counters.increment(LinkCounter.INTERNAL_FAULT);
    if (faultsTold.size() < MOST_FAULTS_TOLD && faultsTold.add(cause.toString())) {
      log.fault(title + ": fault in the program, told once; please report it", cause);
    }
  }

  /** Once a second: says what the link has been waiting for, when it takes longer than a start. */
  private void lookForMissing(long nowNanos) {
    if (nowNanos - lookedNanos < LOOK_NANOS) {
      return;
    }
    lookedNanos = nowNanos;
    String missing = socket.state() == LinkState.WAITING ? socket.detail() : work.missing();
    if (missing.isEmpty()) {
      missingSinceNanos = nowNanos;
      if (complained) {
        complained = false;
        log.info(title + ": what it waited for is there");
      }
    } else if (!complained && nowNanos - missingSinceNanos >= PATIENCE_NANOS) {
      complained = true;
      log.warn(title + ": " + missing);
    }
  }
}

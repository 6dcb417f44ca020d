package org.ipvssync.role.backup.internal;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.link.LinkRunner;
import org.ipvssync.api.link.LinkWork;
import org.ipvssync.api.node.DelayStats;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.Swap;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.api.wire.ControlListener;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncReceiver;
import org.ipvssync.api.wire.SyncTransport;
import org.ipvssync.api.wire.TransportException;

/** One inbound link: its receiver, its buffer, its way into the node. */
final class BackupLink implements LinkWork<BackupSettings, SyncReceiver>, AutoCloseable {
  /** Longest wait for a datagram, if nothing ends it: an idle node is to sleep. */
  private static final long RECEIVE_MS = 1_000;

  /** The same while datagrams wait for a codec: what comes back is to be noticed soon. */
  private static final long SPOOLED_RECEIVE_MS = 5;

  /** Most datagrams that are taken out of the spool before the socket is looked at. */
  private static final int DRAIN_AT_ONCE = 64;

  /** What a link may use to read on when it ends. */
  private static final long LAST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** Pause while the spool is full; a codec that comes ends it. */
  private static final long FULL_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /**
   * Most datagrams taken out of a receiver that goes, this node's own among them: more than a
   * socket buffer of the default size holds, and some tenths of a second of work.
   */
  private static final int MOST_LEFT = 1 << 16;

  private final SyncNode node;
  private final SyncClock clock;
  private final LinkLog log;
  private final String title;
  private final CodecChoices codecs = new CodecChoices();
  private final List<ControlListener> controls = new CopyOnWriteArrayList<>();
  private final LinkCounters counters = new LinkCounters();
  private final BackupReceiver receiver;
  private final LinkRunner<BackupSettings, SyncReceiver> runner;

  private Datagram datagram;
  private LinkAddress address;
  private String horizon;
  private volatile InboundLink inbound;
  private volatile int maxLength;
  private volatile boolean stopsReading;

  /** What the link's thread may be waiting in. */
  private volatile SyncReceiver receiving;

  /** There is something to look at, and the thread has not looked since. */
  private volatile boolean woken;

  /** A link that waits for its first configuration. */
  BackupLink(String name, SyncNode node, SyncClock clock, LinkLog log) {
    this.node = node;
    this.clock = clock;
    this.log = log;
    this.title = SyncRole.BACKUP.label() + " " + name;
    receiver =
        new BackupReceiver(codecs, counters, clock, this::swapped, this::control, log, title);
    runner = new LinkRunner<>(SyncRole.BACKUP, name, this, counters, clock, log);
  }

  /** Feeds the transports. */
  LinkRunner<BackupSettings, SyncReceiver> runner() {
    return runner;
  }

  /** A codec has come; see {@link CodecChoices#add}. */
  void addCodec(SyncCodec codec, Map<String, ?> properties, String version) {
    if (!codecs.add(codec, properties, version)) {
      log.warn(title + ": a codec of bundle version " + version + " is no good one; ignored");
    }
    runner.wakeUp();
  }

  /** A codec goes; returns when no decode is in it. */
  void removeCodec(SyncCodec codec) {
    codecs.remove(codec);
    runner.wakeUp();
  }

  /** Somebody listens for control messages from now on. */
  void addControl(ControlListener listener) {
    controls.add(listener);
  }

  /** They do no more. */
  void removeControl(ControlListener listener) {
    controls.remove(listener);
  }

  private void control(Datagram message) {
    for (ControlListener listener : controls) {
      listener.received(address, message);
    }
  }

  private void swapped(Swap swap) {
    runner.swaps().done(swap);
  }

  /** See {@link LinkRunner#configure}. */
  void configure(Supplier<BackupSettings> checked) {
    runner.configure(
        () -> {
          BackupSettings settings = checked.get();
          // Before the thread may receive anything.
          codecs.choose(settings.codecs());
          return settings;
        });
  }

  /** How it is; any thread. */
  LinkStatus status(String mcastInterface) {
    InboundLink way = inbound;
    DelayStats delay = way == null ? DelayStats.NONE : way.delays().stats();
    return runner.status(mcastInterface, maxLength, codecs.present(), 0, delay);
  }

  @Override
  public void close() {
    runner.close();
  }

  @Override
  public SyncReceiver open(SyncTransport transport, LinkAddress address) throws TransportException {
    return transport.openReceiver(address, counters);
  }

  @Override
  public void adopt(BackupSettings settings, SyncReceiver end) throws IOException {
    receiving = null;
    address = settings.link().address();
    int configured = settings.link().syncMaxLen();
    int length = configured == 0 ? end.defaultMaxLength() : configured;
    maxLength = Math.min(length, Datagram.MAX_BYTES);
    // One byte more than is allowed shows that a datagram is too long.
    int capacity = Math.min(length + 1, Datagram.MAX_BYTES);
    if (datagram == null || datagram.capacity() != capacity) {
      datagram = new Datagram(capacity);
    }
    String wanted = settings.link().horizon();
    if (!wanted.equals(horizon)) {
      boolean isFirst = horizon == null;
      // Noted only when it is there: else the next attempt would go on without, or with the old.
      inbound = openInbound(wanted);
      horizon = wanted;
      if (isFirst) {
        runner.absentBefore(inbound.absentMs());
      }
    }
    receiver.adopt(settings, maxLength, inbound);
  }

  private InboundLink openInbound(String from) throws IOException {
    try {
      return node.openInbound(from);
    } catch (IllegalStateException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void work(SyncReceiver end) throws IOException {
    int drained = receiver.drain(DRAIN_AT_ONCE);
    stopsReading = drained == 0 && receiver.isFull();
    if (stopsReading) {
      // The kernel keeps what its buffer holds, and says how much was more than that.
      LockSupport.parkNanos(this, FULL_PAUSE_NANOS);
      return;
    }
    if (receiver.isFull()) {
      return;
    }
    long waitMs = receiver.waiting() == 0 ? RECEIVE_MS : drained > 0 ? 0 : SPOOLED_RECEIVE_MS;
    // In this order, or a call to wakeUp between would reach neither this wait nor the next.
    receiving = end;
    if (woken) {
      woken = false;
      waitMs = 0;
    }
    try {
      if (end.receive(datagram, waitMs)) {
        receiver.accept(datagram, clock.nanoTime());
      }
    } catch (IOException e) {
      receiving = null;
      throw e;
    }
  }

  @Override
  public void wakeUp() {
    woken = true;
    SyncReceiver end = receiving;
    if (end != null) {
      end.wakeUp();
    }
  }

  /** What the old socket still holds came before what the new one holds. */
  @Override
  public void retire(SyncReceiver end) {
    receiving = null;
    if (inbound == null) {
      return;
    }
    try {
      readOut(end, this::readOne);
    } catch (IOException e) {
      // It is being closed anyway, and what cannot be read is not there.
      return;
    }
  }

  @Override
  public void finish(SyncReceiver end) {
    receiving = null;
    if (inbound == null) {
      return;
    }
    long until = clock.nanoTime() + LAST_NANOS;
    try {
      if (end != null) {
        readOut(end, () -> readLast(until));
      }
    } catch (IOException e) {
      // As above: what waits already is still to be dealt with.
      return;
    } finally {
      receiver.finish(until);
    }
  }

  /** Reads a receiver that goes until it is empty, or for long enough. */
  private void readOut(SyncReceiver end, Runnable take) throws IOException {
    long left = MOST_LEFT;
    while (left > 0) {
      long own = counters.get(LinkCounter.OWN_DATAGRAM);
      boolean isTaken = end.receive(datagram, 0);
      if (isTaken) {
        take.run();
      }
      // One that hears this node comes back before it has passed over all of that.
      long passed = counters.get(LinkCounter.OWN_DATAGRAM) - own;
      if (!isTaken && passed == 0) {
        return;
      }
      left -= passed + 1;
    }
  }

  private void readOne() {
    receiver.accept(datagram, clock.nanoTime());
    receiver.drain(DRAIN_AT_ONCE);
  }

  private void readLast(long until) {
    if (clock.nanoTime() - until < 0) {
      readOne();
    } else {
      counters.increment(LinkCounter.SPOOL_OVERFLOW);
    }
  }

  @Override
  public String missing() {
    if (!codecs.present().isEmpty() || codecs.absent().isEmpty()) {
      return "";
    }
    return "no codec named " + codecs.absent() + " is there; start its bundle" + backlog();
  }

  private String backlog() {
    int waiting = receiver.waiting();
    if (stopsReading) {
      return "; nothing is read meanwhile (socketOverflow), " + waiting + " datagrams wait";
    }
    return waiting == 0 ? "" : "; " + waiting + " datagrams wait for it";
  }

  @Override
  public String note() {
    String awaited = receiver.awaited();
    if (codecs.present().isEmpty() || codecs.absent().isEmpty()) {
      return "";
    }
    return awaited.isEmpty()
        ? "no codec named " + codecs.absent() + " is there: its messages are dropped (noCodec)"
        : "codec " + awaited + " has just gone: its messages wait for it";
  }
}

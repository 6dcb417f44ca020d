package org.ipvssync.role.master.internal;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.link.LinkRunner;
import org.ipvssync.api.link.LinkWork;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.node.DelayStats;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.OutboundLink;
import org.ipvssync.api.node.Swap;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncSender;
import org.ipvssync.api.wire.SyncTransport;
import org.ipvssync.api.wire.TransportException;

/** One outbound link: its sender, its codec, its way out of the node. */
final class MasterLink implements LinkWork<MasterSettings, SyncSender>, AutoCloseable {
  /** Pause between two attempts to get the way out, while another has it. */
  private static final long WAY_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final String name;
  private final SyncNode node;
  private final ServiceChoice<SyncCodec> codecs = ServiceChoice.ofCodecs("");
  private final LinkCounters counters = new LinkCounters();
  private final LinkLog log;
  private final MasterSender sender;
  private final LinkRunner<MasterSettings, SyncSender> runner;

  private MasterSettings adopted;
  private volatile boolean forgets;
  private volatile String noWay = "";
  private volatile OutboundLink outbound;
  private volatile int maxLength;

  /** A link that waits for its first configuration. */
  MasterLink(String name, SyncNode node, SyncClock clock, LinkLog log) {
    this.name = name;
    this.node = node;
    this.log = log;
    sender = new MasterSender(codecs, counters, clock, this::swapped);
    runner = new LinkRunner<>(SyncRole.MASTER, name, this, counters, clock, log);
  }

  /** Feeds the transports. */
  LinkRunner<MasterSettings, SyncSender> runner() {
    return runner;
  }

  /** A codec has come; see {@link ServiceChoice#add}. */
  void addCodec(SyncCodec codec, Map<String, ?> properties, String version) {
    if (!codecs.add(codec, properties, version)) {
      log.warn(
          "master " + name + ": a codec of bundle version " + version + " is no good one; ignored");
    }
    runner.wakeUp();
  }

  /** A codec goes; returns when no call is in it. */
  void removeCodec(SyncCodec codec) {
    codecs.remove(codec);
    // So that the link notices at once for how long it has none.
    runner.wakeUp();
  }

  private void swapped(Swap swap) {
    runner.swaps().done(swap);
  }

  /** See {@link LinkRunner#configure}. */
  void configure(Supplier<MasterSettings> checked) {
    runner.configure(
        () -> {
          MasterSettings settings = checked.get();
          codecs.choose(settings.codec());
          return settings;
        });
  }

  /** See {@link org.ipvssync.api.node.SyncLink#push}. */
  boolean push() {
    if (runner.settings() == null || !canCopy()) {
      return false;
    }
    sender.push();
    runner.wakeUp();
    return true;
  }

  /** How it is; any thread. */
  LinkStatus status(String mcastInterface) {
    OutboundLink way = outbound;
    String codec = codecs.isPresent() ? codecs.name() : "";
    return way == null
        ? runner.status(mcastInterface, maxLength, codec, 0, DelayStats.NONE)
        : runner.status(
            mcastInterface, maxLength, codec, way.pending() + way.held(), way.delays().stats());
  }

  /** Ends; what still waits is kept for whoever has the link next. */
  @Override
  public void close() {
    runner.close();
  }

  /** Ends for good: nobody will have the link next. */
  void closeForGood() {
    forgets = true;
    runner.close();
  }

  @Override
  public SyncSender open(SyncTransport transport, LinkAddress address) throws TransportException {
    return transport.openSender(address);
  }

  @Override
  public void adopt(MasterSettings settings, SyncSender end) {
    int configured = settings.link().syncMaxLen();
    int length = configured == 0 ? end.defaultMaxLength() : configured;
    maxLength = Math.min(length, Datagram.MAX_BYTES);
    boolean moves = adopted != null && !adopted.link().horizon().equals(settings.link().horizon());
    adopted = settings;
    if (moves) {
      leaveOutbound();
    }
    if (outbound != null) {
      sender.adopt(settings, maxLength, outbound);
    } else {
      openOutbound();
    }
  }

  /**
   * Another has the link's name for a while when a newer version of this bundle starts before the
   * older one stops. What waits there goes on here, so it is asked for again and again.
   */
  private boolean openOutbound() {
    OutboundLink opened;
    try {
      opened = node.openOutbound(name, adopted.link().horizon());
    } catch (IllegalArgumentException e) {
      noWay = "another version of " + MasterRole.PID + " still has the link: " + e.getMessage();
      return false;
    } catch (IllegalStateException e) {
      noWay = e.getMessage();
      return false;
    }
    noWay = "";
    outbound = opened;
    sender.adopt(adopted, maxLength, opened);
    return true;
  }

  private void leaveOutbound() {
    OutboundLink before = outbound;
    outbound = null;
    if (before == null) {
      return;
    }
    if (forgets) {
      before.close();
    } else {
      before.park();
    }
  }

  @Override
  public void work(SyncSender end) throws IOException {
    if (outbound == null && !openOutbound()) {
      LockSupport.parkNanos(this, WAY_PAUSE_NANOS);
    } else if (sender.duty(end) == 0) {
      sender.idle();
    }
  }

  @Override
  public long waiting() {
    OutboundLink way = outbound;
    return way == null ? 0 : way.pending();
  }

  @Override
  public void finish(SyncSender end) {
    try {
      if (end != null && outbound != null) {
        sender.flush(end);
      }
    } catch (IOException e) {
      // The link goes all the same; the counter has it.
      return;
    } finally {
      leaveOutbound();
    }
  }

  @Override
  public void wakeUp() {
    OutboundLink way = outbound;
    if (way != null) {
      way.wakeUp();
    }
  }

  @Override
  public String missing() {
    String way = noWay;
    if (!way.isEmpty()) {
      return way;
    }
    return codecs.isPresent()
        ? ""
        : "no codec named " + codecs.name() + " is there; start its bundle";
  }

  @Override
  public String note() {
    OutboundLink way = outbound;
    MasterSettings settings = runner.settings();
    if (way == null || settings == null || !codecs.isPresent()) {
      return "";
    }
    String held =
        way.held() == 0
            ? ""
            : way.held() + " changes are held: codec " + codecs.name() + " cannot carry them";
    String copies =
        settings.refreshPeriodS() == 0 || canCopy()
            ? ""
            : "no copies are sent: codec "
                + codecs.name()
                + " cannot say how long a connection lives";
    return held.isEmpty() || copies.isEmpty() ? held + copies : held + "; " + copies;
  }

  private boolean canCopy() {
    SyncCodec codec = codecs.acquire();
    if (codec == null) {
      return false;
    }
    try {
      return codec.carriesTimeout();
    } catch (RuntimeException e) {
      // Status is to be had whatever a codec does; the link's thread tells the fault.
      return false;
    } finally {
      codecs.release();
    }
  }
}

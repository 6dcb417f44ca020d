package org.ipvssync.role.master.internal;

import java.io.IOException;
import java.util.function.Supplier;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.link.LinkRunner;
import org.ipvssync.api.link.LinkWork;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.node.DelayStats;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.OutboundLink;
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
  private final String name;
  private final SyncNode node;
  private final ServiceChoice<SyncCodec> codecs = new ServiceChoice<>(SyncCodec::name, "");
  private final LinkCounters counters = new LinkCounters();
  private final MasterSender sender;
  private final LinkRunner<MasterSettings, SyncSender> runner;

  private String horizon;
  private volatile OutboundLink outbound;
  private volatile int maxLength;

  /** A link that waits for its first configuration. */
  MasterLink(String name, SyncNode node, SyncClock clock, LinkLog log) {
    this.name = name;
    this.node = node;
    sender = new MasterSender(codecs, counters, clock);
    runner = new LinkRunner<>(SyncRole.MASTER, name, this, counters, clock, log);
  }

  /** Feeds the transports. */
  LinkRunner<MasterSettings, SyncSender> runner() {
    return runner;
  }

  /** Feeds the codecs; after one was added, the runner is to be woken. */
  ServiceChoice<SyncCodec> codecs() {
    return codecs;
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

  @Override
  public void close() {
    runner.close();
  }

  @Override
  public SyncSender open(SyncTransport transport, LinkAddress address) throws TransportException {
    return transport.openSender(address);
  }

  @Override
  public void adopt(MasterSettings settings, SyncSender end) throws IOException {
    int configured = settings.link().syncMaxLen();
    int length = configured == 0 ? end.defaultMaxLength() : configured;
    maxLength = Math.min(length, Datagram.MAX_BYTES);
    if (!settings.link().horizon().equals(horizon)) {
      openOutbound(settings.link().horizon());
    }
    sender.adopt(settings, maxLength, outbound);
  }

  /** The old way goes first: both have the link's name. */
  private void openOutbound(String to) throws IOException {
    closeOutbound();
    try {
      outbound = node.openOutbound(name, to);
    } catch (IllegalArgumentException e) {
      // So it is for a while when another version of this bundle still has the link.
      throw new TransportException(e.getMessage(), e);
    }
    horizon = to;
  }

  private void closeOutbound() {
    OutboundLink before = outbound;
    outbound = null;
    horizon = null;
    if (before != null) {
      before.close();
    }
  }

  @Override
  public void work(SyncSender end) throws IOException {
    if (sender.duty(end) == 0) {
      sender.idle();
    }
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
      closeOutbound();
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
    } finally {
      codecs.release();
    }
  }
}

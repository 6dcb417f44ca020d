package org.ipvssync.role.backup.internal;

import java.io.IOException;
import java.util.function.Supplier;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.link.LinkRunner;
import org.ipvssync.api.link.LinkWork;
import org.ipvssync.api.node.DelayStats;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncReceiver;
import org.ipvssync.api.wire.SyncTransport;
import org.ipvssync.api.wire.TransportException;

/** One inbound link: its receiver, its buffer, its way into the node. */
final class BackupLink implements LinkWork<BackupSettings, SyncReceiver>, AutoCloseable {
  /** Longest wait for a datagram; so long a change of configuration waits on a quiet link. */
  private static final long RECEIVE_MS = 100;

  /**
   * Most datagrams taken out of a receiver that goes: more than a socket buffer of the default size
   * holds, and some tenths of a second of work.
   */
  private static final int MOST_LEFT = 1 << 16;

  private final SyncNode node;
  private final SyncClock clock;
  private final CodecChoices codecs = new CodecChoices();
  private final LinkCounters counters = new LinkCounters();
  private final BackupReceiver receiver;
  private final LinkRunner<BackupSettings, SyncReceiver> runner;

  private Datagram datagram;
  private String horizon;
  private volatile InboundLink inbound;
  private volatile int maxLength;

  /** A link that waits for its first configuration. */
  BackupLink(String name, SyncNode node, SyncClock clock, LinkLog log) {
    this.node = node;
    this.clock = clock;
    receiver = new BackupReceiver(codecs, counters, clock);
    runner = new LinkRunner<>(SyncRole.BACKUP, name, this, counters, clock, log);
  }

  /** Feeds the transports. */
  LinkRunner<BackupSettings, SyncReceiver> runner() {
    return runner;
  }

  /** Feeds the codecs. */
  CodecChoices codecs() {
    return codecs;
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
  public void adopt(BackupSettings settings, SyncReceiver end) {
    int configured = settings.link().syncMaxLen();
    int length = configured == 0 ? end.defaultMaxLength() : configured;
    maxLength = Math.min(length, Datagram.MAX_BYTES);
    // One byte more than is allowed shows that a datagram is too long.
    int capacity = Math.min(length + 1, Datagram.MAX_BYTES);
    if (datagram == null || datagram.capacity() != capacity) {
      datagram = new Datagram(capacity);
    }
    InboundLink before = inbound;
    if (!settings.link().horizon().equals(horizon)) {
      horizon = settings.link().horizon();
      inbound = node.openInbound(horizon);
    }
    receiver.adopt(settings, maxLength, inbound);
    if (before != null && before != inbound) {
      before.close();
    }
  }

  @Override
  public void work(SyncReceiver end) throws IOException {
    if (end.receive(datagram, RECEIVE_MS)) {
      receiver.accept(datagram, clock.nanoTime());
    }
  }

  /** What the old socket still holds came before what the new one holds. */
  @Override
  public void retire(SyncReceiver end) {
    if (inbound == null) {
      return;
    }
    try {
      for (int i = 0; i < MOST_LEFT && end.receive(datagram, 0); i++) {
        receiver.accept(datagram, clock.nanoTime());
      }
    } catch (IOException e) {
      // It is being closed anyway, and what cannot be read is not there.
      return;
    }
  }

  @Override
  public void finish(SyncReceiver end) {
    if (end != null) {
      retire(end);
    }
    if (inbound != null) {
      inbound.close();
    }
  }

  @Override
  public String missing() {
    return codecs.present().isEmpty() && !codecs.absent().isEmpty()
        ? "no codec named " + codecs.absent() + " is there; start its bundle"
        : "";
  }

  @Override
  public String note() {
    return codecs.present().isEmpty() || codecs.absent().isEmpty()
        ? ""
        : "no codec named " + codecs.absent() + " is there: its messages are dropped (noCodec)";
  }
}

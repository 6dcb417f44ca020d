package org.ipvssync.api.fake;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.PeerSocket;
import org.ipvssync.api.wire.SyncReceiver;
import org.ipvssync.api.wire.SyncSender;
import org.ipvssync.api.wire.SyncTransport;
import org.ipvssync.api.wire.TransportException;

/** A transport whose ends are test objects; it can be told to fail. */
public final class FakeTransport implements SyncTransport {
  /** What it opened, in order. */
  public final List<FakeReceiver> receivers = new CopyOnWriteArrayList<>();

  /** What it opened, in order. */
  public final List<FakeSender> senders = new CopyOnWriteArrayList<>();

  /** What it opened, in order; they reach each other, and the receivers of their group. */
  public final List<FakePeerSocket> peers = new CopyOnWriteArrayList<>();

  /** Why opening fails; null when it does not. */
  public volatile String failure;

  /** What opening throws that no transport should; null for nothing. */
  public volatile RuntimeException fault;

  /** What the ends say that a kernel would take. */
  public volatile int defaultMaxLength = 1472;

  private final String name;

  /** With the name that configuration chooses. */
  public FakeTransport(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public SyncReceiver openReceiver(LinkAddress address, LinkCounters counters)
      throws TransportException {
    failIfTold();
    FakeReceiver receiver = new FakeReceiver(address, defaultMaxLength, counters);
    receivers.add(receiver);
    return receiver;
  }

  @Override
  public SyncSender openSender(LinkAddress address) throws TransportException {
    failIfTold();
    FakeSender sender = new FakeSender(address, defaultMaxLength);
    senders.add(sender);
    return sender;
  }

  @Override
  public PeerSocket openPeerSocket(LinkAddress address) throws TransportException {
    failIfTold();
    FakePeerSocket socket = new FakePeerSocket(this, address, peers.size() + 1);
    peers.add(socket);
    return socket;
  }

  private void failIfTold() throws TransportException {
    RuntimeException bug = fault;
    if (bug != null) {
      throw bug;
    }
    String reason = failure;
    if (reason != null) {
      throw new TransportException(reason);
    }
  }
}

package org.ipvssync.resync.internal;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.TableStatus;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.PeerSocket;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncHeader;
import org.ipvssync.resync.internal.ControlMessage.Offer;
import org.ipvssync.resync.internal.ControlMessage.Pull;
import org.ipvssync.resync.internal.ControlMessage.Request;
import org.ipvssync.resync.internal.ControlMessage.Wait;

/**
 * Answers nodes that ask for the whole table: a request with an offer, a pull with a page.
 *
 * <p>A request proves nothing, so it is answered by one short datagram, and nothing is kept of it;
 * a pull shows the cookie of the offer, which only the real owner of the address has heard. What
 * comes too often is dropped and counted, or told to wait.
 *
 * <p>One thread.
 */
public final class Answerer {
  private static final long SOURCE_PAUSE_MS = 100;
  private static final int MOST_SOURCES = 256;
  private static final int RETRY_MS = 100;
  private static final int LONG_RETRY_MS = 1_000;
  private static final int SHORTEST_MESSAGE = 512;

  private final SyncNode node;
  private final ServiceChoice<SyncCodec> codec;
  private final SourceRefresh sources;
  private final Local local;
  private final ResyncCounters counters;
  private final PageSender sender;
  private final Cookies cookies;
  private final Sessions sessions = new Sessions();
  private final RateLimit offers;
  private final RateLimit datagrams;
  private ResyncSettings settings;

  /** When each of the latest sources was answered; the eldest is forgotten. */
  private final Map<SocketAddress, Long> answered =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SocketAddress, Long> eldest) {
          return size() > MOST_SOURCES;
        }
      };

  /**
   * Answers from the node's table.
   *
   * @param secret random bytes, for the cookies
   */
  public Answerer(
      SyncNode node,
      ServiceChoice<SyncCodec> codec,
      SourceRefresh sources,
      Local local,
      ResyncCounters counters,
      ResyncSettings settings,
      byte[] secret) {
    this.node = node;
    this.codec = codec;
    this.sources = sources;
    this.local = local;
    this.counters = counters;
    this.sender = new PageSender(node, codec, counters);
    this.cookies = new Cookies(secret);
    this.offers = new RateLimit(settings.offersPerSecond(), local.clock().nowMs());
    this.datagrams = new RateLimit(settings.datagramsPerSecond(), local.clock().nowMs());
    this.settings = settings;
  }

  /** Other settings from now on. */
  void adopt(ResyncSettings now) {
    settings = now;
    offers.set(now.offersPerSecond());
    datagrams.set(now.datagramsPerSecond());
  }

  /** Whether a message to a group is one that may be answered: a request of another node. */
  Request foreignRequest(Datagram message) {
    ControlMessage decoded = ControlCodec.decode(message, counters);
    if (decoded == null) {
      return null;
    }
    if (!(decoded instanceof Request request)) {
      counters.increment(ResyncCounter.OUT_OF_PLACE);
      return null;
    }
    if (request.nodeId() == local.nodeId()) {
      counters.increment(ResyncCounter.OWN_REQUESTS);
      return null;
    }
    counters.increment(ResyncCounter.REQUESTS);
    return request;
  }

  /**
   * A message that came to a group.
   *
   * @param complete whether this node has everything itself that a peer could tell
   * @param socket what the answer goes out from
   */
  public void asked(Datagram message, boolean complete, PeerSocket socket) {
    Request request = foreignRequest(message);
    if (request != null) {
      offer(request, message, complete, socket);
    }
  }

  /** Answers a request. */
  void offer(Request request, Datagram message, boolean complete, PeerSocket socket) {
    SocketAddress source = message.source();
    TableStatus table = node.table();
    if (source == null || table.provider().isEmpty()) {
      counters.increment(ResyncCounter.REQUESTS_WITHOUT_TABLE);
      return;
    }
    long nowMs = local.clock().nowMs();
    Long before = answered.get(source);
    if (before != null && nowMs - before < SOURCE_PAUSE_MS || !offers.take(nowMs)) {
      counters.increment(ResyncCounter.REQUESTS_OVER_LIMIT);
      return;
    }
    answered.remove(source);
    answered.put(source, nowMs);
    long cookie = cookies.make(source, request.nonce(), nowMs);
    Offer offer = new Offer(request.nonce(), local.nodeId(), cookie, table.connections(), complete);
    try {
      sender.say(offer, SyncHeader.syncId(message.segment()), socket, source);
      counters.increment(ResyncCounter.OFFERS);
    } catch (IOException e) {
      counters.increment(ResyncCounter.SEND_FAILED);
    }
  }

  /** A message that came to the socket which the offers went out from. */
  public void pulled(Datagram message, PeerSocket socket) {
    ControlMessage decoded = ControlCodec.decode(message, counters);
    if (decoded == null) {
      return;
    }
    if (!(decoded instanceof Pull pull) || pull.maxLength() < SHORTEST_MESSAGE) {
      counters.increment(ResyncCounter.OUT_OF_PLACE);
      return;
    }
    try {
      answer(pull, SyncHeader.syncId(message.segment()), socket, message.source());
    } catch (IOException e) {
      // The peer asks again.
      counters.increment(ResyncCounter.SEND_FAILED);
    }
  }

  private void answer(Pull pull, int syncId, PeerSocket socket, SocketAddress peer)
      throws IOException {
    long nowMs = local.clock().nowMs();
    Sessions.Session session = sessions.find(peer, pull.nonce(), nowMs);
    if (!cookies.isGood(pull.cookie(), peer, pull.nonce(), nowMs)
        && (session == null || !session.isCookie(pull.cookie()))) {
      counters.increment(ResyncCounter.PULLS_WITHOUT_COOKIE);
      return;
    }
    if (session == null) {
      session = sessions.open(peer, pull.nonce(), pull.cookie(), settings.maxPeers(), nowMs);
    }
    if (session == null) {
      counters.increment(ResyncCounter.SESSIONS_FULL);
      sender.say(new Wait(pull.nonce(), pull.page(), LONG_RETRY_MS), syncId, socket, peer);
      return;
    }
    long waitMs = waitMs(session, nowMs);
    if (waitMs == 0) {
      int sent = sender.send(pull, syncId, socket, peer);
      datagrams.spend(sent);
      if (sent > 0) {
        return;
      }
      waitMs = RETRY_MS;
    }
    counters.increment(ResyncCounter.WAITS);
    int retryMs = (int) Math.min(waitMs, LONG_RETRY_MS);
    sender.say(new Wait(pull.nonce(), pull.page(), retryMs), syncId, socket, peer);
  }

  /** How long a peer must wait for its page; 0 when it need not. */
  private long waitMs(Sessions.Session session, long nowMs) {
    if (!session.begun) {
      session.begun = sources.isFresh();
    }
    if (!session.begun || !codec.isPresent()) {
      return RETRY_MS;
    }
    return datagrams.waitMs(nowMs);
  }
}

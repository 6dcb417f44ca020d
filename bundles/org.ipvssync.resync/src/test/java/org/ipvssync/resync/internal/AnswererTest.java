package org.ipvssync.resync.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.fake.SimClock;
import org.ipvssync.api.fake.TinyCodec;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.PeerSocket;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.resync.internal.ControlMessage.Begin;
import org.ipvssync.resync.internal.ControlMessage.End;
import org.ipvssync.resync.internal.ControlMessage.Offer;
import org.ipvssync.resync.internal.ControlMessage.Pull;
import org.ipvssync.resync.internal.ControlMessage.Request;
import org.ipvssync.resync.internal.ControlMessage.Wait;
import org.junit.jupiter.api.Test;

class AnswererTest {
  private static final long OWN_ID = 1;
  private static final SocketAddress PEER = new InetSocketAddress("10.0.0.2", 40_000);
  private static final SocketAddress OTHER = new InetSocketAddress("10.0.0.3", 40_000);

  private final SimClock clock = new SimClock();
  private final ResyncCounters counters = new ResyncCounters();
  private final ListNode node = new ListNode(clock);
  private final TinyCodec codec = new TinyCodec("v1", 1);
  private final ServiceChoice<SyncCodec> choice = ServiceChoice.ofCodecs("v1");
  private final SourceRefresh sources =
      new SourceRefresh(task -> clock.inMs(300, task), clock, LinkLog.SILENT);
  private final Sent socket = new Sent();
  private Answerer answerer = answerer(ResyncSettings.DEFAULTS);

  private Answerer answerer(ResyncSettings settings) {
    Local local = new Local(OWN_ID, clock, () -> 99);
    return new Answerer(node, choice, sources, local, counters, settings, new byte[32]);
  }

  AnswererTest() {
    choice.add(codec, Map.of(), "1.0.0");
    node.add(100, 60_000);
  }

  @Test
  void shouldOfferWhatItHas() {
    Offer offer = ask(PEER, 5);
    assertEquals(new Offer(5, OWN_ID, offer.cookie(), 100, true), offer);
    assertEquals(List.of(PEER), socket.peers);
  }

  @Test
  void shouldNotAnswerItself() {
    answerer.asked(from(PEER, new Request(5, OWN_ID)), true, socket);
    assertEquals(List.of(), socket.messages);
    assertEquals(1, counters.get(ResyncCounter.OWN_REQUESTS));
  }

  @Test
  void shouldOfferNothingWithoutATable() {
    node.provider = "";
    answerer.asked(from(PEER, new Request(5, 2)), true, socket);
    assertEquals(List.of(), socket.messages);
    assertEquals(1, counters.get(ResyncCounter.REQUESTS_WITHOUT_TABLE));
  }

  @Test
  void shouldAnswerOnlySoManyRequestsASecond() {
    answerer = answerer(new ResyncSettings(true, 5_000, Set.of(), 3, 8, 1_000));
    for (int i = 0; i < 10; i++) {
      answerer.asked(
          from(new InetSocketAddress("10.0.1." + i, 1_000), new Request(i, 2)), true, socket);
    }
    assertEquals(3, counters.get(ResyncCounter.OFFERS));
    assertEquals(7, counters.get(ResyncCounter.REQUESTS_OVER_LIMIT));
    clock.advanceMs(1_000);
    ask(PEER, 5);
  }

  @Test
  void shouldAnswerOneSourceNotTooOften() {
    ask(PEER, 5);
    answerer.asked(from(PEER, new Request(5, 2)), true, socket);
    assertEquals(1, counters.get(ResyncCounter.OFFERS));
    ask(OTHER, 5);
    clock.advanceMs(500);
    ask(PEER, 5);
  }

  @Test
  void shouldSendNothingToWhoeverHasNoCookie() {
    Offer offer = ask(PEER, 5);
    pull(PEER, new Pull(5, offer.cookie() + 1, 1, 0, 0, 10, 1_472));
    pull(OTHER, new Pull(5, offer.cookie(), 1, 0, 0, 10, 1_472));
    pull(PEER, new Pull(6, offer.cookie(), 1, 0, 0, 10, 1_472));
    assertEquals(List.of(), socket.messages);
    assertEquals(3, counters.get(ResyncCounter.PULLS_WITHOUT_COOKIE));
  }

  @Test
  void shouldForgetACookieThatNobodyUsed() {
    Offer offer = ask(PEER, 5);
    clock.advanceMs(121_000);
    pull(PEER, new Pull(5, offer.cookie(), 1, 0, 0, 10, 1_472));
    assertEquals(1, counters.get(ResyncCounter.PULLS_WITHOUT_COOKIE));
  }

  @Test
  void shouldGoOnWithASessionWhoseCookieIsOld() {
    Offer offer = ask(PEER, 5);
    for (int i = 1; i < 30; i++) {
      pull(PEER, new Pull(5, offer.cookie(), i, 0, 0, 1, 1_472));
      clock.advanceMs(5_000);
    }
    assertEquals(29, counters.get(ResyncCounter.PAGES_SENT));
  }

  @Test
  void shouldSendAPageWithItsCounts() {
    Offer offer = ask(PEER, 5);
    pull(PEER, new Pull(5, offer.cookie(), 7, 0, 0, 100, 600));
    Begin begin = assertInstanceOf(Begin.class, socket.control(0));
    assertEquals(new Begin(5, 7, begin.generation(), 100), begin);
    assertNotEquals(0, begin.generation());
    int data = socket.messages.size() - 2;
    End end = new End(5, 7, begin.generation(), -1, 100, data);
    assertEquals(end, socket.control(data + 1));
    for (int i = 0; i < data; i++) {
      Datagram message = socket.messages.get(1 + i);
      assertTrue(PageTrailer.isOn(message));
      assertEquals(7, PageTrailer.page(message));
      assertEquals(i, PageTrailer.index(message));
      assertTrue(message.length() <= 600);
    }
  }

  @Test
  void shouldEndFromAnyCursor() {
    Offer offer = ask(PEER, 5);
    for (long cursor : new long[] {-1, Long.MIN_VALUE, 100, 1L << 40, Long.MAX_VALUE}) {
      pull(PEER, new Pull(5, offer.cookie(), 7, cursor, 0, 100, 1_472));
      End end = assertInstanceOf(End.class, socket.control(1));
      assertTrue(end.nextCursor() < 0, "from " + cursor + " to " + end.nextCursor());
      assertEquals(0, end.records());
      socket.messages.clear();
    }
  }

  @Test
  void shouldSendNothingOfAnotherTable() {
    Offer offer = ask(PEER, 5);
    pull(PEER, new Pull(5, offer.cookie(), 7, 10, 77, 100, 1_472));
    End end = assertInstanceOf(End.class, socket.control(1));
    assertNotEquals(77, end.generation());
    assertEquals(0, end.datagrams());
  }

  @Test
  void shouldLeaveOutWhatHasLessThanASecond() {
    node.rows.clear();
    node.add(10, 999);
    node.add(10, 1_000);
    Offer offer = ask(PEER, 5);
    pull(PEER, new Pull(5, offer.cookie(), 7, 0, 0, 100, 1_472));
    ConnBatch batch = new ConnBatch();
    codec.decode(socket.messages.get(1), batch, new LinkCounters());
    assertEquals(10, batch.size());
    assertEquals(1, batch.timeoutS(0));
  }

  @Test
  void shouldLetPeersWaitWhileSourcesAreAsked() {
    int[] asked = {0};
    sources.add(() -> asked[0]++);
    Offer offer = ask(PEER, 5);
    pull(PEER, new Pull(5, offer.cookie(), 7, 0, 0, 100, 1_472));
    assertInstanceOf(Wait.class, socket.control(0));
    clock.advanceMs(300);
    socket.messages.clear();
    pull(PEER, new Pull(5, offer.cookie(), 8, 0, 0, 100, 1_472));
    assertInstanceOf(Begin.class, socket.control(0));
    Offer also = ask(OTHER, 6);
    pull(OTHER, new Pull(6, also.cookie(), 9, 0, 0, 100, 1_472));
    assertInstanceOf(Begin.class, socket.control(0));
    assertEquals(1, asked[0]);
  }

  @Test
  void shouldLetPeersWaitWhenThereAreTooMany() {
    answerer = answerer(new ResyncSettings(true, 5_000, Set.of(), 50, 1, 1_000));
    Offer offer = ask(PEER, 5);
    Offer also = ask(OTHER, 6);
    pull(PEER, new Pull(5, offer.cookie(), 1, 0, 0, 100, 1_472));
    pull(OTHER, new Pull(6, also.cookie(), 1, 0, 0, 100, 1_472));
    assertInstanceOf(Wait.class, socket.control(0));
    assertEquals(1, counters.get(ResyncCounter.SESSIONS_FULL));
    clock.advanceMs(Sessions.IDLE_MS + 1);
    pull(OTHER, new Pull(6, also.cookie(), 2, 0, 0, 100, 1_472));
    assertInstanceOf(Begin.class, socket.control(0));
  }

  @Test
  void shouldLetPeersWaitWithoutACodec() {
    choice.remove(codec);
    Offer offer = ask(PEER, 5);
    pull(PEER, new Pull(5, offer.cookie(), 7, 0, 0, 100, 1_472));
    assertInstanceOf(Wait.class, socket.control(0));
  }

  @Test
  void shouldPassOverWhatDoesNotBelongThere() {
    pull(PEER, new Request(1, 2));
    answerer.asked(from(PEER, new Wait(1, 2, 3)), true, socket);
    answerer.pulled(from(PEER, new Pull(1, 2, 3, 4, 5, 6, 100)), socket);
    assertEquals(3, counters.get(ResyncCounter.OUT_OF_PLACE));
    assertEquals(List.of(), socket.messages);
  }

  private Offer ask(SocketAddress peer, long nonce) {
    socket.messages.clear();
    answerer.asked(from(peer, new Request(nonce, 2)), true, socket);
    Offer offer = assertInstanceOf(Offer.class, socket.control(0));
    socket.messages.clear();
    return offer;
  }

  private void pull(SocketAddress peer, ControlMessage message) {
    socket.messages.clear();
    answerer.pulled(from(peer, message), socket);
  }

  private static Datagram from(SocketAddress source, ControlMessage message) {
    Datagram datagram = new Datagram(ControlCodec.MAX_BYTES);
    ControlCodec.encode(message, 7, datagram);
    datagram.setSource(source);
    return datagram;
  }

  /** Keeps what is sent. */
  private static final class Sent implements PeerSocket {
    private final List<Datagram> messages = new ArrayList<>();
    private final List<SocketAddress> peers = new ArrayList<>();

    ControlMessage control(int index) {
      assertTrue(index < messages.size(), "only " + messages.size() + " were sent");
      ResyncCounters none = new ResyncCounters();
      ControlMessage read = ControlCodec.decode(messages.get(index), none);
      assertEquals(Map.of(), none.snapshot());
      return read;
    }

    @Override
    public void sendToGroup(Datagram datagram) throws IOException {
      throw new IOException("an answer goes to one");
    }

    @Override
    public void send(Datagram datagram, SocketAddress peer) {
      messages.add(Datagram.of(datagram.toBytes()));
      peers.add(peer);
    }

    @Override
    public boolean receive(Datagram into, long timeoutMs) {
      return false;
    }

    @Override
    public int maxLength() {
      return 1_472;
    }

    @Override
    public int receiveBufferBytes() {
      return 1 << 20;
    }

    @Override
    public void close() {
      // Nothing to give back.
      return;
    }
  }
}

package org.ipvssync.api.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class OwnSendersTest {
  private static final InetSocketAddress ONE =
      new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 40_000);
  private static final InetSocketAddress OTHER =
      new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 40_001);

  private long nowNs = Long.MAX_VALUE - 5;
  private final OwnSenders senders = new OwnSenders(() -> nowNs);

  @Test
  void shouldKnowOpenSendersByAddressAndPort() {
    senders.opened(ONE);
    assertTrue(senders.sent(ONE));
    assertFalse(senders.sent(OTHER));
  }

  @Test
  void shouldKnowAClosedSenderForAMoment() {
    senders.opened(ONE);
    senders.closed(ONE);
    nowNs += OwnSenders.LINGER_NS;
    assertTrue(senders.sent(ONE), "what it sent may still be on the way");
    nowNs++;
    assertFalse(senders.sent(ONE));
  }

  @Test
  void shouldKnowASenderThatOpensAgain() {
    senders.opened(ONE);
    senders.closed(ONE);
    senders.opened(ONE);
    nowNs += 2 * OwnSenders.LINGER_NS;
    assertTrue(senders.sent(ONE));
  }

  @Test
  void shouldNotGrowWithEachLinkThatIsOpenedAndClosed() {
    for (int port = 1; port <= 1_000; port++) {
      InetSocketAddress address = new InetSocketAddress(ONE.getAddress(), port);
      senders.opened(address);
      senders.closed(address);
      nowNs += OwnSenders.LINGER_NS / 10;
    }
    assertTrue(senders.size() <= 20, "kept " + senders.size());
    nowNs += 2 * OwnSenders.LINGER_NS;
    senders.opened(ONE);
    assertEquals(1, senders.size());
  }
}

package org.ipvssync.command.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class PreparedDatagramsTest {
  private static final int CONNECTIONS = 95;
  private static final int SYNC_ID = 7;

  private final SyncCodec codec = Codecs.v1();

  @Test
  void shouldFillDatagramsOfEthernet() {
    assertEquals(40, PreparedDatagrams.recordsADatagram(codec, false));
    assertEquals(20, PreparedDatagrams.recordsADatagram(codec, true));
    try (PreparedDatagrams made = made(false)) {
      assertEquals(3, made.count());
      assertEquals(CONNECTIONS, made.connections());
      assertEquals(8 + 40 * 36, made.length());
      assertEquals(2 * (8 + 40 * 36) + 8 + 15 * 36, made.bytes());
    }
  }

  @Test
  void shouldSayEachConnectionOnce() throws IOException {
    assertSaid(false, 900);
    assertSaid(true, 900);
  }

  @Test
  void shouldSayTheSameAgainWithAnotherTimeout() throws IOException {
    try (PreparedDatagrams made = made(false)) {
      made.encode(901);
      assertEquals(CONNECTIONS, said(made, 901).cardinality());
    }
  }

  private void assertSaid(boolean ipv6, int timeoutS) throws IOException {
    try (PreparedDatagrams made = made(ipv6)) {
      BitSet said = said(made, timeoutS);
      assertEquals(CONNECTIONS, said.cardinality());
      assertEquals(CONNECTIONS, said.length());
    }
  }

  private PreparedDatagrams made(boolean ipv6) {
    return new PreparedDatagrams(codec, CONNECTIONS, ipv6, SYNC_ID, 900);
  }

  /** Sends all to itself and reads them. */
  private BitSet said(PreparedDatagrams made, int timeoutS) throws IOException {
    BitSet said = new BitSet();
    try (DatagramChannel to = DatagramChannel.open(StandardProtocolFamily.INET);
        DatagramChannel from = DatagramChannel.open(StandardProtocolFamily.INET)) {
      to.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
      from.connect(to.getLocalAddress());
      Datagram message = new Datagram(PreparedDatagrams.MAX_LENGTH);
      ConnBatch batch = new ConnBatch();
      for (int i = 0; i < made.count(); i++) {
        made.send(from, i);
        to.receive(message.buffer().clear());
        message.setLength(message.buffer().position());
        assertEquals(message.length(), SyncHeader.size(message.segment()));
        assertEquals(SYNC_ID, SyncHeader.syncId(message.segment()));
        codec.decode(message, batch, new LinkCounters());
        assertNotEquals(0, batch.size());
        for (int record = 0; record < batch.size(); record++) {
          assertEquals(timeoutS, batch.timeoutS(record));
          said.set(Connections.number(batch, record));
        }
      }
    }
    return said;
  }
}

package org.ipvssync.workload.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.wire.SyncCodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class FeedServerTest {
  private static final String THREE_RECORDS = "0008" + "0001000803010000";
  private static final String BROKEN_RECORD = "000a" + "0001000a010100000000";

  private final FakeNode node = new FakeNode();
  private final SyncCodec v1 = new FakeNode.CountingCodec();
  private final ServiceChoice<SyncCodec> codec = new ServiceChoice<>(SyncCodec::name, "v1");
  private final LinkCounters counters = new LinkCounters();
  private final FeedIntake intake = new FeedIntake(codec, node, counters, SyncClock.SYSTEM);

  // Not JUnit's directory: its path may be longer than a socket's may be.
  private Path directory;
  private Path socket;
  private FeedServer server;

  @BeforeEach
  void open() throws IOException {
    directory = Files.createTempDirectory("feed");
    socket = directory.resolve("feed.sock");
    codec.add(v1, 0, "1.0.0", 1);
    server = FeedServer.open(socket, intake, counters);
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    Files.deleteIfExists(socket);
    Files.delete(directory);
  }

  @Test
  void shouldApplyAndAcknowledgeMessages() throws IOException {
    try (SocketChannel client = connect()) {
      send(client, THREE_RECORDS + THREE_RECORDS);
      awaitAck(client, 2);
      send(client, THREE_RECORDS);
      awaitAck(client, 3);
    }
    assertEquals(9, node.records.get());
    assertEquals(0, node.notAuthoritative.get());
    assertEquals(9, counters.get(LinkCounter.RECORDS));
    assertEquals(3, counters.get(LinkCounter.DATAGRAMS));
    assertEquals(24, counters.get(LinkCounter.BYTES));
  }

  @Test
  void shouldTakeAMessageThatComesInPieces() throws IOException {
    try (SocketChannel client = connect()) {
      for (int i = 0; i < THREE_RECORDS.length(); i += 2) {
        send(client, THREE_RECORDS.substring(i, i + 2));
      }
      awaitAck(client, 1);
    }
  }

  @Test
  void shouldServeTheNextClientWithACountOfItsOwn() throws IOException {
    try (SocketChannel first = connect()) {
      send(first, THREE_RECORDS);
      awaitAck(first, 1);
    }
    try (SocketChannel second = connect()) {
      send(second, THREE_RECORDS);
      awaitAck(second, 1);
    }
  }

  @Test
  void shouldServeTheNextClientAfterAFault() throws IOException {
    node.failing.set(true);
    try (SocketChannel first = connect()) {
      send(first, THREE_RECORDS);
      assertEquals(-1, readSome(first));
    }
    try (SocketChannel second = connect()) {
      send(second, THREE_RECORDS);
      awaitAck(second, 1);
    }
  }

  @Test
  void shouldApplyNothingOfABrokenMessageAndCloseTheSession() throws IOException {
    try (SocketChannel client = connect()) {
      send(client, THREE_RECORDS + BROKEN_RECORD + THREE_RECORDS);
      awaitAck(client, 1);
      assertEquals(-1, readSome(client));
    }
    assertEquals(3, node.records.get());
    assertEquals(1, counters.drops());
  }

  @Test
  void shouldCountWhatIsNoFrame() throws IOException {
    try (SocketChannel client = connect()) {
      send(client, "0001");
      assertEquals(-1, readSome(client));
    }
    assertEquals(1, counters.get(LinkCounter.SIZE_MISMATCH));
  }

  @Test
  void shouldWaitWhileTheCodecIsExchanged() throws IOException {
    try (SocketChannel client = connect()) {
      codec.remove(v1);
      send(client, THREE_RECORDS);
      client.configureBlocking(false);
      assertEquals(0, readSome(client));
      client.configureBlocking(true);
      codec.add(v1, 0, "1.0.1", 2);
      awaitAck(client, 1);
    }
    assertEquals(3, node.records.get());
  }

  @Test
  void shouldBeOpenToItsOwnerOnly() throws IOException {
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
  }

  @Test
  void shouldEndTheSessionAndRemoveTheSocketWhenClosed() throws IOException {
    try (SocketChannel client = connect()) {
      send(client, THREE_RECORDS);
      awaitAck(client, 1);
      server.close();
      assertEquals(-1, readSome(client));
    }
    assertFalse(Files.exists(socket));
    assertThrows(IOException.class, this::connect);
  }

  @Test
  void shouldEndWhileItWaitsForACodec() throws IOException {
    codec.remove(v1);
    try (SocketChannel client = connect()) {
      send(client, THREE_RECORDS);
      server.close();
      assertEquals(-1, readSome(client));
    }
    assertEquals(0, counters.drops());
  }

  @Test
  void shouldTakeOverTheSocketOfADeadNode() throws IOException {
    server.close();
    ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    dead.bind(UnixDomainSocketAddress.of(socket));
    dead.close();
    assertTrue(Files.exists(socket));
    server = FeedServer.open(socket, intake, counters);
    try (SocketChannel client = connect()) {
      send(client, THREE_RECORDS);
      awaitAck(client, 1);
    }
  }

  @Test
  void shouldLeaveAFileAloneThatIsNoSocket() throws IOException {
    server.close();
    Files.writeString(socket, "precious");
    assertThrows(IOException.class, () -> FeedServer.open(socket, intake, counters));
    assertEquals("precious", Files.readString(socket));
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(socket));
  }

  private static void send(SocketChannel client, String hex) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    while (bytes.hasRemaining()) {
      client.write(bytes);
    }
  }

  private static int readSome(SocketChannel client) throws IOException {
    try {
      return client.read(ByteBuffer.allocate(8));
    } catch (IOException e) {
      // Reset: the server closed with bytes of ours unread.
      return -1;
    }
  }

  private static void awaitAck(SocketChannel client, long count) throws IOException {
    ByteBuffer ack = ByteBuffer.allocate(8);
    long acknowledged = 0;
    while (acknowledged < count) {
      ack.clear();
      while (ack.hasRemaining()) {
        assertTrue(client.read(ack) > 0, "closed at " + acknowledged);
      }
      acknowledged = ack.getLong(0);
    }
    assertEquals(count, acknowledged);
  }
}

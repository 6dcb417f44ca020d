package org.ipvssync.command.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.ipvssync.api.conn.ConnBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class FeedClientTest {
  private static final long WINDOW_NANOS = 50;

  private final WorkloadModel model = new WorkloadModel();
  private final AtomicLong now = new AtomicLong(1_000);
  private Path directory;
  private ServerSocketChannel listener;
  private FeedClient client;
  private SocketChannel node;

  @BeforeEach
  void connect() throws IOException {
    directory = Files.createTempDirectory("feed");
    Path socket = directory.resolve("feed.sock");
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    client = FeedClient.connect(socket, new PairCodec(), model, now::get, WINDOW_NANOS);
    node = listener.accept();
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    node.close();
    listener.close();
    Files.delete(directory.resolve("feed.sock"));
    Files.delete(directory);
  }

  @Test
  void shouldSendEachMessageBehindItsLength() throws IOException {
    client.send(batchOf(3));
    assertEquals("000a" + "0000000a02010000" + "0102", read(12));
    assertEquals("0009" + "0000000901010000" + "03", read(11));
    assertEquals(2, client.sentMessages());
  }

  @Test
  void shouldPutIntoTheModelWhatItSends() throws IOException {
    client.send(batchOf(3));
    for (int cport = 1; cport <= 3; cport++) {
      ModelEntry entry = model.find(record(cport), 0);
      assertNotNull(entry);
      assertEquals(cport == 3 ? 2 : 1, entry.latest().isWithin(1) ? 1 : 2);
      assertEquals(1_000, entry.latest().givenNanos());
    }
  }

  @Test
  void shouldKnowWhatTheNodeHadTimeToSend() throws IOException {
    client.send(batchOf(3));
    acknowledge(1);
    awaitTaken(1);
    now.set(2_000);
    acknowledge(2);
    awaitTaken(2);
    assertEquals(1, client.takenMessages(1_999));
    assertEquals(0, client.settledMessages(1_049));
    assertEquals(1, client.settledMessages(1_050));
    assertEquals(1, client.settledMessages(2_049));
    assertEquals(2, client.settledMessages(2_050));
  }

  @Test
  void shouldSayWhenTheNodeIsGone() throws IOException {
    node.close();
    assertThrows(
        IOException.class,
        () -> {
          while (true) {
            client.send(batchOf(3));
          }
        });
  }

  private void awaitTaken(long messages) {
    while (client.takenMessages(now.get()) < messages) {
      Thread.onSpinWait();
    }
  }

  private void acknowledge(long count) throws IOException {
    node.write(ByteBuffer.allocate(8).putLong(0, count));
  }

  private String read(int bytes) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(bytes);
    while (read.hasRemaining() && node.read(read) >= 0) {
      Thread.onSpinWait();
    }
    return HexFormat.of().formatHex(read.array(), 0, read.position());
  }

  private static ConnBatch batchOf(int records) {
    ConnBatch batch = new ConnBatch(records);
    for (int cport = 1; cport <= records; cport++) {
      batch.addCopy(record(cport), 0);
    }
    return batch;
  }

  private static ConnBatch record(int cport) {
    return Records.tcp(cport, "192.168.1.10", Records.ESTABLISHED);
  }
}

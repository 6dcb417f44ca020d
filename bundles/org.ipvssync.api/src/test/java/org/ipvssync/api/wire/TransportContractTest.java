package org.ipvssync.api.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.fake.Allocations;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link SyncTransport} does. A provider's test extends this class and says how to make
 * one and where it may speak.
 *
 * <p>Whether something does not arrive is never told by waiting: something that does arrive is sent
 * after it.
 */
public abstract class TransportContractTest {
  /** Long enough for any machine; reached only when a test fails. */
  private static final long PATIENCE_MS = 10_000;

  private static final int WARM_UP = 20_000;
  private static final int MEASURED = 20_000;
  private static final int PASSES = 200;

  private final Deque<Closeable> opened = new ArrayDeque<>();
  private final LinkCounters counters = new LinkCounters();
  private final Datagram received = new Datagram(Datagram.MAX_BYTES);

  /** A transport of a node of its own: what another one sends is not its own. */
  protected abstract SyncTransport newTransport();

  /**
   * An address on this machine that nobody else uses, with other ports than any before, where
   * datagrams of any length arrive unless a buffer is full, and where a host hears itself.
   */
  protected abstract LinkAddress newAddress(int syncPorts);

  @AfterEach
  void closeAll() throws IOException {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  @Test
  void shouldHaveANameThatDoesNotChange() {
    String name = newTransport().name();
    assertTrue(name.matches("[a-z][a-z0-9.]*"), name);
    assertEquals(name, newTransport().name());
  }

  @Test
  void shouldDeliverTheSameBytesOnce() throws IOException {
    LinkAddress address = newAddress(1);
    SyncReceiver receiver = listen(address);
    SyncSender sender = speak(address);
    Random random = new Random(1);
    for (int length : List.of(1, 4, 24, 512, 1_452, 1_472)) {
      byte[] sent = new byte[length];
      random.nextBytes(sent);
      sender.send(Datagram.of(sent), 0);
      assertArrayEquals(sent, next(receiver));
      assertFalse(receiver.receive(received, 0), "twice, at length " + length);
    }
  }

  @Test
  void shouldCarryLongDatagrams() throws IOException {
    LinkAddress address = newAddress(1);
    SyncReceiver receiver = listen(address);
    SyncSender sender = speak(address);
    byte[] sent = new byte[60_000];
    new Random(2).nextBytes(sent);
    sender.send(Datagram.of(sent), 0);
    assertArrayEquals(sent, next(receiver));
  }

  @Test
  void shouldCutToTheCapacity() throws IOException {
    LinkAddress address = newAddress(1);
    SyncReceiver receiver = listen(address);
    SyncSender sender = speak(address);
    sender.send(Datagram.of(new byte[] {1, 2, 3, 4, 5, 6}), 0);
    sender.send(Datagram.of(new byte[] {7, 8}), 0);
    Datagram small = new Datagram(4);
    assertTrue(receiver.receive(small, PATIENCE_MS));
    assertArrayEquals(new byte[] {1, 2, 3, 4}, small.toBytes());
    assertTrue(receiver.receive(small, PATIENCE_MS));
    assertArrayEquals(new byte[] {7, 8}, small.toBytes());
  }

  @Test
  void shouldLeaveTheSentDatagramAsItIs() throws IOException {
    LinkAddress address = newAddress(1);
    SyncReceiver receiver = listen(address);
    SyncSender sender = speak(address);
    Datagram sent = Datagram.of(new byte[] {1, 2, 3});
    sender.send(sent, 0);
    sender.send(sent, 0);
    assertArrayEquals(new byte[] {1, 2, 3}, next(receiver));
    assertArrayEquals(new byte[] {1, 2, 3}, next(receiver));
  }

  @Test
  void shouldSendToThePortOfTheLane() throws IOException {
    LinkAddress address = newAddress(4);
    SyncSender sender = speak(address);
    SyncReceiver[] ports = new SyncReceiver[4];
    for (int lane = 0; lane < 4; lane++) {
      ports[lane] = listen(withPorts(address, address.port() + lane, 1));
    }
    for (int lane = 3; lane >= 0; lane--) {
      sender.send(Datagram.of(new byte[] {(byte) lane}), lane);
    }
    for (int lane = 0; lane < 4; lane++) {
      assertArrayEquals(new byte[] {(byte) lane}, next(ports[lane]));
      assertFalse(ports[lane].receive(received, 0), "another lane's, on lane " + lane);
    }
  }

  @Test
  void shouldReceiveFromAllLanesEachInItsOrder() throws IOException {
    LinkAddress address = newAddress(4);
    SyncReceiver receiver = listen(address);
    SyncSender sender = speak(address);
    for (int i = 0; i < 40; i++) {
      sender.send(Datagram.of(new byte[] {(byte) (i % 4), (byte) (i / 4)}), i % 4);
    }
    int[] expected = new int[4];
    for (int i = 0; i < 40; i++) {
      byte[] got = next(receiver);
      assertEquals(expected[got[0]]++, got[1], "order of lane " + got[0]);
    }
    assertFalse(receiver.receive(received, 0));
  }

  @Test
  void shouldNotLetOneLaneStarveAnother() throws IOException {
    LinkAddress address = newAddress(2);
    SyncReceiver receiver = listen(address);
    SyncSender sender = speak(address);
    for (int i = 0; i < 20; i++) {
      sender.send(Datagram.of(new byte[] {0}), 0);
    }
    sender.send(Datagram.of(new byte[] {1}), 1);
    Set<Byte> lanes = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      lanes.add(next(receiver)[0]);
    }
    assertEquals(Set.of((byte) 0, (byte) 1), lanes);
  }

  @Test
  void shouldDeliverToEveryReceiver() throws IOException {
    LinkAddress address = newAddress(1);
    SyncReceiver one = listen(address);
    SyncReceiver other = listen(address);
    SyncSender sender = speak(address);
    sender.send(Datagram.of(new byte[] {42}), 0);
    assertArrayEquals(new byte[] {42}, next(one));
    assertArrayEquals(new byte[] {42}, next(other));
  }

  @Test
  void shouldDeliverFromEverySender() throws IOException {
    LinkAddress address = newAddress(1);
    SyncReceiver receiver = listen(address);
    speak(address).send(Datagram.of(new byte[] {1}), 0);
    speak(address).send(Datagram.of(new byte[] {2}), 0);
    assertArrayEquals(new byte[] {1}, next(receiver));
    assertArrayEquals(new byte[] {2}, next(receiver));
  }

  @Test
  void shouldDropAndCountWhatTheNodeSentItself() throws IOException {
    LinkAddress address = newAddress(2);
    SyncTransport node = newTransport();
    SyncReceiver receiver = open(node.openReceiver(address, counters));
    SyncSender own = open(node.openSender(address));
    SyncSender foreign = speak(address);
    for (int i = 0; i < 6; i++) {
      own.send(Datagram.of(new byte[] {1}), i % 2);
    }
    foreign.send(Datagram.of(new byte[] {2}), 0);
    foreign.send(Datagram.of(new byte[] {3}), 1);
    Set<Byte> got = new HashSet<>(Set.of(next(receiver)[0], next(receiver)[0]));
    assertEquals(Set.of((byte) 2, (byte) 3), got);
    assertFalse(receiver.receive(received, 0));
    assertEquals(6, counters.get(LinkCounter.OWN_DATAGRAM));
  }

  @Test
  void shouldDropWhatTheNodeSentThroughALinkThatIsClosedByNow() throws IOException {
    LinkAddress address = newAddress(1);
    SyncTransport node = newTransport();
    SyncReceiver receiver = open(node.openReceiver(address, counters));
    try (SyncSender own = node.openSender(address)) {
      own.send(Datagram.of(new byte[] {1}), 0);
    }
    speak(address).send(Datagram.of(new byte[] {2}), 0);
    assertArrayEquals(new byte[] {2}, next(receiver));
    assertEquals(1, counters.get(LinkCounter.OWN_DATAGRAM));
  }

  @Test
  void shouldNotHearOtherPorts() throws IOException {
    LinkAddress address = newAddress(1);
    SyncReceiver receiver = listen(address);
    speak(newAddress(1)).send(Datagram.of(new byte[] {1}), 0);
    speak(address).send(Datagram.of(new byte[] {2}), 0);
    assertArrayEquals(new byte[] {2}, next(receiver));
    assertFalse(receiver.receive(received, 0));
  }

  @Test
  void shouldReturnFalseWhenNothingComes() throws IOException {
    SyncReceiver receiver = listen(newAddress(3));
    assertFalse(receiver.receive(received, 0));
    assertFalse(receiver.receive(received, 1));
    assertFalse(receiver.receive(received, 20));
  }

  @Test
  void shouldKeepADatagramForTheNextCall() throws IOException {
    LinkAddress address = newAddress(1);
    SyncReceiver receiver = listen(address);
    SyncSender sender = speak(address);
    sender.send(Datagram.of(new byte[] {1}), 0);
    sender.send(Datagram.of(new byte[] {2}), 0);
    assertArrayEquals(new byte[] {1}, next(receiver));
    assertTrue(receiver.receive(received, 0));
    assertArrayEquals(new byte[] {2}, received.toBytes());
  }

  @Test
  void shouldEndAWaitingReceiveWhenClosed() throws Exception {
    SyncReceiver receiver = listen(newAddress(2));
    CountDownLatch started = new CountDownLatch(1);
    FutureTask<Boolean> waiting =
        new FutureTask<>(
            () -> {
              started.countDown();
              return receiver.receive(new Datagram(64), 10 * PATIENCE_MS);
            });
    Thread thread = Thread.ofPlatform().daemon().start(waiting);
    started.await();
    while (!isWaiting(thread) && thread.isAlive()) {
      Thread.onSpinWait();
    }
    receiver.close();
    ExecutionException failure =
        assertThrows(
            ExecutionException.class, () -> waiting.get(PATIENCE_MS, TimeUnit.MILLISECONDS));
    assertTrue(failure.getCause() instanceof IOException, failure.toString());
  }

  @Test
  void shouldFailOnceClosed() throws IOException {
    LinkAddress address = newAddress(1);
    SyncReceiver receiver = listen(address);
    SyncSender sender = speak(address);
    assertTrue(sender.isUsable());
    receiver.close();
    sender.close();
    assertThrows(IOException.class, () -> receiver.receive(received, 0));
    assertThrows(IOException.class, () -> receiver.receive(received, PATIENCE_MS));
    assertThrows(IOException.class, () -> sender.send(Datagram.of(new byte[] {1}), 0));
    assertFalse(sender.isUsable());
    receiver.close();
    sender.close();
  }

  @Test
  void shouldOpenTheSameAddressAgain() throws IOException {
    LinkAddress address = newAddress(2);
    for (byte round = 0; round < 5; round++) {
      try (SyncReceiver receiver = newTransport().openReceiver(address, counters);
          SyncSender sender = newTransport().openSender(address)) {
        sender.send(Datagram.of(new byte[] {round}), 1);
        assertArrayEquals(new byte[] {round}, next(receiver));
        assertFalse(receiver.receive(received, 0), "something of the round before");
      }
    }
  }

  @Test
  void shouldOpenANewReceiverBeforeTheOldOneCloses() throws IOException {
    LinkAddress address = newAddress(1);
    SyncSender sender = speak(address);
    SyncReceiver old = listen(address);
    SyncReceiver successor = listen(address);
    old.close();
    sender.send(Datagram.of(new byte[] {9}), 0);
    assertArrayEquals(new byte[] {9}, next(successor));
  }

  @Test
  void shouldLeaveNoFileDescriptors() throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    assumeTrue(Files.isDirectory(descriptors), "needs /proc/self/fd to count descriptors");
    LinkAddress address = newAddress(2);
    openAndClose(address, 3);
    long before = count(descriptors);
    openAndClose(address, 200);
    long after = count(descriptors);
    // Other threads of the JVM may open a file meanwhile; a leak would be hundreds.
    assertTrue(after <= before + 10, before + " descriptors before, " + after + " after");
  }

  @Test
  void shouldSayHowLongMessagesAreByDefault() throws IOException {
    LinkAddress address = newAddress(1);
    int longestSent = speak(address).defaultMaxLength();
    int longestTaken = listen(address).defaultMaxLength();
    assertTrue(longestSent >= 1_024 && longestSent <= Datagram.MAX_BYTES, "sent " + longestSent);
    assertTrue(longestTaken >= longestSent, "taken " + longestTaken);
    assertTrue(longestTaken <= Datagram.MAX_BYTES, "taken " + longestTaken);
  }

  @Test
  void shouldAllocateNothingADatagram() throws IOException {
    LinkAddress address = newAddress(2);
    SyncReceiver receiver = listen(address);
    SyncSender sender = speak(address);
    Datagram message = Datagram.of(new byte[1_400]);
    double bytes = bytesADatagram(message, sender, sender, receiver, 4);
    // A look at the interface once a second costs some; it is far below one byte a datagram.
    assertTrue(bytes < 4, bytes + " bytes a datagram");
  }

  @Test
  void shouldAllocateAnAddressAtMostWhenSendersAlternate() throws IOException {
    LinkAddress address = newAddress(2);
    SyncReceiver receiver = listen(address);
    SyncSender one = speak(address);
    SyncSender other = speak(address);
    Datagram message = Datagram.of(new byte[1_400]);
    // An address, and what it consists of: with wide pointers it is the more.
    double bytes = bytesADatagram(message, one, other, receiver, 256);
    assertTrue(bytes < 256, bytes + " bytes a datagram");
  }

  @Test
  void shouldLetAPeerAskTheGroupAndAnswerIt() throws IOException {
    LinkAddress address = newAddress(1);
    SyncReceiver receiver = listen(address);
    PeerSocket asker = ask(address);
    PeerSocket answerer = ask(address);
    asker.sendToGroup(Datagram.of(new byte[] {1, 2}));
    assertArrayEquals(new byte[] {1, 2}, next(receiver));
    SocketAddress source = received.source();
    answerer.send(Datagram.of(new byte[] {3}), source);
    assertTrue(asker.receive(received, PATIENCE_MS), "no answer");
    assertArrayEquals(new byte[] {3}, received.toBytes());
    asker.send(Datagram.of(new byte[] {4}), received.source());
    assertTrue(answerer.receive(received, PATIENCE_MS), "no answer to the answer");
    assertArrayEquals(new byte[] {4}, received.toBytes());
    assertEquals(source, received.source());
    assertFalse(asker.receive(received, 0), "what went to the group came back");
  }

  @Test
  void shouldLetTheNodesOwnReceiverHearWhatItAsks() throws IOException {
    LinkAddress address = newAddress(1);
    SyncTransport node = newTransport();
    SyncReceiver receiver = open(node.openReceiver(address, counters));
    PeerSocket asker = open(node.openPeerSocket(address));
    asker.sendToGroup(Datagram.of(new byte[] {5}));
    assertArrayEquals(new byte[] {5}, next(receiver));
    assertEquals(0, counters.get(LinkCounter.OWN_DATAGRAM));
  }

  @Test
  void shouldSayWhatAPeerSocketTakes() throws IOException {
    PeerSocket socket = ask(newAddress(1));
    assertTrue(socket.maxLength() >= 1_024, "length " + socket.maxLength());
    assertTrue(socket.maxLength() <= Datagram.MAX_BYTES, "length " + socket.maxLength());
    assertTrue(socket.receiveBufferBytes() > 0);
  }

  @Test
  void shouldEndAWaitOfAPeerSocketThatIsClosed() throws Exception {
    PeerSocket socket = ask(newAddress(1));
    FutureTask<Boolean> waiting =
        new FutureTask<>(() -> socket.receive(new Datagram(100), PATIENCE_MS));
    Thread thread = Thread.ofPlatform().start(waiting);
    while (!isWaiting(thread)) {
      Thread.onSpinWait();
    }
    socket.close();
    socket.close();
    ExecutionException thrown =
        assertThrows(
            ExecutionException.class, () -> waiting.get(PATIENCE_MS, TimeUnit.MILLISECONDS));
    assertTrue(thrown.getCause() instanceof IOException, thrown.getCause().toString());
    Datagram any = Datagram.of(new byte[] {1});
    assertThrows(IOException.class, () -> socket.sendToGroup(any));
  }

  /**
   * What a warm datagram allocates on average, see {@link Allocations#leastOf}.
   *
   * @param enough less than this is not measured again
   */
  private double bytesADatagram(
      Datagram message, SyncSender one, SyncSender other, SyncReceiver receiver, long enough)
      throws IOException {
    passOn(message, one, other, receiver, WARM_UP);
    long least =
        Allocations.leastOf(
            PASSES, enough * MEASURED, () -> passOn(message, one, other, receiver, MEASURED));
    return (double) least / MEASURED;
  }

  private void passOn(
      Datagram message, SyncSender one, SyncSender other, SyncReceiver receiver, int datagrams)
      throws IOException {
    for (int i = 0; i < datagrams; i += 2) {
      one.send(message, 0);
      other.send(message, 0);
      if (!receiver.receive(received, PATIENCE_MS) || !receiver.receive(received, PATIENCE_MS)) {
        throw new AssertionError("datagram " + i + " did not arrive");
      }
    }
  }

  private void openAndClose(LinkAddress address, int times) throws IOException {
    SyncTransport node = newTransport();
    for (int i = 0; i < times; i++) {
      node.openReceiver(address, counters).close();
      node.openSender(address).close();
      node.openPeerSocket(address).close();
    }
  }

  private static long count(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  /** True when the thread sits in the kernel, which the JVM calls runnable, or waits. */
  private static boolean isWaiting(Thread thread) {
    StackTraceElement[] stack = thread.getStackTrace();
    return stack.length > 0
        && (thread.getState() != Thread.State.RUNNABLE || stack[0].isNativeMethod());
  }

  private byte[] next(SyncReceiver receiver) throws IOException {
    assertTrue(receiver.receive(received, PATIENCE_MS), "nothing arrived");
    return received.toBytes();
  }

  /** A receiver of another node. */
  private SyncReceiver listen(LinkAddress address) throws IOException {
    return open(newTransport().openReceiver(address, counters));
  }

  /** A sender of another node. */
  private SyncSender speak(LinkAddress address) throws IOException {
    return open(newTransport().openSender(address));
  }

  /** A peer's socket of another node. */
  private PeerSocket ask(LinkAddress address) throws IOException {
    return open(newTransport().openPeerSocket(address));
  }

  private <T extends Closeable> T open(T end) {
    opened.push(end);
    return end;
  }

  private static LinkAddress withPorts(LinkAddress address, int port, int syncPorts) {
    return new LinkAddress(
        address.mcastInterface(),
        address.group(),
        port,
        syncPorts,
        address.ttl(),
        address.socketBufferBytes(),
        address.loopback());
  }
}

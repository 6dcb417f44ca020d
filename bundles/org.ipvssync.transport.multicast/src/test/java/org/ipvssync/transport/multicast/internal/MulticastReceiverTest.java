package org.ipvssync.transport.multicast.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.util.Map;
import java.util.ServiceLoader;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncReceiver;
import org.ipvssync.api.wire.SyncSender;
import org.ipvssync.api.wire.SyncTransport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a receiver on {@code lo} does beyond the contract. */
@Timeout(60)
class MulticastReceiverTest {
  private static final int SMALL_BUFFER = 4096;

  private final TestClock clock = new TestClock();
  private final MulticastTransport node = new MulticastTransport(clock);
  private final MulticastTransport other = new MulticastTransport();
  private final LinkCounters counters = new LinkCounters();
  private final Datagram datagram = new Datagram(2_000);

  private static LinkAddress smallBuffers(int syncPorts) {
    return Addresses.on("lo", Addresses.randomGroup(), syncPorts, SMALL_BUFFER);
  }

  private void flood(LinkAddress address, int datagrams) throws IOException {
    Datagram message = Datagram.of(new byte[1_000]);
    try (SyncSender sender = other.openSender(address)) {
      for (int i = 0; i < datagrams; i++) {
        sender.send(message, i % address.syncPorts());
      }
    }
  }

  private int receiveAll(SyncReceiver receiver) throws IOException {
    int received = 0;
    while (receiver.receive(datagram, 0)) {
      received++;
    }
    return received;
  }

  private long overflows() {
    return counters.get(LinkCounter.SOCKET_OVERFLOW);
  }

  @Test
  void shouldBeFoundByTheServiceLoader() {
    SyncTransport found = ServiceLoader.load(SyncTransport.class).findFirst().orElseThrow();
    assertInstanceOf(MulticastTransport.class, found);
    assertEquals("multicast", found.name());
  }

  @Test
  void shouldKnowTheSendersOfTheTransportThatItTakesOverFrom() throws IOException {
    LinkAddress address = Addresses.on("lo", Addresses.randomGroup(), 1, 0);
    MulticastTransport older = new MulticastTransport(Map.of());
    MulticastTransport newer = new MulticastTransport(Map.of());
    try (SyncReceiver receiver = newer.openReceiver(address, counters);
        SyncSender neighbour = other.openSender(address)) {
      SyncSender before = older.openSender(address);
      before.send(Datagram.of(new byte[] {1}), 0);
      try (SyncSender after = newer.openSender(address)) {
        before.send(Datagram.of(new byte[] {2}), 0);
        before.close();
        after.send(Datagram.of(new byte[] {3}), 0);
      }
      neighbour.send(Datagram.of(new byte[] {4}), 0);
      assertTrue(receiver.receive(datagram, 10_000));
      assertEquals(4, datagram.toBytes()[0]);
      assertEquals(3, counters.get(LinkCounter.OWN_DATAGRAM));
    }
  }

  @Test
  void shouldCountWhatTheKernelDroppedOnAllItsSockets() throws IOException {
    LinkAddress address = smallBuffers(2);
    try (SyncReceiver receiver = node.openReceiver(address, counters)) {
      flood(address, 200);
      int received = receiveAll(receiver);
      assertTrue(received > 0 && received < 200, "received " + received);
      assertEquals(0, overflows(), "not looked up more than once a second");
      clock.forward(1);
      receiver.receive(datagram, 0);
      assertEquals(200 - received, overflows());
      flood(address, 100);
      received += receiveAll(receiver);
      clock.forward(1);
      receiver.receive(datagram, 0);
      assertEquals(300 - received, overflows());
    }
    assertTrue(overflows() > 0);
  }

  @Test
  void shouldCountDropsSeldomWhileNothingIsReceived() throws IOException {
    LinkAddress address = smallBuffers(1);
    try (SyncReceiver receiver = node.openReceiver(address, counters)) {
      flood(address, 100);
      clock.forward(9);
      // This call looks before it takes: nothing was received since the last look.
      assertTrue(receiver.receive(datagram, 0));
      assertEquals(0, overflows());
      clock.forward(2);
      // It looks when it has taken everything, or many.
      assertTrue(receiveAll(receiver) > 0);
      assertTrue(overflows() > 0);
    }
  }

  @Test
  void shouldCountDropsWhenClosedAndOnlyOnce() throws IOException {
    LinkAddress address = smallBuffers(1);
    SyncReceiver receiver = node.openReceiver(address, counters);
    flood(address, 200);
    int received = receiveAll(receiver);
    receiver.close();
    receiver.close();
    assertEquals(200 - received, overflows());
  }

  @Test
  void shouldCountItsOwnSocketsDropsOnly() throws IOException {
    LinkAddress address = smallBuffers(1);
    LinkCounters neighbours = new LinkCounters();
    try (SyncReceiver neighbour = new MulticastTransport().openReceiver(address, neighbours)) {
      flood(address, 200);
      try (SyncReceiver receiver = node.openReceiver(address, counters)) {
        assertFalse(receiver.receive(datagram, 0));
      }
      assertEquals(0, overflows());
      assertTrue(neighbour.receive(datagram, 0));
    }
    assertTrue(neighbours.get(LinkCounter.SOCKET_OVERFLOW) > 0);
  }

  @Test
  void shouldComeBackInTimeWhileTheNodeHearsItself() throws IOException {
    LinkAddress address = Addresses.onLoopback(1);
    try (SyncReceiver receiver = node.openReceiver(address, counters);
        SyncSender own = node.openSender(address)) {
      Datagram message = Datagram.of(new byte[] {1});
      for (int i = 0; i < 100; i++) {
        own.send(message, 0);
      }
      assertFalse(receiver.receive(datagram, 0));
      long first = counters.get(LinkCounter.OWN_DATAGRAM);
      assertTrue(first < 100, "dropped " + first + " of its own in no time");
      assertFalse(receiver.receive(datagram, 0));
      assertEquals(100, counters.get(LinkCounter.OWN_DATAGRAM));
    }
  }

  @Test
  void shouldThrowWhenInterruptedAndWorkAfterwards() throws IOException {
    LinkAddress address = Addresses.onLoopback(1);
    try (SyncReceiver receiver = node.openReceiver(address, counters)) {
      Thread.currentThread().interrupt();
      assertThrows(InterruptedIOException.class, () -> receiver.receive(datagram, 600_000));
      assertTrue(Thread.interrupted(), "the thread is told that it was interrupted");
      flood(address, 1);
      assertTrue(receiver.receive(datagram, 1_000));
    }
  }

  @Test
  void shouldNotHearOtherGroupsAndPorts() throws IOException {
    LinkAddress address = Addresses.onLoopback(1);
    LinkAddress otherGroup = with(address, Addresses.randomGroup(), address.port());
    LinkAddress otherPort = with(address, address.group(), Addresses.newPorts(1));
    try (SyncReceiver receiver = node.openReceiver(address, counters);
        SyncReceiver groupsReceiver = node.openReceiver(otherGroup, counters);
        SyncReceiver portsReceiver = node.openReceiver(otherPort, counters)) {
      flood(otherGroup, 1);
      flood(otherPort, 2);
      flood(address, 3);
      assertEquals(3, receiveAll(receiver));
      assertEquals(1, receiveAll(groupsReceiver));
      assertEquals(2, receiveAll(portsReceiver));
    }
  }

  private static LinkAddress with(LinkAddress address, InetAddress group, int port) {
    return new LinkAddress("lo", group, port, 1, 1, 0, address.loopback());
  }

  @Test
  void shouldTakeTheLongestMessageFromTheInterface() throws IOException {
    try (SyncReceiver receiver = node.openReceiver(Addresses.onLoopback(1), counters);
        SyncSender sender = node.openSender(Addresses.onLoopback(1))) {
      // lo has an MTU of 65536; the kernel's daemon cuts that to 65535.
      assertEquals(65_535 - 28, receiver.defaultMaxLength());
      assertEquals(1_500 - 28, sender.defaultMaxLength());
    }
  }
}

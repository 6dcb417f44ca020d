package org.ipvssync.command.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.PeerSocket;
import org.ipvssync.api.wire.SyncReceiver;
import org.ipvssync.api.wire.SyncSender;
import org.ipvssync.api.wire.SyncTransport;
import org.ipvssync.command.child.Delays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class WireTapTest {
  private static final LinkAddress ADDRESS =
      new LinkAddress("lo", InetAddress.ofLiteral("239.1.2.3"), 8848, 1, 1, 0, true);

  private final BlockingQueue<byte[]> wire = new LinkedBlockingQueue<>();
  private final WorkloadModel model = new WorkloadModel();

  @Test
  void shouldCountAndMeasureWhatComes() throws IOException {
    model.change(Records.tcp(7, "192.168.1.10", Records.ESTABLISHED), 0, 1, 1, 0, 0);
    put("0000000a02010000" + "0708");
    put("0000000901010000" + "09");
    put("00000004");
    WireTap tap =
        WireTap.open(transport(), ADDRESS, List.of(new PairCodec()), model, () -> 5_000, 1);
    while (!wire.isEmpty() || tap.count().datagrams() < 2) {
      assertFalse(Thread.currentThread().isInterrupted(), "the tap does not listen");
      Thread.onSpinWait();
    }
    tap.close();
    assertEquals(new WireCount(2, 19, 3), tap.count());
    assertEquals(0, tap.missed());
    assertEquals(new Delays(1, 5, 5, 5), model.delays());
  }

  @Test
  void shouldBeOnTimeWhileItHearsSomethingInTime() throws IOException {
    AtomicLong clock = new AtomicLong();
    try (WireTap tap =
        WireTap.open(transport(), ADDRESS, List.of(new PairCodec()), model, clock::get, 100)) {
      hear(tap, clock, 100);
      assertFalse(tap.isOnTime(100), "it has not listened for long enough");
      hear(tap, clock, 200);
      assertTrue(tap.isOnTime(200));
      assertTrue(tap.isOnTime(250));
      assertFalse(tap.isOnTime(251), "nothing was on the wire for more than half a window");
    }
  }

  @Test
  void shouldBeLateForTwoWindowsAfterALongPause() throws IOException {
    AtomicLong clock = new AtomicLong();
    try (WireTap tap =
        WireTap.open(transport(), ADDRESS, List.of(new PairCodec()), model, clock::get, 100)) {
      hear(tap, clock, 100);
      hear(tap, clock, 200);
      hear(tap, clock, 301);
      assertFalse(tap.isOnTime(301));
      hear(tap, clock, 400);
      hear(tap, clock, 500);
      assertFalse(tap.isOnTime(500));
      assertTrue(tap.isOnTime(501));
    }
  }

  private void hear(WireTap tap, AtomicLong clock, long atNanos) {
    long before = tap.count().datagrams();
    clock.set(atNanos);
    put("0000000901010000" + "09");
    while (tap.count().datagrams() == before) {
      assertFalse(Thread.currentThread().isInterrupted(), "the tap does not listen");
      Thread.onSpinWait();
    }
  }

  private void put(String hex) {
    assertTrue(wire.add(HexFormat.of().parseHex(hex)));
  }

  private SyncTransport transport() {
    return new SyncTransport() {
      @Override
      public String name() {
        return "queue";
      }

      @Override
      public SyncReceiver openReceiver(LinkAddress address, LinkCounters counters) {
        return new QueueReceiver(wire);
      }

      @Override
      public SyncSender openSender(LinkAddress address) {
        throw new UnsupportedOperationException("a tap never sends");
      }

      @Override
      public PeerSocket openPeerSocket(LinkAddress address) {
        throw new UnsupportedOperationException("a tap never asks");
      }
    };
  }

  private record QueueReceiver(BlockingQueue<byte[]> queue) implements SyncReceiver {
    @Override
    public boolean receive(Datagram into, long timeoutMs) throws IOException {
      try {
        byte[] bytes = queue.poll(timeoutMs, TimeUnit.MILLISECONDS);
        if (bytes == null) {
          return false;
        }
        into.set(bytes, 0, bytes.length);
        return true;
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    @Override
    public int defaultMaxLength() {
      return 1_472;
    }

    @Override
    public void close() {}
  }
}

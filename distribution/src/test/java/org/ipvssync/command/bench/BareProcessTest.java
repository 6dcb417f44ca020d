package org.ipvssync.command.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class BareProcessTest {
  private final BenchGroup group = BenchGroup.random("lo", new SecureRandom());

  @Test
  void shouldCountEachDatagramOfItsGroup() throws IOException {
    long pid;
    try (BareProcess process = BareProcess.start(group, BareReceiver.Mode.COUNT)) {
      pid = process.pid();
      send(5);
      assertEquals(5, await(process, 5).count());
      assertEquals(0, group.socketDrops());
    }
    assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
  }

  @Test
  void shouldNoteTheFirstAndTheLatest() throws IOException {
    try (BareProcess process = BareProcess.start(group, BareReceiver.Mode.TIMES)) {
      long before = System.nanoTime();
      send(3);
      BareProcess.Look look = await(process, 3);
      assertTrue(look.firstNanos() - before > 0, look::toString);
      assertTrue(look.latestNanos() - look.firstNanos() >= 0, look::toString);
      assertTrue(look.atNanos() - look.latestNanos() > 0, look::toString);
      assertEquals(0, process.reset().firstNanos());
    }
  }

  @Test
  void shouldMeasureDelays() throws IOException {
    try (BareProcess process = BareProcess.start(group, BareReceiver.Mode.DELAYS)) {
      send(3);
      BareProcess.Look look = await(process, 3);
      assertTrue(look.p50() > 0 && look.p50() <= look.p99() && look.p99() <= look.max());
      assertEquals(0, process.reset().max());
    }
  }

  private void send(int count) throws IOException {
    try (DatagramChannel channel = group.openSender()) {
      ByteBuffer datagram = ByteBuffer.allocateDirect(Long.BYTES);
      for (int i = 0; i < count; i++) {
        channel.write(datagram.clear().putLong(0, System.nanoTime()));
      }
    }
  }

  private static BareProcess.Look await(BareProcess process, int count) throws IOException {
    BareProcess.Look look = process.look();
    while (look.count() < count) {
      look = process.look();
    }
    return look;
  }
}

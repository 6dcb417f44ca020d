package org.ipvssync.transport.multicast.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class SocketBuffersTest {
  private static final int MORE_THAN_ANY_LIMIT = 1 << 30;

  @Test
  void shouldReadBackWhatTheKernelGranted() throws IOException {
    try (GroupSockets sockets =
        GroupSockets.listen(Addresses.on("lo", Addresses.randomGroup(), 2, MORE_THAN_ANY_LIMIT))) {
      SocketBuffers buffers = sockets.buffers();
      assertTrue(buffers.wereCut());
      assertTrue(buffers.grantedBytes() > 0 && buffers.grantedBytes() < MORE_THAN_ANY_LIMIT);
      assertTrue(buffers.line().contains("net.core.rmem_max"), buffers.line());
    }
    try (GroupSockets sockets =
        GroupSockets.connect(Addresses.on("lo", Addresses.randomGroup(), 1, 100_000))) {
      assertFalse(sockets.buffers().wereCut());
      assertEquals(100_000, sockets.buffers().grantedBytes());
    }
  }

  @Test
  void shouldSayWhatWasAskedAndGranted() {
    assertEquals(
        "receiving 224.0.0.81:8848 on eth0: socket receive buffer 8388608 bytes asked, 212992"
            + " granted: raise the limit with `sysctl -w net.core.rmem_max=8388608`",
        new SocketBuffers(
                "receiving 224.0.0.81:8848 on eth0",
                "receive",
                "net.core.rmem_max",
                8_388_608,
                212_992)
            .line());
    assertEquals(
        "sending to 224.0.0.81:8848 on eth0: socket send buffer 4096 bytes asked, 4608 granted",
        new SocketBuffers(
                "sending to 224.0.0.81:8848 on eth0", "send", "net.core.wmem_max", 4_096, 4_608)
            .line());
  }

  @Test
  void shouldLeaveTheDefaultWhenNothingIsAsked() throws IOException {
    try (GroupSockets sockets = GroupSockets.connect(Addresses.onLoopback(1))) {
      SocketBuffers buffers = sockets.buffers();
      assertFalse(buffers.wereCut());
      assertTrue(buffers.line().endsWith(" bytes, the system's default"), buffers.line());
    }
  }
}

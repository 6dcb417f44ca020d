package org.ipvssync.transport.multicast.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import org.ipvssync.api.wire.LinkAddress;
import org.junit.jupiter.api.Test;

/** The sockets are as those of the kernel's daemon. */
class GroupSocketsTest {
  private static LinkAddress address(int ttl, boolean loopback) {
    return new LinkAddress(
        "lo", Addresses.randomGroup(), Addresses.newPorts(2), 2, ttl, 0, loopback);
  }

  @Test
  void shouldListenToTheGroupAlone() throws IOException {
    LinkAddress address = address(1, true);
    try (GroupSockets sockets = GroupSockets.listen(address)) {
      assertEquals(2, sockets.channels().size());
      for (int lane = 0; lane < 2; lane++) {
        DatagramChannel channel = sockets.channels().get(lane);
        assertEquals(
            new InetSocketAddress(address.group(), address.port() + lane),
            channel.getLocalAddress());
        assertTrue(channel.getOption(StandardSocketOptions.SO_REUSEADDR));
        assertFalse(channel.isBlocking());
      }
      assertEquals(2, sockets.drops().sockets());
    }
  }

  @Test
  void shouldSendFromTheInterfacesAddressAndAnEphemeralPort() throws IOException {
    LinkAddress address = address(4, false);
    try (GroupSockets sockets = GroupSockets.connect(address)) {
      for (int lane = 0; lane < 2; lane++) {
        DatagramChannel channel = sockets.channels().get(lane);
        assertEquals(
            new InetSocketAddress(address.group(), address.port() + lane),
            channel.getRemoteAddress());
        assertEquals(4, channel.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
        assertFalse(channel.getOption(StandardSocketOptions.IP_MULTICAST_LOOP));
        assertEquals("lo", channel.getOption(StandardSocketOptions.IP_MULTICAST_IF).getName());
        InetSocketAddress source = sockets.sources().get(lane);
        assertEquals(InetAddress.ofLiteral("127.0.0.1"), source.getAddress());
        assertTrue(source.getPort() > 0 && source.getPort() != address.port());
      }
    }
    try (GroupSockets sockets = GroupSockets.connect(address(1, true))) {
      DatagramChannel channel = sockets.channels().getFirst();
      assertTrue(channel.getOption(StandardSocketOptions.IP_MULTICAST_LOOP));
    }
  }

  @Test
  void shouldFindTheOptionThatAllowsFragments() throws IOException {
    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
      assertTrue(GroupSockets.allowFragments(channel));
    }
  }
}

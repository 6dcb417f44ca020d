package org.ipvssync.transport.multicast.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.TransportException;
import org.junit.jupiter.api.Test;

/** Each thing that can be wrong is one line that says what, where and what to do. */
class MulticastErrorsTest {
  private final MulticastTransport transport = new MulticastTransport();
  private final LinkAddress good = Addresses.onLoopback(1);

  private static void assertSays(TransportException failure, String... parts) {
    String line = failure.getMessage();
    assertFalse(line.contains("\n"), line);
    for (String part : parts) {
      assertTrue(line.contains(part), line);
    }
  }

  private void assertRefused(LinkAddress address, String... parts) {
    assertSays(
        assertThrows(
            TransportException.class, () -> transport.openReceiver(address, new LinkCounters())),
        parts);
    assertSays(assertThrows(TransportException.class, () -> transport.openSender(address)), parts);
  }

  private static LinkAddress address(String name, String group, int port, int syncPorts, int ttl) {
    return new LinkAddress(name, InetAddress.ofLiteral(group), port, syncPorts, ttl, 0, true);
  }

  @Test
  void shouldListTheInterfacesWhenThereIsNoneOfThatName() {
    assertRefused(
        address("nosuch0", "239.1.1.1", 8848, 1, 1),
        "interface nosuch0 does not exist: set mcastInterface to one of lo");
    assertRefused(address(" ", "239.1.1.1", 8848, 1, 1), "no interface is named", "lo");
    assertRefused(address(null, "239.1.1.1", 8848, 1, 1), "no interface is named", "lo");
  }

  @Test
  void shouldRefuseAGroupThatIsNotMulticast() {
    assertRefused(address("lo", "10.0.0.1", 8848, 1, 1), "group 10.0.0.1", "224.0.0.0", "ff00::/8");
    assertRefused(address("lo", "fd00::1", 8848, 1, 1), "group fd00:0:0:0:0:0:0:1");
    assertRefused(new LinkAddress("lo", null, 8848, 1, 1, 0, true), "group (none)");
  }

  @Test
  void shouldRefuseIpv6OnLoopback() {
    assertRefused(
        address("lo", "ff02::5a", 8848, 1, 1),
        "IPv6 groups do not work on lo",
        "use an IPv4 group there, or another interface");
  }

  @Test
  void shouldRefuseNumbersOutOfRange() {
    assertRefused(address("lo", "239.1.1.1", 65_533, 4, 1), "ports from 65533 on, 4 of them");
    assertRefused(address("lo", "239.1.1.1", 0, 1, 1), "ports from 0 on");
    assertRefused(address("lo", "239.1.1.1", 8848, 65, 1), "syncPorts 65", "1 to 64");
    assertRefused(address("lo", "239.1.1.1", 8848, 0, 1), "syncPorts 0");
    assertSays(
        assertThrows(
            TransportException.class,
            () -> transport.openSender(address("lo", "239.1.1.1", 8848, 1, 256))),
        "ttl 256",
        "1 to 255");
    assertRefused(
        new LinkAddress("lo", good.group(), 8848, 1, 1, -1, true), "socket buffer of -1 bytes");
  }

  @Test
  void shouldSayThatAPortIsTakenByAProgramThatDoesNotShareIt() throws IOException {
    try (DatagramChannel selfish = DatagramChannel.open(StandardProtocolFamily.INET)) {
      selfish.bind(new InetSocketAddress("0.0.0.0", good.port()));
      TransportException failure =
          assertThrows(
              TransportException.class, () -> transport.openReceiver(good, new LinkCounters()));
      assertSays(
          failure,
          "cannot listen to " + good.group().getHostAddress() + ":" + good.port() + " on lo",
          "another program holds UDP port " + good.port(),
          "`ss -lunp sport = :" + good.port() + "`");
    }
    transport.openReceiver(good, new LinkCounters()).close();
  }

  @Test
  void shouldSayWhatPermissionAPortNeeds() {
    LinkErrors errors = new LinkErrors(address("eth0", "224.0.0.81", 80, 2, 1));
    assertEquals(
        "cannot listen to 224.0.0.81:80-81 on eth0: no permission for port 81: run as root or with"
            + " CAP_NET_BIND_SERVICE, or choose a port from 1024 on",
        errors.cannotBind(81, new BindException("Permission denied")).getMessage());
  }

  @Test
  void shouldKeepWhatTheSystemSaidWhenItIsSomethingElse() {
    LinkErrors errors = new LinkErrors(address("eth0", "ff02::5a", 8848, 1, 1));
    BindException cause = new BindException("Something odd");
    TransportException failure = errors.cannotBind(8848, cause);
    assertSays(failure, "[ff02:0:0:0:0:0:0:5a]:8848 on eth0", "Something odd");
    assertEquals(cause, failure.getCause());
    assertSays(errors.cannotOpen(new UnsupportedOperationException()), "no IPv6", "use an IPv4");
    assertSays(errors.cannotOpen(new IOException("Too many open files")), "Too many open files");
  }

  @Test
  void shouldPointToThePacketFilterWhenSendingIsNotPermitted() {
    LinkErrors errors = new LinkErrors(good);
    String line = errors.notSent(new IOException("Operation not permitted")).getMessage();
    assertTrue(line.contains("`nft list ruleset`"), line);
  }

  @Test
  void shouldLeaveNoSocketsWhenOpeningFails() throws IOException {
    LinkAddress four = Addresses.onLoopback(4);
    try (DatagramChannel selfish = DatagramChannel.open(StandardProtocolFamily.INET)) {
      selfish.bind(new InetSocketAddress("0.0.0.0", four.port() + 3));
      assertThrows(
          TransportException.class, () -> transport.openReceiver(four, new LinkCounters()));
    }
    // A socket left behind would share its port only with those that share theirs.
    try (DatagramChannel selfish = DatagramChannel.open(StandardProtocolFamily.INET)) {
      selfish.bind(new InetSocketAddress("0.0.0.0", four.port()));
      assertTrue(selfish.isOpen());
    }
  }
}

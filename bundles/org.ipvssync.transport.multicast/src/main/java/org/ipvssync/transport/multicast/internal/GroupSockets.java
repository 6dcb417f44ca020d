package org.ipvssync.transport.multicast.internal;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.TransportException;
import org.ipvssync.transport.multicast.internal.McastInterface.State;

/**
 * The sockets of one end of a link, one for each of its ports, made as the kernel's sync daemon
 * makes its own. Non-blocking.
 *
 * <p>A receiving socket is bound to the group itself, so that the kernel hands it that group alone,
 * and joined on the one interface. With IPv4 that is all it hears, since the JDK has turned
 * IP_MULTICAST_ALL off; with IPv6 it is bound to the interface too. A sending socket is connected
 * to the group, so its local address is the source of what it sends.
 */
final class GroupSockets implements AutoCloseable {
  /** Bytes of an IPv4 and a UDP header. */
  private static final int IPV4_HEADERS = 28;

  /** Bytes of an IPv6 and a UDP header. */
  private static final int IPV6_HEADERS = 48;

  private static final byte[] LINK_LOCAL_GROUP = {
    (byte) 0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01
  };

  private static final int ETHERNET_MTU = 1500;
  private static final int LONGEST_PACKET = 65_535;

  private final LinkAddress address;
  private final McastInterface mcastInterface;
  private final LinkErrors errors;
  private final List<DatagramChannel> channels = new ArrayList<>();
  private SocketBuffers buffers;
  private SocketDrops drops = SocketDrops.NONE;

  private GroupSockets(LinkAddress address, McastInterface mcastInterface) {
    this.address = address;
    this.mcastInterface = mcastInterface;
    this.errors = new LinkErrors(address);
  }

  /** Sockets that listen to the group. */
  static GroupSockets listen(LinkAddress address) throws TransportException {
    GroupSockets sockets = prepare(address);
    try {
      sockets.listen();
      return sockets;
    } catch (TransportException | RuntimeException e) {
      sockets.close();
      throw e;
    }
  }

  /** Sockets that send to the group. */
  static GroupSockets connect(LinkAddress address) throws TransportException {
    LinkErrors.checkSender(address);
    GroupSockets sockets = prepare(address);
    sockets.mcastInterface.checkCarrier();
    try {
      sockets.connect();
      return sockets;
    } catch (TransportException | RuntimeException e) {
      sockets.close();
      throw e;
    }
  }

  /**
   * One socket of its own port that sends to the group, and to and from which peers speak; bound to
   * the address that the kernel would send to the group from.
   */
  static GroupSockets ask(LinkAddress address) throws TransportException {
    LinkAddress first = onePort(address);
    InetSocketAddress source;
    try (GroupSockets probe = connect(first)) {
      source = probe.sources().getFirst();
    }
    GroupSockets sockets = prepare(first);
    try {
      sockets.ask(source.getAddress());
      return sockets;
    } catch (IOException | UnsupportedOperationException e) {
      sockets.close();
      throw sockets.errors.cannotOpen(e);
    } catch (RuntimeException e) {
      sockets.close();
      throw e;
    }
  }

  /** The first port; a host hears itself, for another node may run on it. */
  private static LinkAddress onePort(LinkAddress address) {
    return new LinkAddress(
        address.mcastInterface(),
        address.group(),
        address.port(),
        1,
        address.ttl(),
        address.socketBufferBytes(),
        true);
  }

  private static GroupSockets prepare(LinkAddress address) throws TransportException {
    LinkErrors.check(address);
    GroupSockets sockets = new GroupSockets(address, McastInterface.find(address.mcastInterface()));
    if (sockets.isIpv6() && sockets.mcastInterface.isLoopback()) {
      throw sockets.errors.ipv6OnLoopback();
    }
    if (!sockets.hasAddress()) {
      sockets.checkFamily();
      throw sockets.errors.noAddress();
    }
    return sockets;
  }

  /** The sockets, by lane. */
  List<DatagramChannel> channels() {
    return channels;
  }

  /** The addresses that datagrams come from, by lane; for sockets that send. */
  List<InetSocketAddress> sources() throws TransportException {
    List<InetSocketAddress> sources = new ArrayList<>();
    for (DatagramChannel channel : channels) {
      try {
        InetSocketAddress source = (InetSocketAddress) channel.getLocalAddress();
        if (source.getAddress().isAnyLocalAddress()) {
          throw errors.noSource(null);
        }
        sources.add(source);
      } catch (TransportException e) {
        throw e;
      } catch (IOException e) {
        throw errors.noSource(e);
      }
    }
    return sources;
  }

  McastInterface mcastInterface() {
    return mcastInterface;
  }

  LinkErrors errors() {
    return errors;
  }

  /** What the kernel granted. */
  SocketBuffers buffers() {
    return buffers;
  }

  /** Counts what the kernel drops; for sockets that listen. */
  SocketDrops drops() {
    return drops;
  }

  /** The longest message of a kernel backup on this interface, bytes. */
  int backupMaxLength() {
    return Math.clamp(mcastInterface.mtu(), ETHERNET_MTU, LONGEST_PACKET) - headers();
  }

  /** The longest message of a kernel master, bytes: it takes 1500 whatever the interface has. */
  int masterMaxLength() {
    return ETHERNET_MTU - headers();
  }

  @Override
  public void close() {
    for (DatagramChannel channel : channels) {
      try {
        channel.close();
      } catch (IOException e) {
        // The descriptor is gone all the same.
        continue;
      }
    }
  }

  private void listen() throws TransportException {
    try {
      for (int lane = 0; lane < address.syncPorts(); lane++) {
        // Other nodes, and the kernel's own daemon, listen on the same port of this host.
        open().setOption(StandardSocketOptions.SO_REUSEADDR, true);
      }
      buffers = SocketBuffers.receive(errors.where(), channels, address.socketBufferBytes());
    } catch (IOException | UnsupportedOperationException e) {
      throw errors.cannotOpen(e);
    }
    drops = SocketDrops.ofSocketsBoundBy(this::bind, group(), address.port(), address.syncPorts());
    join();
  }

  private void bind() throws TransportException {
    for (int lane = 0; lane < channels.size(); lane++) {
      int port = address.port() + lane;
      try {
        if (isIpv6()) {
          bindToInterface(channels.get(lane));
        }
        channels.get(lane).bind(new InetSocketAddress(group(), port));
      } catch (IOException e) {
        throw errors.cannotBind(port, e);
      }
    }
  }

  /**
   * Binds a socket to the interface, without which Linux hands it a group wider than a link from
   * all interfaces. The JDK has no option for that, but an attempt to bind to a link-local address
   * tells the kernel the interface, and when the attempt fails, here because another socket has the
   * port, that stays. (A kernel that forgot it would only hand over more.)
   */
  private void bindToInterface(DatagramChannel channel) throws IOException {
    InetAddress anyLinkLocal =
        Inet6Address.getByAddress(null, LINK_LOCAL_GROUP, mcastInterface.index());
    try (DatagramChannel holder = DatagramChannel.open(StandardProtocolFamily.INET6)) {
      holder.bind(new InetSocketAddress(anyLinkLocal, 0));
      channel.bind(holder.getLocalAddress());
      throw new IOException("two sockets have one port");
    } catch (BindException e) {
      // As intended.
      return;
    }
  }

  private void join() throws TransportException {
    try {
      for (DatagramChannel channel : channels) {
        channel.join(group(), mcastInterface.system());
      }
    } catch (IOException e) {
      throw errors.cannotJoin(mcastInterface, e);
    }
    if (!isIpv6() && !IgmpTable.mayBeJoined(mcastInterface.index(), group())) {
      throw errors.joinedElsewhere(mcastInterface);
    }
  }

  private void ask(InetAddress source) throws IOException {
    DatagramChannel channel = openToSend();
    SocketBuffers.send(errors.where(), channels, address.socketBufferBytes());
    buffers =
        SocketBuffers.receive("peers of " + errors.where(), channels, address.socketBufferBytes());
    nameInterface(channel);
    channel.bind(new InetSocketAddress(source, 0));
  }

  private DatagramChannel openToSend() throws IOException {
    DatagramChannel channel = open();
    allowFragments(channel);
    channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, address.ttl());
    channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, address.loopback());
    return channel;
  }

  private void connect() throws TransportException {
    try {
      for (int lane = 0; lane < address.syncPorts(); lane++) {
        openToSend();
      }
      buffers = SocketBuffers.send(errors.where(), channels, address.socketBufferBytes());
    } catch (IOException | UnsupportedOperationException e) {
      throw errors.cannotOpen(e);
    }
    // For IPv6 the kernel chooses the source: link-local for a link-local group.
    InetAddress source = isIpv6() ? null : mcastInterface.sourceAddress();
    try {
      for (int lane = 0; lane < channels.size(); lane++) {
        connect(channels.get(lane), source, address.port() + lane);
      }
    } catch (IOException e) {
      throw errors.cannotSend(mcastInterface, e);
    }
  }

  private void connect(DatagramChannel channel, InetAddress source, int port) throws IOException {
    nameInterface(channel);
    if (source != null) {
      channel.bind(new InetSocketAddress(source, 0));
    }
    channel.connect(new InetSocketAddress(group(), port));
  }

  /** Without the option the kernel takes the interface that has the source address. */
  private void nameInterface(DatagramChannel channel) throws IOException {
    if (isIpv6() || mcastInterface.isNamedClearly()) {
      channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, mcastInterface.system());
    }
  }

  /** Where the group is asked. */
  InetSocketAddress target() {
    return new InetSocketAddress(group(), address.port());
  }

  /** The longest payload that one packet of the interface carries, bytes. */
  int unfragmentedLength() {
    return Math.min(mcastInterface.mtu(), LONGEST_PACKET) - headers();
  }

  private DatagramChannel open() throws IOException {
    DatagramChannel channel =
        DatagramChannel.open(isIpv6() ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
    channels.add(channel);
    channel.configureBlocking(false);
    return channel;
  }

  /**
   * Turns the "don't fragment" bit off, which Linux sets by default: a message longer than a link
   * of the path carries is cut to pieces there instead of being lost. Named, not imported: the
   * option is the JDK's own, in a package that no specification has.
   *
   * @return false when this JDK has no such option
   */
  static boolean allowFragments(DatagramChannel channel) throws IOException {
    for (SocketOption<?> option : channel.supportedOptions()) {
      if (option.name().equals("IP_DONTFRAGMENT") && option.type() == Boolean.class) {
        @SuppressWarnings("unchecked")
        SocketOption<Boolean> dontFragment = (SocketOption<Boolean>) option;
        channel.setOption(dontFragment, false);
        return true;
      }
    }
    return false;
  }

  /**
   * The group; in IPv6 with the interface as its scope where the group is no wider than a link, so
   * that binding to it binds to the interface.
   */
  private InetAddress group() {
    if (!isIpv6()) {
      return address.group();
    }
    boolean withinLink = address.group().isMCNodeLocal() || address.group().isMCLinkLocal();
    try {
      return Inet6Address.getByAddress(
          null, address.group().getAddress(), withinLink ? mcastInterface.index() : -1);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an IPv6 address", e);
    }
  }

  /** Tells an interface without IPv6 addresses from a JVM that does not see them. */
  private void checkFamily() throws TransportException {
    try (GroupSockets probe = new GroupSockets(address, mcastInterface)) {
      probe.open();
    } catch (IOException | UnsupportedOperationException e) {
      throw errors.cannotOpen(e);
    }
  }

  private boolean hasAddress() {
    // An IPv6 address may come with the carrier only; until then one can listen.
    return isIpv6()
        ? mcastInterface.hasIpv6() || mcastInterface.state(null) == State.NO_CARRIER
        : mcastInterface.hasIpv4();
  }

  private boolean isIpv6() {
    return address.group() instanceof Inet6Address;
  }

  private int headers() {
    return isIpv6() ? IPV6_HEADERS : IPV4_HEADERS;
  }
}

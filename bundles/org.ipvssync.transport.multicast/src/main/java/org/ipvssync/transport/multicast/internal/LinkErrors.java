package org.ipvssync.transport.multicast.internal;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.TransportException;

/** What can go wrong with a link, each as one line that says what, where, and what to do. */
final class LinkErrors {
  private static final int MOST_PORTS = 64;
  private static final int LAST_PORT = 65_535;

  private final LinkAddress address;

  LinkErrors(LinkAddress address) {
    this.address = address;
  }

  /** Refuses an address that no link can have. */
  static void check(LinkAddress address) throws TransportException {
    InetAddress group = address.group();
    if (group == null || !group.isMulticastAddress()) {
      throw new TransportException(
          "group "
              + (group == null ? "(none)" : group.getHostAddress())
              + " is not a multicast address: use one of 224.0.0.0 to 239.255.255.255 or ff00::/8,"
              + " such as "
              + LinkAddress.DEFAULT_GROUP);
    }
    if (address.syncPorts() < 1 || address.syncPorts() > MOST_PORTS) {
      throw new TransportException(
          "syncPorts " + address.syncPorts() + " is not allowed: use 1 to " + MOST_PORTS);
    }
    if (address.port() < 1 || address.port() + address.syncPorts() - 1 > LAST_PORT) {
      throw new TransportException(
          "ports from "
              + address.port()
              + " on, "
              + address.syncPorts()
              + " of them, are not all from 1 to "
              + LAST_PORT
              + ": choose another port");
    }
    if (address.socketBufferBytes() < 0) {
      throw new TransportException(
          "socket buffer of "
              + address.socketBufferBytes()
              + " bytes is not allowed: use 0 for the system's default, or more");
    }
  }

  /** Refuses an address that nothing can be sent to. */
  static void checkSender(LinkAddress address) throws TransportException {
    if (address.ttl() < 1 || address.ttl() > 255) {
      throw new TransportException("ttl " + address.ttl() + " is not allowed: use 1 to 255");
    }
  }

  /** Group, ports and interface, such as {@code 224.0.0.81:8848-8851 on eth0}. */
  String where() {
    String group = address.group().getHostAddress();
    int scope = group.indexOf('%');
    String bare = scope < 0 ? group : group.substring(0, scope);
    String ports = Integer.toString(address.port());
    if (address.syncPorts() > 1) {
      ports += "-" + (address.port() + address.syncPorts() - 1);
    }
    return (isIpv6() ? "[" + bare + "]:" : bare + ":") + ports + " on " + address.mcastInterface();
  }

  TransportException ipv6OnLoopback() {
    return new TransportException(
        "IPv6 groups do not work on "
            + address.mcastInterface()
            + ": Linux delivers no IPv6 multicast on a loopback interface; use an IPv4 group there,"
            + " or another interface");
  }

  /** The interface has no address of the group's family. */
  TransportException noAddress() {
    String name = address.mcastInterface();
    if (isIpv6()) {
      return new TransportException(
          "interface "
              + name
              + " has no IPv6 address (yet): if it stays so, see `sysctl net.ipv6.conf."
              + name
              + ".disable_ipv6` and `ip -6 address show dev "
              + name
              + "`");
    }
    return new TransportException(
        "interface "
            + name
            + " has no IPv4 address: give it one with `ip address add ADDRESS/LENGTH dev "
            + name
            + "`");
  }

  /** No socket could be made. */
  TransportException cannotOpen(Exception cause) {
    if (cause instanceof UnsupportedOperationException) {
      return new TransportException(
          where()
              + ": this machine or this JVM has no IPv6: start Java without"
              + " java.net.preferIPv4Stack and the kernel without ipv6.disable=1, or use an IPv4"
              + " group",
          cause);
    }
    return new TransportException(
        "cannot make sockets for " + where() + ": " + cause.getMessage(), cause);
  }

  /** A port could not be had. */
  TransportException cannotBind(int port, IOException cause) {
    String said = String.valueOf(cause.getMessage());
    String line = "cannot listen to " + where() + ": ";
    if (said.contains("in use")) {
      line +=
          "another program holds UDP port "
              + port
              + " and does not share it: find it with `ss -lunp sport = :"
              + port
              + "`, then end it or choose another port";
    } else if (said.contains("denied")) {
      line +=
          "no permission for port "
              + port
              + ": run as root or with CAP_NET_BIND_SERVICE, or choose a port from 1024 on";
    } else {
      line += "no socket at port " + port + ": " + said;
    }
    return new TransportException(line, cause);
  }

  TransportException cannotJoin(McastInterface on, IOException cause) {
    return new TransportException(
        "cannot join " + where() + " (" + cause.getMessage() + "): " + advice(on), cause);
  }

  /** The JDK named the interface by an address, and the kernel took another that has it too. */
  TransportException joinedElsewhere(McastInterface on) {
    return new TransportException(
        "cannot listen to "
            + where()
            + ": its address "
            + on.nameAddress().getHostAddress()
            + " is on another interface too, and the kernel joined the group there; remove the"
            + " address from one of the two");
  }

  TransportException cannotSend(McastInterface from, IOException cause) {
    return new TransportException(
        "cannot send to " + where() + " (" + cause.getMessage() + "): " + advice(from), cause);
  }

  /** A datagram did not go out. */
  IOException notSent(IOException cause) {
    String said = String.valueOf(cause.getMessage());
    String line = "nothing can be sent to " + where() + ": " + said;
    if (said.contains("not permitted")) {
      line += "; a packet filter refuses it, see the output rules of `nft list ruleset`";
    }
    return new IOException(line, cause);
  }

  /** The kernel did not say from which address datagrams will come. */
  TransportException noSource(IOException cause) {
    return new TransportException("cannot send to " + where() + ": no source address", cause);
  }

  private String advice(McastInterface on) {
    String name = on.name();
    if (!on.hasMulticastFlag()) {
      return name
          + " is without multicast; turn it on with `ip link set "
          + name
          + " multicast on`";
    }
    if (isIpv6()) {
      return "see `ip -6 address show dev " + name + "`; a new address is usable after some 2 s";
    }
    return "see `ip address show dev " + name + "` and `ip route`";
  }

  private boolean isIpv6() {
    return address.group() instanceof Inet6Address;
  }
}

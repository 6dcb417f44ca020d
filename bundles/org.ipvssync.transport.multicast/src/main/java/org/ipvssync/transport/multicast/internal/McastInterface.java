package org.ipvssync.transport.multicast.internal;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.ipvssync.api.wire.TransportException;

/** A network interface as it was when a link was opened on it. */
final class McastInterface {
  /** How an interface is, compared with how it was. */
  enum State {
    /** There, the same, and up. */
    UP("is up"),
    /** Up by its administrator's will, but no cable or no peer. */
    NO_CARRIER("has no carrier"),
    /** Taken down by its administrator. */
    DOWN("is down"),
    /** No interface of that name. */
    GONE("is gone"),
    /** Another interface has the name now: removed and made again. */
    REPLACED("was removed and made again"),
    /** The address that datagrams are sent from is not on it any more. */
    ADDRESS_GONE("has lost the address that this link sends from");

    private final String words;

    State(String words) {
      this.words = words;
    }

    /** The state as the end of a sentence that starts with the interface's name. */
    String words() {
      return words;
    }
  }

  private static final int MOST_NAMES = 20;
  private static final Path SYSFS = Path.of("/sys/class/net");
  private static final int IFF_UP = 1;

  private final String name;
  private final NetworkInterface system;
  private final int index;

  private McastInterface(String name, NetworkInterface system) {
    this.name = name;
    this.system = system;
    this.index = system.getIndex();
  }

  /** The interface with that name, up, with or without a carrier. */
  static McastInterface find(String name) throws TransportException {
    if (name == null || name.isBlank()) {
      throw new TransportException(
          "no interface is named: set mcastInterface to one of " + names());
    }
    NetworkInterface system;
    try {
      system = NetworkInterface.getByName(name);
    } catch (SocketException e) {
      throw new TransportException("cannot look up interface " + name + ": " + e.getMessage(), e);
    }
    if (system == null) {
      throw new TransportException(
          "interface " + name + " does not exist: set mcastInterface to one of " + names());
    }
    McastInterface found = new McastInterface(name, system);
    if (found.state(null) == State.DOWN) {
      throw new TransportException(
          "interface " + name + " is down: bring it up with `ip link set " + name + " up`");
    }
    return found;
  }

  String name() {
    return name;
  }

  int index() {
    return index;
  }

  NetworkInterface system() {
    return system;
  }

  boolean isLoopback() {
    return system.inetAddresses().anyMatch(InetAddress::isLoopbackAddress);
  }

  /** Longest packet, bytes; 1500 when the system does not say. */
  int mtu() {
    try {
      return system.getMTU();
    } catch (SocketException e) {
      return 1500;
    }
  }

  /** True when the interface has the MULTICAST flag, or the system does not say. */
  boolean hasMulticastFlag() {
    try {
      return system.supportsMulticast();
    } catch (SocketException e) {
      return true;
    }
  }

  /**
   * Looks at the system again. Takes some 50 µs on a machine with few interfaces, 1 ms with
   * hundreds: not for each datagram.
   *
   * @param source an address that the interface must still have, or null
   */
  State state(InetAddress source) {
    try {
      NetworkInterface now = NetworkInterface.getByName(name);
      if (now == null) {
        return State.GONE;
      }
      if (now.getIndex() != index) {
        return State.REPLACED;
      }
      if (source != null && now.inetAddresses().noneMatch(source::equals)) {
        return State.ADDRESS_GONE;
      }
      // The JDK's "up" is: up and with a carrier.
      if (now.isUp()) {
        return State.UP;
      }
      return isUpInSysfs() ? State.NO_CARRIER : State.DOWN;
    } catch (SocketException e) {
      // Cannot tell: out of file descriptors, or it went away just now. The next look will.
      return State.UP;
    }
  }

  /** The administrator's flag; false when /sys is not that of this network namespace. */
  private boolean isUpInSysfs() {
    try {
      Path folder = SYSFS.resolve(name);
      String flags = Files.readString(folder.resolve("flags")).strip();
      String number = Files.readString(folder.resolve("ifindex")).strip();
      return Integer.parseInt(number) == index && (Integer.decode(flags) & IFF_UP) != 0;
    } catch (IOException | NumberFormatException e) {
      return false;
    }
  }

  boolean hasIpv4() {
    return !ipv4Addresses().isEmpty();
  }

  boolean hasIpv6() {
    return system.inetAddresses().anyMatch(Inet6Address.class::isInstance);
  }

  /**
   * The IPv4 address to send from: the first that no other interface has too. The JDK names an
   * interface to the kernel by an address for IPv4, so one that two interfaces have (a virtual
   * address on eth0 and on lo) may mean the other.
   */
  Inet4Address sourceAddress() throws TransportException {
    // The JDK lists addresses in reverse; the kernel's sync daemon takes the first.
    List<Inet4Address> own = ipv4Addresses().reversed();
    Set<InetAddress> others = addressesOfOthers();
    for (Inet4Address address : own) {
      if (!others.contains(address)) {
        return address;
      }
    }
    throw new TransportException(
        "every IPv4 address of interface "
            + name
            + " is on another interface too, "
            + own.getFirst().getHostAddress()
            + " for one: give it an address of its own");
  }

  /** True when the address by which the JDK names the interface is not on another one too. */
  boolean isNamedClearly() {
    List<Inet4Address> own = ipv4Addresses();
    return !own.isEmpty() && !addressesOfOthers().contains(own.getFirst());
  }

  private List<Inet4Address> ipv4Addresses() {
    return system
        .inetAddresses()
        .filter(Inet4Address.class::isInstance)
        .map(Inet4Address.class::cast)
        .toList();
  }

  private Set<InetAddress> addressesOfOthers() {
    Set<InetAddress> addresses = new HashSet<>();
    try {
      NetworkInterface.networkInterfaces()
          .filter(other -> other.getIndex() != index)
          .forEach(other -> other.inetAddresses().forEach(addresses::add));
    } catch (SocketException e) {
      // Nothing is known of others then.
      addresses.clear();
    }
    return addresses;
  }

  /** Names of this machine's interfaces, for people. */
  private static String names() {
    try {
      List<String> all =
          NetworkInterface.networkInterfaces()
              .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
              .map(NetworkInterface::getName)
              .toList();
      String shown = all.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
      return all.size() > MOST_NAMES
          ? shown + " and " + (all.size() - MOST_NAMES) + " more"
          : shown;
    } catch (SocketException e) {
      return "(none)";
    }
  }
}

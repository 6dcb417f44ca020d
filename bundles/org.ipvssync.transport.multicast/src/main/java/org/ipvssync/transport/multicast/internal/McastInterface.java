package org.ipvssync.transport.multicast.internal;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
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
    /** It has lost its addresses, or the one that a link sends from. */
    NO_ADDRESS("has lost its address");

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
  private final String name;
  private final NetworkInterface system;
  private final int index;

  private McastInterface(String name, NetworkInterface system) {
    this.name = name;
    this.system = system;
    this.index = system.getIndex();
  }

  /** The interface with that name; it is not down, but may be without a carrier. */
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
      throw unseen(name);
    }
    McastInterface found = new McastInterface(name, system);
    if (found.state(null) == State.DOWN) {
      throw down(name);
    }
    return found;
  }

  /** Why the JDK, which sees only interfaces that have an address, has none of that name. */
  private static TransportException unseen(String name) {
    if (!KernelInterfaces.names().contains(name)) {
      return new TransportException(
          "interface " + name + " does not exist: set mcastInterface to one of " + names());
    }
    if (KernelInterfaces.isDown(name)) {
      return down(name);
    }
    return new TransportException(
        "interface "
            + name
            + " has no address: give it one with `ip address add ADDRESS/LENGTH dev "
            + name
            + "`");
  }

  private static TransportException down(String name) {
    return new TransportException(
        "interface " + name + " is down: bring it up with `ip link set " + name + " up`");
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
    try {
      return system.isLoopback();
    } catch (SocketException e) {
      return false;
    }
  }

  /** Longest packet, bytes; 1500 when the system does not say. */
  int mtu() {
    try {
      return system.getMTU();
    } catch (SocketException e) {
      return 1500;
    }
  }

  /** Refuses an interface through which nothing would go out. */
  void checkCarrier() throws TransportException {
    if (state(null) == State.NO_CARRIER) {
      throw new TransportException(
          "interface " + name + " has no carrier: plug in its cable, or bring up what it ends in");
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
        return stateUnseen();
      }
      if (now.getIndex() != index) {
        return State.REPLACED;
      }
      // The JDK's "up" is: up and with a carrier.
      if (!now.isUp()) {
        return KernelInterfaces.isUp(name, index) ? State.NO_CARRIER : State.DOWN;
      }
      boolean hasSource = source == null || now.inetAddresses().anyMatch(source::equals);
      return hasSource ? State.UP : State.NO_ADDRESS;
    } catch (SocketException e) {
      // Cannot tell: out of file descriptors, or it went away just now. The next look will.
      return State.UP;
    }
  }

  private State stateUnseen() {
    if (!KernelInterfaces.names().contains(name)) {
      return State.GONE;
    }
    if (KernelInterfaces.isUp(name, index)) {
      return State.NO_ADDRESS;
    }
    return KernelInterfaces.isDown(name) ? State.DOWN : State.REPLACED;
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
    return hasIpv4() && !addressesOfOthers().contains(nameAddress());
  }

  /** The address by which the JDK names the interface to the kernel; it has one. */
  Inet4Address nameAddress() {
    return ipv4Addresses().getFirst();
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
    List<String> all = KernelInterfaces.names();
    String shown = all.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
    return all.size() > MOST_NAMES ? shown + " and " + (all.size() - MOST_NAMES) + " more" : shown;
  }
}

package org.ipvssync.kernel.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ipvssync.api.conn.ConnBatch;

/**
 * The virtual services of a kernel and their destinations, without weights and counters: two are
 * equal when connections mean the same under both. Immutable.
 */
final class Services {
  /** None. */
  static final Services NONE = new Services(List.of());

  private static final int TCP = 6;
  private static final int FTP = 21;
  private static final int FTP_DATA = 20;
  private static final int FIRST_FREE_PORT = 1024;

  private final Map<Key, Service> byAddress = new HashMap<>();
  private final Map<Integer, List<Service>> byMark = new HashMap<>();
  private final List<Service> all;

  /**
   * A real server of a service.
   *
   * @param forwarding see {@link org.ipvssync.api.conn.ConnFlags#FWD_MASK}
   */
  record Destination(AddressWords address, int port, int forwarding) {}

  /**
   * A service.
   *
   * @param key null when it is one for a firewall mark
   * @param fwmark 0 when it is one for an address
   * @param persistenceJiffies timeout of its templates in the kernel's ticks; 0 when not persistent
   */
  record Service(Key key, int fwmark, int persistenceJiffies, List<Destination> destinations) {
    /** The destination of that address and port, or of that address and any port; or null. */
    Destination destination(AddressWords address, int port) {
      Destination anyPort = null;
      for (Destination destination : destinations) {
        if (destination.address().equals(address)) {
          if (destination.port() == port) {
            return destination;
          }
          anyPort = anyPort == null || destination.port() == 0 ? destination : anyPort;
        }
      }
      return anyPort;
    }
  }

  /** What a service for an address is found by. */
  record Key(int protocol, AddressWords address, int port) {}

  /** Those services. */
  Services(List<Service> services) {
    all = List.copyOf(services);
    for (Service service : all) {
      if (service.key() != null) {
        byAddress.put(service.key(), service);
      } else {
        byMark.computeIfAbsent(service.fwmark(), mark -> new ArrayList<>()).add(service);
      }
    }
  }

  /** All of them. */
  List<Service> all() {
    return all;
  }

  /** The service with that address and port, or for what belongs to it, as the kernel finds it. */
  private Service ofAddress(int protocol, AddressWords address, int port) {
    Service exact = byAddress.get(new Key(protocol, address, port));
    if (exact == null && protocol == TCP && (port == FTP_DATA || port >= FIRST_FREE_PORT)) {
      exact = byAddress.get(new Key(protocol, address, FTP));
    }
    return exact != null ? exact : byAddress.get(new Key(protocol, address, 0));
  }

  /**
   * The service that a connection or template belongs to: that of its virtual address, else the one
   * for a firewall mark that has its real server.
   *
   * @return null when there is none
   */
  Service of(ConnBatch batch, int index) {
    AddressWords virtual = AddressWords.virtual(batch, index);
    AddressWords real = AddressWords.destination(batch, index);
    int protocol = batch.protocol(index);
    if (protocol == 0) {
      return withDestination(
          byMark.getOrDefault(AddressWords.word(virtual.w0()), List.of()), real, 0);
    }
    Service own = ofAddress(protocol, virtual, batch.vport(index));
    if (own != null) {
      return own;
    }
    for (List<Service> marked : byMark.values()) {
      Service found = withDestination(marked, real, batch.dport(index));
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static Service withDestination(List<Service> services, AddressWords real, int port) {
    for (Service service : services) {
      if (service.destination(real, port) != null) {
        return service;
      }
    }
    return null;
  }

  /** The destination that a connection or template belongs to; null when there is none. */
  Destination destinationOf(ConnBatch batch, int index) {
    Service service = of(batch, index);
    return service == null
        ? null
        : service.destination(AddressWords.destination(batch, index), batch.dport(index));
  }

  /** True when the record's destination is there now, and its service was not just so before. */
  boolean isNewSince(Services before, ConnBatch batch, int index) {
    return destinationOf(batch, index) != null
        && !Objects.equals(of(batch, index), before.of(batch, index));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Services services
        && byAddress.equals(services.byAddress)
        && byMark.equals(services.byMark);
  }

  @Override
  public int hashCode() {
    return Objects.hash(byAddress, byMark);
  }
}

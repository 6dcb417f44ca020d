package org.ipvssync.resync.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.wire.SyncTransport;
import org.ipvssync.api.wire.TransportException;

/** The transports that are there, each group choosing its own by name. Thread-safe. */
public final class Transports {
  /** Opens something; quick, for the transport is kept from going meanwhile. */
  @FunctionalInterface
  interface Opening<T> {
    T open(SyncTransport transport) throws TransportException;
  }

  private record Known(SyncTransport service, Map<String, ?> properties, String version) {}

  private final List<Known> known = new ArrayList<>();
  private final Map<String, ServiceChoice<SyncTransport>> choices = new HashMap<>();

  /** One has come; see {@link ServiceChoice#add}. */
  synchronized void add(SyncTransport service, Map<String, ?> properties, String version) {
    known.add(new Known(service, properties, version));
    choices.values().forEach(choice -> choice.add(service, properties, version));
  }

  /** One goes; returns when nothing is being opened through it. */
  synchronized void remove(SyncTransport service) {
    known.removeIf(one -> one.service == service);
    choices.values().forEach(choice -> choice.remove(service));
  }

  /** Differs whenever the transport of that name is another one. */
  long changes(String name) {
    return choice(name).changes();
  }

  /** Opens something through the transport of that name. */
  synchronized <T> T open(String name, Opening<T> opening) throws TransportException {
    ServiceChoice<SyncTransport> choice = choice(name);
    SyncTransport transport = choice.acquire();
    if (transport == null) {
      throw new TransportException("no transport named " + name + " is there; start its bundle");
    }
    try {
      return opening.open(transport);
    } finally {
      choice.release();
    }
  }

  private synchronized ServiceChoice<SyncTransport> choice(String name) {
    return choices.computeIfAbsent(
        name,
        newName -> {
          ServiceChoice<SyncTransport> made = new ServiceChoice<>(SyncTransport::name, newName);
          known.forEach(one -> made.add(one.service, one.properties, one.version));
          return made;
        });
  }
}

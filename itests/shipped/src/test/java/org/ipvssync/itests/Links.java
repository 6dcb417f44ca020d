package org.ipvssync.itests;

import java.util.Hashtable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncRole;
import org.opentest4j.AssertionFailedError;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** The links of the node in this framework: made, changed and ended by configuration alone. */
final class Links {
  private final BundleContext context;
  private final Services services;
  private final Set<Link> made = new LinkedHashSet<>();

  Links(BundleContext context) throws Exception {
    this.context = context;
    this.services = new Services(context);
    ConfigurationAdmin admin = services.require(ConfigurationAdmin.class);
    try (ConfigEvents events = new ConfigEvents(context, admin)) {
      events.awaitFolder(context);
    }
  }

  /** Writes a role's factory configuration, new or changed. */
  void configure(SyncRole role, String name, Map<String, Object> settings) throws Exception {
    made.add(new Link(role, name));
    configuration(role, name).update(new Hashtable<>(settings));
  }

  /** Deletes a role's factory configuration, and waits until the link is gone. */
  void remove(SyncRole role, String name) throws Exception {
    configuration(role, name).delete();
    awaitGone(role, name);
    made.remove(new Link(role, name));
  }

  private Configuration configuration(SyncRole role, String name) throws Exception {
    return services
        .require(ConfigurationAdmin.class)
        .getFactoryConfiguration(factoryPid(role), name, "?");
  }

  /** The link as a service, if it is there. */
  Optional<SyncLink> find(SyncRole role, String name) throws Exception {
    return services.all(SyncLink.class).stream()
        .filter(link -> link.status().role() == role && link.status().name().equals(name))
        .findFirst();
  }

  /** What a link says when it is as it should be; a failure says what every component is at. */
  LinkStatus await(SyncRole role, String name, String what, Predicate<LinkStatus> wanted)
      throws Exception {
    try {
      return Await.until(
              role.label() + " " + name + " " + what,
              () -> find(role, name).map(SyncLink::status),
              status -> status.isPresent() && wanted.test(status.get()))
          .orElseThrow();
    } catch (AssertionFailedError e) {
      throw new AssertionFailedError(e.getMessage() + "\n" + new Components(context).report());
    }
  }

  /** Waits until a link is up. */
  LinkStatus awaitUp(SyncRole role, String name) throws Exception {
    return await(role, name, "is up", status -> status.state() == LinkState.UP);
  }

  /** Waits until a link has counted so many. */
  LinkStatus awaitCount(SyncRole role, String name, LinkCounter counter, long atLeast)
      throws Exception {
    return await(
        role,
        name,
        "has counted " + atLeast + " " + counter.label(),
        status -> status.counters().get(counter) >= atLeast);
  }

  /** Waits until a link is no longer there. */
  void awaitGone(SyncRole role, String name) throws Exception {
    Await.until(role.label() + " " + name + " is gone", () -> find(role, name), Optional::isEmpty);
  }

  /** Names of the threads that links have now, sorted. */
  static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("ipvs-"))
        .sorted()
        .toList();
  }

  static String factoryPid(SyncRole role) {
    return "org.ipvssync.role." + role.label();
  }

  static String pid(SyncRole role, String name) {
    return factoryPid(role) + "~" + name;
  }

  /** Ends everything that was made here. */
  void removeAll() throws Exception {
    for (Link link : List.copyOf(made)) {
      remove(link.role(), link.name());
    }
  }

  private record Link(SyncRole role, String name) {}
}

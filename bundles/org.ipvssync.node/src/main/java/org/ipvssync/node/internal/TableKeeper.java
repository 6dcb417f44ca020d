package org.ipvssync.node.internal;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.table.ConnTableProvider;

/**
 * Keeps the node on the table that is configured, as providers come and go.
 *
 * <p>A node goes on with what it has: the table in use stays, also when its provider goes or the
 * configured one cannot make a table, and the content moves when the configured one can. A node
 * that has no table at all takes that of another provider meanwhile, the best there is: at once
 * when the configured one fails, after some seconds when it is not there. One that failed is tried
 * again when it is asked for again: the configuration is updated, or it comes as a new service.
 *
 * <p>Thread-safe. A provider is never left while it is being asked for a table. It is also kept
 * from going while {@code used} has it, which calls the framework on purpose, against the advice of
 * {@link ServiceChoice}: of a bundle that has gone no class can be loaded. {@code used} must only
 * read, then: what stops a bundle would wait for this provider for ever.
 */
final class TableKeeper {
  /** The one name that all providers share. */
  private static final String ANY = "any";

  private final SyncNodeCore core;
  private final LinkLog log;
  private final Consumer<Runnable> later;
  private final Consumer<ConnTableProvider> used;
  private final ServiceChoice<ConnTableProvider> configured;

  /** The best of all but those that failed; it matters only until there is a first table. */
  private final ServiceChoice<ConnTableProvider> any;

  private final Map<ConnTableProvider, String> versions = new IdentityHashMap<>();
  private volatile String name;
  private ConnTableProvider current;
  private String currentLabel = "";

  /** The configured one, when it could not make a table. */
  private ConnTableProvider failed;

  /** Why the table in use is not the configured one; empty when it is. */
  private String failure = "";

  /** How often the configured one was asked for. */
  private long attempts;

  /** True from when a missing provider was waited for in vain until one is there. */
  private boolean missed;

  private boolean stopped;

  /**
   * No provider yet.
   *
   * @param name the configured provider
   * @param later runs a task after the seconds for which a provider may be missing without a word
   * @param used gets a provider whose table has come into use, while it is kept from going
   */
  TableKeeper(
      SyncNodeCore core,
      String name,
      LinkLog log,
      Consumer<Runnable> later,
      Consumer<ConnTableProvider> used) {
    this.core = core;
    this.name = name;
    this.log = log;
    this.later = later;
    this.used = used;
    this.configured = new ServiceChoice<>(ConnTableProvider::name, name);
    this.any = new ServiceChoice<>(p -> p.name() == null || p.name().isBlank() ? "" : ANY, ANY);
  }

  /** Looks for a table for the first time. */
  void start() {
    look(true);
  }

  /** A provider has come; see {@link ServiceChoice#add(Object, Map, String)}. */
  void add(ConnTableProvider provider, Map<String, ?> properties, String version) {
    synchronized (versions) {
      versions.put(provider, version);
    }
    any.add(provider, properties, version);
    if (configured.add(provider, properties, version)) {
      look(false);
    } else {
      log.warn("a table provider of bundle version " + version + " is no good one; ignored");
    }
  }

  /** A provider goes; nobody is in it any more on return. */
  void remove(ConnTableProvider provider) {
    any.remove(provider);
    configured.remove(provider);
    synchronized (versions) {
      versions.remove(provider);
    }
    look(false);
  }

  /** The configuration was updated: it names this provider. */
  void choose(String newName) {
    name = newName;
    configured.choose(newName);
    look(true);
  }

  /** Nothing is exchanged any more. */
  synchronized void stop() {
    stopped = true;
  }

  private synchronized void look(boolean asked) {
    if (stopped) {
      return;
    }
    if (asked) {
      attempts++;
    }
    long changes = configured.changes();
    ConnTableProvider chosen = configured.acquire();
    if (chosen == null) {
      lookWithout(changes);
      return;
    }
    boolean tries = chosen != current && (asked || chosen != failed);
    try {
      if (tries) {
        failure = use(chosen);
      } else if (chosen == current) {
        failure = "";
      }
    } finally {
      configured.release();
    }
    missed = false;
    failed = failure.isEmpty() ? null : chosen;
    core.setTableDetail(failure, attempts);
    if (failed != null && (tries || current == null)) {
      any.remove(failed);
      goOn(tries);
    }
  }

  /** The configured provider is not there. */
  private void lookWithout(long changes) {
    failed = null;
    failure =
        "no table provider named "
            + name
            + ": start its bundle or set table in "
            + SyncNodeComponent.PID;
    core.setTableDetail(failure, attempts);
    if (!missed) {
      // Between the old and the new version of a bundle, and at every stop, there is none for a
      // moment.
      later.accept(() -> stillWithout(changes));
    } else if (current == null) {
      goOn(false);
    }
  }

  private synchronized void stillWithout(long changes) {
    if (!stopped && !missed && changes == configured.changes() && !configured.isPresent()) {
      missed = true;
      goOn(true);
    }
  }

  /** Goes on without the configured provider, and says how, unless that was said before. */
  private void goOn(boolean tells) {
    String how = "the node goes on with table " + currentLabel;
    if (current == null) {
      how = useAnother() ? "meanwhile it is " + currentLabel : "connections are not kept";
    }
    if (tells) {
      log.warn(failure + "; " + how);
    }
  }

  /** Takes the best of the other providers that can make a table; false when none can. */
  private boolean useAnother() {
    for (ConnTableProvider other = any.acquire(); other != null; other = any.acquire()) {
      String reason;
      try {
        reason = use(other);
      } finally {
        any.release();
      }
      if (reason.isEmpty()) {
        return true;
      }
      log.warn(reason);
      any.remove(other);
    }
    return false;
  }

  /** Takes a provider's table; empty, or in words why that cannot be. */
  private String use(ConnTableProvider provider) {
    String label = label(provider);
    try {
      int lost = core.useTable(provider, label);
      boolean first = current == null;
      current = provider;
      currentLabel = label;
      hand(provider);
      tell(first, lost);
      return "";
    } catch (IllegalStateException e) {
      return "table " + label + " cannot be used: " + e.getMessage();
    } catch (OutOfMemoryError e) {
      return "table " + label + " cannot be used: " + e;
    } catch (RuntimeException | LinkageError e) {
      log.fault("table " + label + " failed", e);
      return "table " + label + " cannot be used: " + e;
    }
  }

  /** Hands a provider on whose table is in use, whatever becomes of this. */
  private void hand(ConnTableProvider provider) {
    try {
      used.accept(provider);
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      log.warn("table " + currentLabel + " is in use, but may fail when its bundle goes: " + e);
    }
  }

  private void tell(boolean first, int lost) {
    int capacity = core.table().capacity();
    if (first) {
      log.info("table " + currentLabel + " with room for " + capacity + " connections");
    }
    if (lost > 0) {
      log.warn(lost + " connections did not fit into table " + currentLabel + " of " + capacity);
    }
  }

  private String label(ConnTableProvider provider) {
    synchronized (versions) {
      return provider.name() + " " + versions.getOrDefault(provider, "");
    }
  }
}

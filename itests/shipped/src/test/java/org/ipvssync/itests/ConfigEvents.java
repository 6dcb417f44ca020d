package org.ipvssync.itests;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.Map;
import java.util.Objects;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;

/**
 * Waits until what was changed in a framework's configuration has reached everybody.
 *
 * <p>Configuration Admin tells of a change in a thread of its own. Declarative services that are
 * told of it just when the component's bundle stops fail on that bundle's context, and that is
 * logged as an error, though the bundle reads its configuration anew as soon as it starts.
 */
final class ConfigEvents implements AutoCloseable {
  private static final String MARKER = "org.ipvssync.itests.marker";
  private static final String RESYNC = "org.ipvssync.resync";

  private final ConfigurationAdmin admin;
  private final ServiceRegistration<ConfigurationListener> registration;
  private volatile long heard;
  private long asked;

  ConfigEvents(BundleContext context, ConfigurationAdmin admin) {
    this.admin = admin;
    registration = context.registerService(ConfigurationListener.class, this::heard, null);
  }

  /**
   * Events keep their order, so all before the marker's have been delivered when that one comes.
   */
  void awaitDelivery() throws Exception {
    Configuration marker = admin.getConfiguration(MARKER, "?");
    asked++;
    long wanted = asked;
    marker.update(new Hashtable<>(Map.of("number", wanted)));
    Await.until("configuration events", () -> heard, number -> number >= wanted);
  }

  /**
   * What lies in the configuration folder when a node starts is read by a thread of its own. Waits
   * until all know of resync's file, if there is one: it says that no peer is asked at the start.
   */
  void awaitFolder(BundleContext context) throws Exception {
    Path file = Path.of(context.getProperty(FelixNode.CONF_DIR)).resolve(RESYNC + ".cfg");
    if (Files.exists(file)) {
      String filter = "(" + Constants.SERVICE_PID + "=" + RESYNC + ")";
      Await.until("the folder is read", () -> admin.listConfigurations(filter), Objects::nonNull);
      awaitDelivery();
    }
  }

  private void heard(ConfigurationEvent event) {
    if (event.getPid().equals(MARKER)) {
      heard++;
    }
  }

  @Override
  public void close() {
    registration.unregister();
  }
}

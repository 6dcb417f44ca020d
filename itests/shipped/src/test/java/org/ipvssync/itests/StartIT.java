package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.table.ConnTableProvider;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncTransport;
import org.ipvssync.api.workload.WorkloadProvider;
import org.junit.jupiter.api.Test;
import org.osgi.framework.AllServiceListener;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceEvent;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** The distribution starts: all of it, with nothing left waiting. */
@InFelix
class StartIT {
  /** Nothing of these may run before an operator asks for it. */
  private static final Set<String> ONLY_WHEN_CONFIGURED =
      Set.of("org.ipvssync.role.backup", "org.ipvssync.role.master", "org.ipvssync.workload.feed");

  @Test
  void shouldRunTheTestInsideTheFramework(BundleContext context) {
    assertEquals(context.getBundle(), FrameworkUtil.getBundle(StartIT.class));
  }

  @Test
  void shouldHaveEveryBundleActive(BundleContext context) {
    assertEquals(List.of(), new Components(context).troubledBundles());
  }

  @Test
  void shouldHaveEveryComponentAtWorkOrWaitingForConfigurationByDesign(BundleContext context)
      throws Exception {
    Components components = new Components(context);
    Await.until("components without trouble", components::troubledComponents, List::isEmpty);
    Set<String> waiting = new TreeSet<>();
    for (ComponentDescriptionDTO component : components.descriptions()) {
      if (components.isWaitingForConfiguration(component)) {
        waiting.addAll(List.of(component.configurationPid));
      }
    }
    assertEquals(new TreeSet<>(ONLY_WHEN_CONFIGURED), waiting);
  }

  @Test
  void shouldOfferEveryServiceThatTheRoomsAreFor(BundleContext context) throws Exception {
    Services services = new Services(context);
    services.require(SyncNode.class);
    services.require(ConnTableProvider.class, named(ConnTableProvider.NAME_PROPERTY, "memory"));
    services.require(SyncCodec.class, named(SyncCodec.NAME_PROPERTY, "v0"));
    services.require(SyncCodec.class, named(SyncCodec.NAME_PROPERTY, "v1"));
    services.require(SyncTransport.class, named(SyncTransport.NAME_PROPERTY, "multicast"));
    services.require(WorkloadProvider.class);
  }

  @Test
  void shouldGiveTheNodeItsTable(BundleContext context) throws Exception {
    SyncNode node = new Services(context).require(SyncNode.class);
    Await.until("the node's table", () -> node.table().provider(), "memory"::equals);
    assertEquals(0, node.table().connections());
    assertEquals(1_000_000, node.table().capacity());
  }

  @Test
  void shouldStopAndStartEveryBundleOfOursAgain(BundleContext context) throws Exception {
    List<Bundle> own =
        List.of(context.getBundles()).stream()
            .filter(bundle -> bundle != context.getBundle())
            .filter(bundle -> bundle.getSymbolicName().startsWith("org.ipvssync."))
            .toList();
    assertTrue(own.size() > 2, own::toString);
    for (Bundle bundle : own) {
      bundle.stop();
      bundle.start();
    }
    shouldHaveEveryBundleActive(context);
    shouldHaveEveryComponentAtWorkOrWaitingForConfigurationByDesign(context);
    shouldGiveTheNodeItsTable(context);
  }

  @Test
  void shouldHaveEveryCommandWhenItTakesCommands(BundleContext context) throws Exception {
    Path socket = Path.of(context.getProperty(FelixNode.RUN_DIR), "control.sock");
    Bundle shell = new BundleSwaps(context).one("org.ipvssync.shell");
    // The last that comes brings the socket, and the first that goes takes it along, before or
    // after the listener here is told.
    Set<String> ends = Set.of("comes: TableCommands", "goes: BundleCommands");
    Set<String> came = new TreeSet<>();
    List<String> reachable = new ArrayList<>();
    AllServiceListener listener =
        event -> {
          String name = ((String[]) event.getServiceReference().getProperty("objectClass"))[0];
          if (name.endsWith("Commands")) {
            String command = name.substring(name.lastIndexOf('.') + 1);
            boolean comes = event.getType() == ServiceEvent.REGISTERED;
            String what = (comes ? "comes: " : "goes: ") + command;
            came.add(command);
            if (Files.exists(socket) && !ends.contains(what)) {
              reachable.add(what);
            }
          }
        };
    context.addServiceListener(listener);
    shell.stop();
    shell.start();
    context.removeServiceListener(listener);
    assertEquals(
        Set.of(
            "BundleCommands", "DaemonCommands", "StatusCommands", "SwapCommands", "TableCommands"),
        came);
    assertEquals(List.of(), reachable, "while clients can send commands, all are there");
    assertTrue(Files.exists(socket));
  }

  private static String named(String property, String name) {
    return "(" + property + "=" + name + ")";
  }
}

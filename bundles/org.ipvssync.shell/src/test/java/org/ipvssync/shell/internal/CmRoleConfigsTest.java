package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ipvssync.api.node.SyncRole;
import org.junit.jupiter.api.Test;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

class CmRoleConfigsTest {
  private final Map<String, Dictionary<String, Object>> store = new TreeMap<>();
  private final CmRoleConfigs configs = new CmRoleConfigs(admin());

  @Test
  void shouldMakeMarkedFactoryConfigurations() throws IOException {
    RoleConfig config =
        new RoleConfig(SyncRole.MASTER, "command", true, Map.of("mcastInterface", "lo"));
    configs.create(config);
    Dictionary<String, Object> stored = store.get("org.ipvssync.role.master~command");
    assertEquals("lo", stored.get("mcastInterface"));
    assertEquals(true, stored.get("startedByCommand"));
    assertEquals(List.of(config), configs.list());
  }

  @Test
  void shouldTellApartWhatCameFromElsewhere() throws IOException {
    store.put("org.ipvssync.role.backup~eth0", new Hashtable<>(Map.of("mcastInterface", "eth0")));
    store.put("org.ipvssync.role.backup.4711-old-style", new Hashtable<>(Map.of()));
    configs.create(new RoleConfig(SyncRole.BACKUP, "command", true, Map.of()));
    assertEquals(
        List.of(
            new RoleConfig(
                SyncRole.BACKUP, "org.ipvssync.role.backup.4711-old-style", false, Map.of()),
            new RoleConfig(SyncRole.BACKUP, "command", true, Map.of()),
            new RoleConfig(SyncRole.BACKUP, "eth0", false, Map.of("mcastInterface", "eth0"))),
        configs.list());
    assertEquals("default", configs.list().getFirst().linkName(), "a PID without a name");
    assertEquals("eth0", configs.list().getLast().linkName());
  }

  @Test
  void shouldKnowWhatABundleMadeForTheNode() throws IOException {
    store.put("org.ipvssync.role.backup~kernel", new Hashtable<>(Map.of("automatic", true)));
    store.put("org.ipvssync.role.backup~text", new Hashtable<>(Map.of("automatic", " true")));
    store.put("org.ipvssync.role.backup~zone", new Hashtable<>(Map.of("automatic", "false")));
    assertEquals(
        List.of(true, true, false), configs.list().stream().map(RoleConfig::isAutomatic).toList());
  }

  @Test
  void shouldDeleteOneOfThatRoleAndName() throws IOException {
    for (SyncRole role : SyncRole.values()) {
      configs.create(new RoleConfig(role, "command", true, Map.of()));
      configs.create(new RoleConfig(role, "command2", true, Map.of()));
    }
    configs.delete(SyncRole.BACKUP, "command");
    assertFalse(store.containsKey("org.ipvssync.role.backup~command"));
    assertEquals(3, store.size());
  }

  private ConfigurationAdmin admin() {
    return proxy(
        ConfigurationAdmin.class,
        (method, arguments) ->
            switch (method) {
              case "listConfigurations" -> list((String) arguments[0]);
              case "getFactoryConfiguration" -> {
                assertEquals("?", arguments[2]);
                yield configuration(arguments[0] + "~" + arguments[1]);
              }
              default -> throw new AssertionError(method);
            });
  }

  private Configuration[] list(String filter) {
    String factory = filter.replaceAll("\\(service\\.factoryPid=(.*)\\)", "$1");
    Configuration[] found =
        store.keySet().stream()
            .filter(pid -> pid.startsWith(factory))
            .map(this::configuration)
            .toArray(Configuration[]::new);
    return found.length == 0 ? null : found;
  }

  private Configuration configuration(String pid) {
    return proxy(
        Configuration.class,
        (method, arguments) ->
            switch (method) {
              case "getPid" -> pid;
              case "delete" -> store.remove(pid);
              case "getProperties" -> withServiceKeys(pid, store.get(pid));
              case "update" -> {
                @SuppressWarnings("unchecked")
                Dictionary<String, Object> properties = (Dictionary<String, Object>) arguments[0];
                yield store.put(pid, properties);
              }
              default -> throw new AssertionError(method);
            });
  }

  private static Dictionary<String, Object> withServiceKeys(
      String pid, Dictionary<String, Object> stored) {
    Hashtable<String, Object> all = new Hashtable<>();
    stored.keys().asIterator().forEachRemaining(key -> all.put(key, stored.get(key)));
    all.put("service.pid", pid);
    all.put("service.factoryPid", pid.replaceAll("~.*", ""));
    return all;
  }

  private interface Calls {
    Object call(String method, Object[] arguments);
  }

  private static <T> T proxy(Class<T> type, Calls calls) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              Object result = calls.call(method.getName(), arguments);
              return method.getReturnType() == void.class ? null : result;
            }));
  }
}

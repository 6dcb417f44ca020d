package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

class CmKeptSettingsTest {
  private static final String NODE = "org.ipvssync.node";
  private static final String MASTER = "org.ipvssync.role.master";

  @TempDir private Path conf;
  private final Map<String, Dictionary<String, Object>> store = new TreeMap<>();
  private int updates;

  @Test
  void shouldChangeTheFileAndTheConfigurationAndTakeBothBack() throws IOException {
    Path file = Files.writeString(conf.resolve("x.cfg"), "# mine\n#codec = v1\nsyncId = 7\n");
    put(MASTER + "~eth0", Map.of("syncId", "7", CmKeptSettings.FILE_NAME, uri(file)));
    put(MASTER + "~kernel", Map.of("automatic", true));
    assertEquals(List.of("eth0"), settings().masters(), "those that people asked for");
    Undo undo = settings().setMaster("eth0", "codec", "v0");
    assertEquals("# mine\ncodec = v0\nsyncId = 7\n", Files.readString(file));
    assertEquals(Optional.of("v0"), settings().masterValue("eth0", "codec"));
    assertEquals("7", store.get(MASTER + "~eth0").get("syncId"));
    assertEquals(file.toString(), settings().keptIn("eth0"));
    undo.run();
    assertEquals("# mine\n#codec = v1\nsyncId = 7\n", Files.readString(file));
    assertEquals(Optional.empty(), settings().masterValue("eth0", "codec"));
  }

  @Test
  void shouldUpdateOnceWhenTheValueIsThereAlready() throws IOException {
    Path file = Files.writeString(conf.resolve("org.ipvssync.node.cfg"), "table = mapped\n");
    // FileInstall's way of writing it, with one slash.
    String name = file.toFile().toURI().toString();
    put(NODE, Map.of("table", "mapped", CmKeptSettings.FILE_NAME, name));
    Undo undo = settings().setNode("table", "mapped");
    assertEquals(1, updates, "it is asked for again");
    undo.run();
    assertEquals(1, updates, "nothing is to be put back");
    assertEquals(name, store.get(NODE).get(CmKeptSettings.FILE_NAME));
    assertEquals("table = mapped\n", Files.readString(file));
  }

  @Test
  void shouldKeepALinkByCommandInTheNodeAlone() throws IOException {
    put(MASTER + "~command", Map.of("syncId", 7, "startedByCommand", true));
    settings().setMaster("command", "codec", "v0");
    assertEquals("v0", store.get(MASTER + "~command").get("codec"));
    assertNull(store.get(MASTER + "~command").get(CmKeptSettings.FILE_NAME));
    assertEquals("the running node", settings().keptIn("command"));
    try (var files = Files.list(conf)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void shouldRefuseATypedFile() {
    Path file = conf.resolve("x.config");
    put(MASTER + "~eth0", Map.of(CmKeptSettings.FILE_NAME, uri(file)));
    CommandFailure failure =
        assertThrows(CommandFailure.class, () -> settings().setMaster("eth0", "codec", "v0"));
    assertEquals(
        file + ": only .cfg files are changed by command; edit it: codec", failure.getMessage());
    assertNull(store.get(MASTER + "~eth0").get("codec"));
  }

  @Test
  void shouldMakeTheNodesFileAndTakeItAway() throws IOException {
    Path file = conf.resolve("org.ipvssync.node.cfg");
    Undo undo = settings().setNode("table", "mapped");
    assertEquals("table = mapped\n", Files.readString(file));
    assertEquals(Optional.of("mapped"), settings().nodeValue("table"));
    assertEquals(file.toString(), settings().keptInNode());
    assertEquals(file.toFile().toURI().toString(), store.get(NODE).get(CmKeptSettings.FILE_NAME));
    undo.run();
    assertFalse(Files.exists(file));
    assertEquals(Optional.empty(), settings().nodeValue("table"));
  }

  @Test
  void shouldLeaveTheConfigurationWhenTheFileCannotBeChanged() {
    Path file = conf.resolve("gone/x.cfg");
    put(MASTER + "~eth0", Map.of("codec", "v1", CmKeptSettings.FILE_NAME, uri(file)));
    assertThrows(CommandFailure.class, () -> settings().setMaster("eth0", "codec", "v0"));
    assertEquals("v1", store.get(MASTER + "~eth0").get("codec"));
    assertThrows(CommandFailure.class, () -> settings().setMaster("eth9", "codec", "v0"));
  }

  private CmKeptSettings settings() {
    return new CmKeptSettings(admin(), conf);
  }

  private static String uri(Path file) {
    return file.toUri().toString();
  }

  private void put(String pid, Map<String, Object> properties) {
    store.put(pid, new Hashtable<>(properties));
  }

  private ConfigurationAdmin admin() {
    return proxy(
        ConfigurationAdmin.class,
        (method, arguments) ->
            switch (method) {
              case "listConfigurations" -> list((String) arguments[0]);
              case "getConfiguration" -> configuration((String) arguments[0]);
              default -> throw new AssertionError(method);
            });
  }

  private Configuration[] list(String filter) {
    String pid = filter.replaceAll("\\(service\\.\\w+=(.*)\\)", "$1");
    Configuration[] found =
        store.keySet().stream()
            .filter(p -> p.equals(pid) || p.startsWith(pid + "~"))
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
              case "getProperties" -> store.get(pid);
              case "update" -> {
                updates++;
                @SuppressWarnings("unchecked")
                Dictionary<String, Object> properties = (Dictionary<String, Object>) arguments[0];
                yield store.put(pid, properties);
              }
              default -> throw new AssertionError(method);
            });
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
